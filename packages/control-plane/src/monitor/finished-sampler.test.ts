import type { FinishedSample } from '@drover/core';
import { describe, expect, it } from 'vitest';
import { intervalFromSample } from './finished-sampler.js';

const NOW = 1_000_000;
const look = { sinceMs: NOW - 60_000, nowMs: NOW, keptCompleted: 500 };

function sample(agoMs: number, change: Partial<FinishedSample> = {}): FinishedSample {
  return {
    jobId: String(agoMs),
    jobName: 'job',
    outcome: 'completed',
    finishedAtMs: NOW - agoMs,
    processingMs: 50,
    waitMs: 10,
    ...change,
  };
}

describe('intervalFromSample', () => {
  it('counts what finished since the last look, and nothing older', () => {
    const samples = [sample(1_000), sample(2_000, { outcome: 'failed' }), sample(61_000)];
    const interval = intervalFromSample(samples, look);
    expect(interval?.totals).toMatchObject({ completed: 1, failed: 1 });
    expect(interval?.processing?.count).toBe(2);
  });

  it('scales a full sample up that does not reach back to the last look', () => {
    const samples = Array.from({ length: 100 }, (_, index) => sample((index + 1) * 300));
    expect(intervalFromSample(samples, look)?.totals.completed).toBe(198);
  });

  it('claims nothing where BullMQ keeps no completed jobs: failures alone would read as a queue that only fails', () => {
    expect(intervalFromSample([sample(1_000, { outcome: 'failed' })], { ...look, keptCompleted: 0 })).toBeNull();
  });

  it('does not call a queue failing because BullMQ keeps few of its completed jobs', () => {
    const completed = Array.from({ length: 10 }, (_, index) => sample((index + 1) * 20));
    const failed = Array.from({ length: 42 }, (_, index) => sample((index + 1) * 2_000, { outcome: 'failed' }));
    const totals = intervalFromSample([...completed, ...failed], { ...look, keptCompleted: 10 })?.totals;
    expect(totals?.failed).toBe(0);
    expect(totals?.completed).toBeGreaterThan(2_000);
  });

  it('leaves times out that BullMQ did not keep', () => {
    const interval = intervalFromSample([sample(1_000, { processingMs: null, waitMs: null })], look);
    expect(interval?.totals.completed).toBe(1);
    expect(interval?.processing?.count).toBe(0);
    expect(interval?.wait?.count).toBe(0);
  });
});
