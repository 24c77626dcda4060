import { encodeHistogram, Histogram, zeroTotals } from '@drover/core';
import { describe, expect, it } from 'vitest';
import { workerReport } from '../testing/worker-report.js';
import { executionStatsFromReports, executionStatsFromSamples } from './execution-stats.js';

describe('executionStatsFromReports', () => {
  it('merges workers: exact extremes, percentiles of all, outcomes by name', () => {
    const fast = workerReport({
      workerId: 'a',
      durationsMs: Array.from({ length: 90 }, () => 10),
      byName: { welcome: { completed: 90, failed: 0, timedOut: 0, processingMs: 900 } },
    });
    const slow = workerReport({
      workerId: 'b',
      durationsMs: Array.from({ length: 10 }, () => 1_000),
      byName: { welcome: { completed: 8, failed: 2, timedOut: 1, processingMs: 10_000 } },
      totals: { ...zeroTotals, completed: 8, failed: 2 },
    });
    const other = workerReport({ workerId: 'c', queueName: 'pay', durationsMs: [99_999] });
    const stats = executionStatsFromReports('email', [fast, slow, other]);
    expect(stats).toMatchObject({ queueName: 'email', sampleCount: 100, min: 10, max: 1_000, avg: 109 });
    expect(stats.p50).toBeCloseTo(10, 0);
    expect(stats.p99).toBeCloseTo(1_000, -1);
    expect(stats.byName?.welcome).toEqual({ completed: 98, failed: 2, timedOut: 1, avgMs: 109 });
    expect(stats.recentExecutions.length).toBeLessThanOrEqual(100);
    expect(stats.histogram?.reduce((sum, { count }) => sum + count, 0)).toBe(100);
  });

  it('looks at the last hour only, whatever the workers measured before', () => {
    const processing = new Histogram();
    processing.record(40);
    const window = {
      spanMs: 3_600_000,
      processing: Buffer.from(encodeHistogram(processing)).toString('base64'),
      minMs: 40,
      maxMs: 40,
    };
    const old = workerReport({ workerId: 'a', durationsMs: [1, 9_000], window });
    const young = workerReport({ workerId: 'b', durationsMs: [60] });
    const stats = executionStatsFromReports('email', [old, young]);
    expect(stats).toMatchObject({ sampleCount: 2, min: 40, max: 60, avg: 50, windowMs: 3_600_000 });
  });

  it('gives the last hundred executions of all workers, by their end', () => {
    const busy = workerReport({
      workerId: 'a',
      reportedAtMs: 10_000,
      recentMs: Array.from({ length: 100 }, (_, index) => index),
      recentAgoMs: Array.from({ length: 100 }, (_, index) => 1_000 - index * 10),
    });
    const slow = workerReport({
      workerId: 'b',
      reportedAtMs: 10_400,
      recentMs: [700, 800, 900],
      recentAgoMs: [9_000, 905, 400],
    });
    const { recentExecutions } = executionStatsFromReports('email', [slow, busy]);
    expect(recentExecutions).toHaveLength(100);
    expect(recentExecutions.slice(0, 2)).toEqual([2, 3]);
    expect(recentExecutions.slice(47, 50)).toEqual([49, 800, 50]);
    expect(recentExecutions.slice(-2)).toEqual([99, 900]);
  });

  it('says what it does not know before the first job', () => {
    const stats = executionStatsFromReports('email', [workerReport()]);
    expect(stats.sampleCount).toBe(0);
    expect(stats.unknown).toEqual(['min', 'max', 'avg', 'p50', 'p95', 'p99']);
  });

  it('goes on without the timings of a damaged report', () => {
    const damaged = { ...workerReport({ workerId: 'x', durationsMs: [5] }), processing: '***' };
    expect(executionStatsFromReports('email', [damaged, workerReport({ durationsMs: [10] })]).sampleCount).toBe(1);
  });
});

describe('executionStatsFromSamples', () => {
  it('uses the jobs that BullMQ kept, oldest first', () => {
    const job = (finishedAtMs: number, processingMs: number | null) => ({
      jobId: String(finishedAtMs),
      jobName: 'job',
      outcome: 'completed' as const,
      finishedAtMs,
      processingMs,
      waitMs: null,
    });
    const stats = executionStatsFromSamples('legacy', [job(3, 30), job(2, null), job(1, 10)]);
    expect(stats).toMatchObject({ sampleCount: 2, recentExecutions: [10, 30], timingSource: 'sampled' });
  });
});
