import type { ExecutionStatsResponse } from '@drover/contract';
import { describe, expect, it } from 'vitest';
import { distributionOf } from './distribution.js';

const stats = (changes: Partial<ExecutionStatsResponse>): ExecutionStatsResponse => ({
  queueName: 'mail',
  ...{ sampleCount: 0, min: 0, max: 0, avg: 0, p50: 0, p95: 0, p99: 0, recentExecutions: [] },
  ...changes,
});
const sum = (counts: readonly { count: number }[]) => counts.reduce((total, { count }) => total + count, 0);

describe('the distribution of execution times', () => {
  it('counts every job once, drawn or beyond', () => {
    const histogram = Array.from({ length: 200 }, (_, index) => ({
      fromMs: 10 * 1.05 ** index,
      toMs: 10 * 1.05 ** (index + 1),
      count: 7,
    }));
    const found = distributionOf(stats({ histogram }));
    expect(found?.total).toBe(1_400);
    expect(Math.round(sum(found?.bins ?? []) + (found?.beyond ?? 0))).toBe(1_400);
    expect(found?.beyond).toBeGreaterThan(0);
  });

  it('spreads a wide bucket evenly over its bins', () => {
    const found = distributionOf(stats({ histogram: [{ fromMs: 0, toMs: 100, count: 100 }] }));
    const counts = found?.bins.map(({ count }) => Math.round(count)) ?? [];
    expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
  });

  it('takes the exact durations where there is no histogram', () => {
    const found = distributionOf(stats({ recentExecutions: [10, 20, 20, 40] }));
    expect(found?.total).toBe(4);
    expect(sum(found?.bins ?? [])).toBe(4);
  });

  it('is nothing before a job was timed', () => expect(distributionOf(stats({ histogram: [] }))).toBeUndefined());
});
