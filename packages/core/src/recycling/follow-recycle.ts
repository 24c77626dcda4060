import type { WorkerReport } from '../fleet/report.js';
import type { Recycle } from './recycle.js';

/** A worker that was told and does not answer is told again after this. */
export const TELL_AGAIN_AFTER_MS = 10_000;
/** Then the recycle has failed: an old version, or a wedged process. */
export const NO_ANSWER_MS = 60_000;
/** A report that is missing for so long belongs to a worker that is gone. */
export const GONE_AFTER_MS = 15_000;

export interface RecycleSight {
  /** The worker's newest report, also the last one of a worker that stopped; `null` when there is none. */
  readonly report: WorkerReport | null;
  /** For how long there was none, by looks that succeeded, in ms. */
  readonly missingMs: number;
}

/** The recycle as it now stands; the same object when nothing changed. */
export function followRecycle(recycle: Recycle, { report, missingMs }: RecycleSight, nowMs: number): Recycle {
  if (report === null) return missingMs < GONE_AFTER_MS ? recycle : gone(recycle, nowMs);
  if (report.state === 'stopped') return ended(recycle, report, nowMs);
  if (report.state === 'draining') {
    return report.active === 0
      ? moved(recycle, 'draining', 'It is ending', nowMs)
      : drains(recycle, report.active, nowMs);
  }
  if (report.recycle !== undefined) return moved(recycle, 'replacing', 'Its replacement is starting', nowMs);
  if (recycle.toldAtMs === null) return recycle;
  if (nowMs - recycle.toldAtMs < NO_ANSWER_MS) return recycle;
  return moved(recycle, 'failed', 'The worker did not answer: its process is wedged or of an older version', nowMs);
}

/** True when the word to the worker may have been lost on its way. */
export function needsTelling(recycle: Recycle, { report }: RecycleSight, nowMs: number): boolean {
  if (recycle.status !== 'requested' || recycle.toldAtMs === null || report === null) return false;
  return report.recycle === undefined && report.state === 'ready' && nowMs - recycle.toldAtMs >= TELL_AGAIN_AFTER_MS;
}

function drains(recycle: Recycle, active: number, nowMs: number): Recycle {
  const jobs = active === 1 ? 'a job' : `${active} jobs`;
  return moved(recycle, 'draining', `It finishes ${jobs}`, nowMs);
}

function ended(recycle: Recycle, { totals }: WorkerReport, nowMs: number): Recycle {
  const { handedBack } = totals;
  const jobs = handedBack === 1 ? '1 job runs' : `${handedBack} jobs run`;
  const message = handedBack === 0 ? 'It ended with all its jobs finished' : `It ended; ${jobs} again`;
  return { ...moved(recycle, 'done', message, nowMs), jobsHandedBack: handedBack };
}

/** Killed, or its host is gone: the jobs that it had are found stalled and run again. */
function gone(recycle: Recycle, nowMs: number): Recycle {
  return moved(recycle, 'done', 'Its process ended without a last word; jobs that it had run again', nowMs);
}

function moved(recycle: Recycle, status: Recycle['status'], message: string, nowMs: number): Recycle {
  if (recycle.status === status && recycle.message === message) return recycle;
  return { ...recycle, status, message, updatedAtMs: nowMs };
}
