import type { MemoryConfiguration, RecycleStatus, WorkerMemoryState, WorkerRecycle } from '@drover/contract';
import { type MemoryLevel, workerLevel } from './memory.js';
import { sortRows, type TableSort } from './table-sort.js';

/** What a person reads of a worker's life; `recycle_due` and `recycling` stand before the process's own state. */
export type ShownWorkerState = 'recycling' | 'recycle_due' | 'starting' | 'ready' | 'draining' | 'stopped';

export interface WorkerRow {
  readonly worker: WorkerMemoryState;
  readonly state: ShownWorkerState;
  /** Why it is to be recycled, or how far that is. */
  readonly reason: string | undefined;
  readonly recycle: WorkerRecycle | undefined;
  readonly rssMB: number;
  /** Undefined where no limit is known. */
  readonly softMB: number | undefined;
  readonly hardMB: number | undefined;
  /** RSS of the hard limit, in percent. */
  readonly percent: number | undefined;
  readonly level: MemoryLevel;
}

export const shownWorkerStates: Record<ShownWorkerState, string> = {
  recycling: 'Recycling',
  recycle_due: 'Recycle due',
  starting: 'Starting',
  ready: 'Running',
  draining: 'Draining',
  stopped: 'Stopped',
};

const stages: Record<RecycleStatus, string> = {
  requested: 'waits for its turn',
  replacing: 'its replacement starts',
  draining: 'finishes its jobs',
  done: 'done',
  failed: 'failed',
};

/** How far a recycle is, in a word or two. */
export function recycleStage({ status }: Pick<WorkerRecycle, 'status'>): string {
  return stages[status];
}

/** Workers with what the limits and the recycles under way say about them. */
export function workerRows(
  workers: readonly WorkerMemoryState[],
  config: MemoryConfiguration | undefined,
  running: readonly WorkerRecycle[],
): WorkerRow[] {
  const recycles = new Map(running.map((recycle) => [recycle.workerId, recycle]));
  return workers.map((worker) => {
    const { rss, percentage } = worker.lastMemoryCheck;
    // A worker tells how full it is of its own hard limit: configurations of single queues are in that already.
    const hardMB = percentage > 0 ? (rss / percentage) * 100 : undefined;
    const soft = config && (config.jobSpecific[worker.queueName] ?? config.worker.softLimit);
    const softMB = soft !== undefined && hardMB !== undefined ? Math.min(soft, hardMB) : undefined;
    const recycle = recycles.get(worker.workerId);
    return {
      worker,
      recycle,
      rssMB: rss,
      hardMB,
      softMB,
      percent: hardMB === undefined ? undefined : percentage,
      level: hardMB === undefined ? 'normal' : workerLevel(percentage, softMB === undefined ? 1 : softMB / hardMB),
      state: recycle ? 'recycling' : worker.shouldRecycle ? 'recycle_due' : (worker.state ?? 'ready'),
      reason: recycle ? `${recycle.reason}: ${recycleStage(recycle)}` : worker.recycleReason,
    };
  });
}

export interface WorkerFilter {
  readonly search: string;
  readonly queue: string;
  readonly host: string;
  /** A shown state, `high` for all above their soft limit, '' for all. */
  readonly state: string;
}

export function readWorkerFilter(params: URLSearchParams): WorkerFilter {
  const text = (name: string) => params.get(name) ?? '';
  return { search: text('q'), queue: text('queue'), host: text('host'), state: text('state') };
}

export function filterWorkers(rows: readonly WorkerRow[], { search, queue, host, state }: WorkerFilter): WorkerRow[] {
  const wanted = search.trim().toLowerCase();
  return rows.filter(({ worker, ...row }) => {
    if (queue && worker.queueName !== queue) return false;
    if (host && worker.host !== host) return false;
    if (state === 'high' ? row.level === 'normal' : state && row.state !== state) return false;
    const words = [worker.workerId, worker.queueName, worker.host, worker.version, String(worker.pid ?? '')];
    return wanted === '' || words.some((word) => word?.toLowerCase().includes(wanted));
  });
}

const values: Record<string, (row: WorkerRow) => number | string | undefined> = {
  worker: ({ worker }) => worker.workerId,
  queue: ({ worker }) => worker.queueName,
  host: ({ worker }) => worker.host,
  state: ({ state }) => Object.keys(shownWorkerStates).indexOf(state),
  // The longest uptime is the earliest start.
  uptime: ({ worker }) => -worker.startTime.getTime(),
  jobs: ({ worker }) => worker.jobsProcessed,
  memory: ({ percent, rssMB }) => percent ?? rssMB / 1e6,
  cpu: ({ worker }) => worker.cpuPercent,
};

export const workerSortKeys = Object.keys(values);
/** What needs a person stands first. */
export const defaultWorkerSort: TableSort = { key: 'memory', descending: true };

export function sortWorkers(rows: readonly WorkerRow[], { key, descending }: TableSort): WorkerRow[] {
  const byName = sortRows(rows, false, ({ worker }) => worker.workerId);
  return sortRows(byName, descending, values[key] ?? (() => undefined));
}

/** Names to choose from, each once, in order. */
export function namesOf(workers: readonly WorkerMemoryState[], field: 'queueName' | 'host'): string[] {
  return [...new Set(workers.flatMap((worker) => worker[field] ?? []))].sort();
}
