import type { WorkerReport } from '../fleet/report.js';
import { abandonedRecycleReason } from '../timeouts/abandoned.js';
import type { MemoryLimits } from './memory-limits.js';
import { growthReason, type MemorySample } from './memory-trend.js';
import type { RecycleNotice } from './recycle.js';

type Judged = Pick<WorkerReport, 'memory' | 'totals' | 'startedAtMs' | 'reportedAtMs' | 'abandoned' | 'concurrency'>;

const HOUR_MS = 3_600_000;
/** A soft limit below what a worker needs to start would else replace it for ever. */
const SOFT_LIMIT_AFTER_MS = 60_000;

/**
 * Why a worker should be recycled, or `null` when it need not be; the most urgent reason
 * first. `samples` are its memory over the last hour or so, oldest first.
 */
export function evaluateRecycle(
  report: Judged,
  limits: MemoryLimits,
  samples: readonly MemorySample[] = [],
  softLimitAfterMs = SOFT_LIMIT_AFTER_MS,
): RecycleNotice | null {
  const { memory, totals, startedAtMs, reportedAtMs, abandoned = 0, concurrency } = report;
  const over = aboveHardLimit(memory.rss, limits.hardLimitMB);
  if (over !== null) return over;
  // Both instants are the worker's own: its clock may differ from ours.
  const ageMs = reportedAtMs - startedAtMs;
  if (memory.rss >= limits.softLimitMB && ageMs >= softLimitAfterMs) {
    const reason = `Memory ${Math.round(memory.rss)} MB is above the soft limit of ${limits.softLimitMB} MB`;
    return { cause: 'soft_limit', reason };
  }
  const zombies = abandonedRecycleReason({ running: abandoned, concurrency });
  if (zombies !== null) return { cause: 'zombies', reason: zombies };
  const jobs = totals.completed + totals.failed;
  if (limits.afterJobs > 0 && jobs >= limits.afterJobs) {
    return { cause: 'jobs', reason: `It handled ${jobs} jobs; a worker is replaced after ${limits.afterJobs}` };
  }
  const hours = ageMs / HOUR_MS;
  if (limits.afterHours > 0 && hours >= limits.afterHours) {
    const reason = `It is ${hours.toFixed(1)} hours old; a worker is replaced after ${limits.afterHours}`;
    return { cause: 'age', reason };
  }
  const growth = growthReason(samples, startedAtMs, limits.softLimitMB);
  return growth === null ? null : { cause: 'growth', reason: growth };
}

/** What a worker checks of itself, too: it must not depend on a control plane that may be away. */
export function aboveHardLimit(rssMB: number, hardLimitMB: number): RecycleNotice | null {
  if (rssMB < hardLimitMB) return null;
  const reason = `Memory ${Math.round(rssMB)} MB is above the hard limit of ${hardLimitMB} MB`;
  return { cause: 'hard_limit', reason };
}
