import { describe, expect, it } from 'vitest';
import { zeroTotals } from '../metrics/worker-ledger.js';
import { aboveHardLimit, evaluateRecycle } from './evaluate-recycle.js';
import { defaultMemoryLimits, type MemoryLimits } from './memory-limits.js';

const HOUR_MS = 3_600_000;

interface Given {
  readonly rss?: number;
  readonly ageMs?: number;
  readonly completed?: number;
  readonly failed?: number;
}

function evaluate(
  { rss = 100, ageMs = HOUR_MS, completed = 0, failed = 0 }: Given,
  limits: Partial<MemoryLimits> = {},
) {
  const report = {
    memory: { heapUsed: 1, heapTotal: 1, external: 0, rss, arrayBuffers: 0 },
    concurrency: 1,
    totals: { ...zeroTotals, completed, failed },
    startedAtMs: 1_000,
    reportedAtMs: 1_000 + ageMs,
  };
  return evaluateRecycle(report, { ...defaultMemoryLimits, ...limits });
}

describe('evaluateRecycle', () => {
  it.each<[string, Given, Partial<MemoryLimits>, string | null]>([
    ['a small worker stays', {}, {}, null],
    ['just below the soft limit', { rss: 383.9 }, {}, null],
    ['at the soft limit', { rss: 384 }, {}, 'soft_limit'],
    ['above a soft limit that is less than a worker needs, in its first minute', { rss: 400, ageMs: 59_000 }, {}, null],
    ['above the hard limit, at once', { rss: 512, ageMs: 1_000 }, {}, 'hard_limit'],
    ['jobs below the number', { completed: 98, failed: 1 }, { afterJobs: 100 }, null],
    ['jobs of any outcome count', { completed: 98, failed: 2 }, { afterJobs: 100 }, 'jobs'],
    ['0 jobs is no limit', { completed: 1_000_000 }, { afterJobs: 0 }, null],
    ['young enough', { ageMs: 12 * HOUR_MS - 1 }, { afterHours: 12 }, null],
    ['old', { ageMs: 12 * HOUR_MS }, { afterHours: 12 }, 'age'],
    ['0 hours is no limit', { ageMs: 9_999 * HOUR_MS }, { afterHours: 0 }, null],
    ['parts of an hour', { ageMs: HOUR_MS / 2 }, { afterHours: 0.5 }, 'age'],
    ['the more urgent of two reasons', { rss: 400, completed: 100 }, { afterJobs: 100 }, 'soft_limit'],
  ])('%s', (_, given, limits, cause) => {
    expect(evaluate(given, limits)?.cause ?? null).toBe(cause);
  });

  it('says in its reason what was measured and what the limit is', () => {
    expect(evaluate({ rss: 400.4 })?.reason).toBe('Memory 400 MB is above the soft limit of 384 MB');
    expect(evaluate({ rss: 600 })?.reason).toBe('Memory 600 MB is above the hard limit of 512 MB');
    expect(evaluate({ completed: 7 }, { afterJobs: 7 })?.reason).toBe(
      'It handled 7 jobs; a worker is replaced after 7',
    );
  });

  it('proves growth by the samples that it is given', () => {
    const report = {
      memory: { heapUsed: 1, heapTotal: 1, external: 0, rss: 340, arrayBuffers: 0 },
      concurrency: 1,
      totals: zeroTotals,
      startedAtMs: 0,
      reportedAtMs: HOUR_MS,
    };
    const samples = Array.from({ length: 50 }, (_, m) => ({ atMs: (6 + m) * 60_000, rssMB: 200 + 2.8 * m }));
    expect(evaluateRecycle(report, defaultMemoryLimits, samples)?.cause).toBe('growth');
    expect(evaluateRecycle(report, defaultMemoryLimits, [])).toBeNull();
  });
});

it('judges the hard limit alone', () => {
  expect(aboveHardLimit(511.9, 512)).toBeNull();
  expect(aboveHardLimit(512, 512)?.cause).toBe('hard_limit');
});
