import type { LiveSnapshot, RunningJob, RunningJobs } from '@drover/contract';
import type { Clock, JobGateway, JobRow } from '@drover/core';
import type { Reads } from '../reads.js';

export interface RunningOptions {
  readonly jobs: Pick<JobGateway, 'walk'>;
  readonly reads: Pick<Reads, 'current'>;
  readonly clock: Clock;
}

export interface RunningFilter {
  readonly queueName?: string | undefined;
  readonly workerId?: string | undefined;
  readonly limit: number;
}

export interface RunningService {
  /** What workers have in hand, as the engine knows it: also of plain BullMQ workers. */
  read(filter: RunningFilter): Promise<RunningJobs>;
}

/** Of one queue, its oldest ones: a stuck job is among them. */
const LOOK_PER_QUEUE = 1_000;
/** Jobs of one look at all queues; beyond it, those of the rest are not shown. */
const MOST_LOOKED_AT = 10_000;
/** A job is slow beyond so many times the 99th percentile of its queue, and never before a minute. */
const SLOW_FACTOR = 5;
const SLOW_AFTER_MS = 60_000;
const FRESH_MS = 1_000;

interface Look {
  readonly atMs: number;
  readonly rows: readonly JobRow[];
  readonly truncated: boolean;
}

export function createRunning({ jobs, reads, clock }: RunningOptions): RunningService {
  let held: { readonly look: Promise<Look>; readonly untilMs: number } | null = null;

  const look = async (): Promise<Look> => {
    const busy = reads.current()?.queues.filter(({ metrics }) => metrics.active > 0) ?? [];
    const rows: JobRow[] = [];
    let truncated = false;
    for (const { queueName } of busy) {
      if (rows.length >= MOST_LOOKED_AT) {
        truncated = true;
        break;
      }
      const walk = { queueName, state: 'active', order: 'oldest', after: null, look: LOOK_PER_QUEUE } as const;
      const slice = await jobs.walk(walk);
      rows.push(...slice.jobs);
      truncated ||= slice.next !== null;
    }
    return { atMs: clock.nowMs(), rows, truncated };
  };

  /** Everybody who asks within a second shares a look. */
  const fresh = (): Promise<Look> => {
    if (held && held.untilMs > clock.monotonicMs()) return held.look;
    const begun = look();
    held = { look: begun, untilMs: clock.monotonicMs() + FRESH_MS };
    begun.catch(() => {
      held = null;
    });
    return begun;
  };

  return {
    async read({ queueName, workerId, limit }) {
      const { atMs, rows, truncated } = await fresh();
      const wanted = rows.filter(
        (row) =>
          (queueName === undefined || row.queueName === queueName) &&
          (workerId === undefined || row.processedBy === workerId),
      );
      const ranked = rankRunning(wanted, reads.current(), atMs);
      return {
        timestamp: new Date(atMs),
        jobs: ranked.slice(0, limit),
        truncated: truncated || ranked.length > limit,
      };
    },
  };
}

/** Stuck ones first, then the oldest. */
export function rankRunning(rows: readonly JobRow[], snapshot: LiveSnapshot | null, nowMs: number): RunningJob[] {
  const workers = new Map(snapshot?.workers.workers.map((worker) => [worker.workerId, worker]));
  const queues = new Map(snapshot?.queues.map((queue) => [queue.queueName, queue]));
  const shown = rows.map((row): RunningJob => {
    const { queueName, jobId, name, startedAtMs, processedBy, attemptsStarted } = row;
    const ageMs = startedAtMs === null ? 0 : Math.max(0, nowMs - startedAtMs);
    const worker = processedBy === null ? undefined : workers.get(processedBy);
    const queue = queues.get(queueName);
    // Somebody else's worker may have a name and never report.
    const isGone = processedBy !== null && !worker && queue?.watchedBy === 'drover' && ageMs > SLOW_AFTER_MS / 4;
    const p99Ms = queue?.metrics.unknown?.includes('p99ProcessingTimeMs')
      ? 0
      : (queue?.metrics.p99ProcessingTimeMs ?? 0);
    const isSlow = p99Ms > 0 && ageMs > Math.max(SLOW_AFTER_MS, SLOW_FACTOR * p99Ms);
    const stuck = isGone ? 'worker_gone' : isSlow ? 'slow' : undefined;
    const progress = percent(row.progress);
    return {
      ...{ queueName, jobId, name, ageMs, attempt: attemptsStarted },
      ...(startedAtMs !== null && { startedAt: new Date(startedAtMs) }),
      ...(progress !== null && { progress }),
      ...(processedBy !== null && { workerId: processedBy }),
      ...(worker?.host !== undefined && { host: worker.host }),
      ...(stuck !== undefined && { stuck }),
    };
  });
  const order = { worker_gone: 0, slow: 1, none: 2 };
  return shown.sort((a, b) => order[a.stuck ?? 'none'] - order[b.stuck ?? 'none'] || b.ageMs - a.ageMs);
}

/** A progress that is an object is the job's own affair, and may hold what not everybody may see. */
function percent(progress: string | null): number | null {
  const value = progress === null ? Number.NaN : Number(progress);
  return Number.isFinite(value) ? value : null;
}
