import type { QueueLoad, RunnableQueue } from '@drover/core';
import type { QueueWorkers } from '../../monitor/queue-figures.js';
import type { QueueRecord } from '../../monitor/queue-record.js';
import type { QueueScaling } from './queue-scaling.js';
import type { ScalingHold } from './scaling-holds.js';

export interface LoadSources {
  readonly record: QueueRecord;
  readonly workers: QueueWorkers | undefined;
  readonly scaling: QueueScaling;
  readonly runs: RunnableQueue;
  /** As the leader last assigned. */
  readonly currentWorkers: number;
  readonly dueSoon: number;
  readonly hold: ScalingHold | null;
  readonly nowMs: number;
}

/** Of the workers that are ready, the share that waits for a permit from which on more of them would wait, too. */
const LIMITED_SHARE = 0.5;
const SETTLED_MS = 30_000;

/** A queue and its workers now, as a decision takes them. */
export function loadOf(sources: LoadSources): QueueLoad {
  const { record, workers, scaling, runs, currentWorkers, dueSoon, hold, nowMs } = sources;
  const { state } = record;
  const reports = workers?.reports ?? [];
  const ready = reports.filter((report) => report.state === 'ready');
  const cpuShare = ready.reduce((sum, report) => sum + report.cpuShare, 0) / Math.max(1, ready.length);
  const limitedBy = limiterOf(ready);
  return {
    nowMs,
    depth: state?.waiting ?? 0,
    dueSoon,
    active: state?.active ?? 0,
    oldestWaitMs: state?.oldestWaitingMs ?? 0,
    currentWorkers,
    readyWorkers: Math.min(currentWorkers, workers?.ready ?? 0),
    startingWorkers: Math.max(0, currentWorkers - (workers?.ready ?? 0)),
    slotsPerWorker: Math.max(1, ready[0]?.concurrency ?? runs.slots),
    startUpMs: scaling.startUpMs,
    ...(ready.length > 0 && { cpuPercent: Math.min(100, 100 * cpuShare) }),
    ...(workers?.memoryPercent !== null && workers?.memoryPercent !== undefined
      ? { memoryPercent: Math.min(100, workers.memoryPercent) }
      : {}),
    paused: state?.paused ?? false,
    ...(record.unreadableBecause !== null && { engineTrouble: record.unreadableBecause }),
    ...(limitedBy && { limitedBy }),
    ...(workers?.crashLoop && !lives(ready, nowMs) && { crashLoop: inShort(workers.crashLoop.lastError) }),
    ...(hold && { hold: { workers: hold.workers, untilMs: hold.untilMs, by: hold.by } }),
    sampleGapMs: scaling.readAtMs === null ? 0 : Math.max(0, nowMs - scaling.readAtMs),
  };
}

/** A worker that has run for a while: whatever killed others does not kill all. */
function lives(ready: readonly QueueWorkers['reports'][number][], nowMs: number): boolean {
  return ready.some(({ startedAtMs }) => nowMs - startedAtMs > SETTLED_MS);
}

/** An error's first line; the rest is in the log. */
const inShort = (error: string): string => error.split('\n', 1)[0]?.slice(0, 160) ?? '';

/** The limiter for which most of a queue's workers wait, when at least half of them do. */
function limiterOf(ready: readonly QueueWorkers['reports'][number][]): QueueLoad['limitedBy'] {
  const waits = new Map<string, { workers: number; waiting: number }>();
  for (const { limiterWaits = {} } of ready) {
    for (const [limiter, waiting] of Object.entries(limiterWaits)) {
      if (waiting === 0) continue;
      const sums = waits.get(limiter) ?? { workers: 0, waiting: 0 };
      waits.set(limiter, { workers: sums.workers + 1, waiting: sums.waiting + waiting });
    }
  }
  const [most] = [...waits].sort(([, a], [, b]) => b.workers - a.workers);
  if (most === undefined || most[1].workers < LIMITED_SHARE * ready.length) return undefined;
  return { limiter: most[0], waiting: most[1].waiting };
}
