import { describe, expect, it } from 'vitest';
import { zeroTotals } from '../metrics/worker-ledger.js';
import { evaluateRecycle } from '../recycling/evaluate-recycle.js';
import { defaultMemoryLimits } from '../recycling/memory-limits.js';
import { abandonedRecycleReason } from './abandoned.js';

describe('a worker with abandoned handlers', () => {
  it.each([
    { running: 0, concurrency: 1, recycled: false },
    { running: 2, concurrency: 1, recycled: false },
    { running: 3, concurrency: 1, recycled: true },
    { running: 9, concurrency: 10, recycled: false },
    { running: 10, concurrency: 10, recycled: true },
  ])('of $concurrency at once, $running abandoned: recycled $recycled', ({ recycled, ...load }) => {
    expect(abandonedRecycleReason(load) !== null).toBe(recycled);
  });

  it('is recycled with that reason', () => {
    const report = {
      memory: { rss: 100, heapUsed: 50, heapTotal: 60, external: 1, arrayBuffers: 0 },
      totals: zeroTotals,
      startedAtMs: 0,
      reportedAtMs: 1_000,
      concurrency: 1,
    };
    expect(evaluateRecycle(report, defaultMemoryLimits)).toBeNull();
    expect(evaluateRecycle({ ...report, abandoned: 3 }, defaultMemoryLimits)).toEqual({
      cause: 'zombies',
      reason: '3 handlers run on after their deadline',
    });
  });
});
