import type { WorkerReport } from '../fleet/report.js';
import type { Recycle, RecycleNotice } from './recycle.js';

/** Share of a queue's workers that may be recycled at once; always at least one. */
export const RECYCLED_SHARE = 0.25;

/** How many workers of a queue with so many may be under way at once. */
export function recycleSlots(workers: number): number {
  return Math.max(1, Math.floor(workers * RECYCLED_SHARE));
}

type Worker = Pick<WorkerReport, 'workerId' | 'queueName' | 'state' | 'owner' | 'memory'>;

/** A worker that has a reason to be recycled, and no recycle under way. */
export interface RecycleCandidate {
  readonly workerId: string;
  readonly queueName: string;
  readonly rssMB: number;
  readonly notice: RecycleNotice;
}

/**
 * Those that go now: requests that wait for their turn first, oldest first; then candidates,
 * the largest first, for they have the least time. Never more of a queue at once than its
 * share; a worker above its hard limit goes anyway, as its host would else kill it.
 */
export function planRecycles(
  workers: readonly Worker[],
  open: readonly Recycle[],
  candidates: readonly RecycleCandidate[],
): { readonly tell: readonly Recycle[]; readonly begin: readonly RecycleCandidate[] } {
  const free = new Map<string, number>();
  const take = (queueName: string): boolean => {
    const left = free.get(queueName) ?? recycleSlots(liveWorkers(workers, queueName)) - underWay(open, queueName);
    free.set(queueName, left - 1);
    return left > 0;
  };
  const waiting = open
    .filter(({ toldAtMs }) => toldAtMs === null)
    .sort((a, b) => a.requestedAtMs - b.requestedAtMs || (a.workerId < b.workerId ? -1 : 1));
  const known = new Set(open.map(({ workerId }) => workerId));
  const fresh = candidates.filter(({ workerId }) => !known.has(workerId)).sort((a, b) => b.rssMB - a.rssMB);
  const urgent = fresh.filter(({ notice }) => notice.cause === 'hard_limit');
  const patient = fresh.filter(({ notice }) => notice.cause !== 'hard_limit');
  for (const { queueName } of urgent) take(queueName);
  const tell = waiting.filter(({ queueName }) => take(queueName));
  return { tell, begin: [...urgent, ...patient.filter(({ queueName }) => take(queueName))] };
}

/** Workers of a queue that Drover can recycle and that live. */
export function liveWorkers(workers: readonly Worker[], queueName: string): number {
  return workers.filter((worker) => worker.queueName === queueName && worker.state !== 'stopped').length;
}

function underWay(open: readonly Recycle[], queueName: string): number {
  return open.filter((recycle) => recycle.queueName === queueName && recycle.toldAtMs !== null).length;
}
