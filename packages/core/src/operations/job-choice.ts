import type { JobFilter } from '../jobs/match-job.js';
import type { JobRef, JobRow, JobState } from '../ports/job-gateway.js';

export const jobOperationKinds = ['retry-jobs', 'promote-jobs', 'remove-jobs'] as const;
export type JobOperationKind = (typeof jobOperationKinds)[number];

/** Which jobs an operation is about, in each of its queues. */
export interface JobChoice {
  readonly states: readonly JobState[];
  readonly filter: JobFilter;
  /** A removal's: keeps copies in the trash. */
  readonly keep: boolean;
}

/** States from which jobs can be retried, promoted or removed; the first of them is meant where none is named. */
export const statesOfKind: Readonly<Record<JobOperationKind, readonly JobState[]>> = {
  'retry-jobs': ['failed', 'completed'],
  'promote-jobs': ['delayed'],
  'remove-jobs': ['failed', 'completed', 'delayed', 'waiting', 'waiting-children'],
};

/** A job that is tried before the others. */
export interface CanaryJob extends JobRef {
  /** BullMQ removes it when it completes: once it is gone, it has. */
  readonly clearsItself: boolean;
  /** `left`: it was gone, or in another state, before it could be retried. `gone`: nobody knows how it ended. */
  readonly verdict: 'chosen' | 'left' | 'running' | 'passed' | 'failed' | 'gone';
}

/** Some jobs are retried first, and the others only if all of those complete. */
export interface Canary {
  /** How many to try, and how long they may take (ms). */
  readonly jobs: number;
  readonly waitMs: number;
  readonly state: 'choosing' | 'retrying' | 'waiting' | 'passed' | 'stopped';
  readonly chosen: readonly CanaryJob[];
  /** Wall clock; from `waiting` on. */
  readonly untilMs?: number;
  /** Why it was stopped. */
  readonly reason?: string;
}

/**
 * Where the tried jobs stand, given each one's row (`null`: it is gone). Stops with the first that
 * failed for good, or whose end nobody knows; passes when all that were retried have completed.
 */
export function judgeCanary(canary: Canary, rows: readonly (JobRow | null)[], nowMs: number): Canary {
  const chosen = canary.chosen.map((job, index) => ({ ...job, verdict: verdictOf(job, rows[index] ?? null) }));
  const having = (...verdicts: CanaryJob['verdict'][]) => chosen.filter(({ verdict }) => verdicts.includes(verdict));
  const tried = chosen.length - having('left').length;
  const stopped = (reason: string): Canary => ({ ...canary, chosen, state: 'stopped', reason });
  const failed = having('failed');
  if (failed.length > 0) {
    return stopped(`Stopped by its canary: ${failed.length} of ${tried} tried jobs failed again (${namesOf(failed)}).`);
  }
  const gone = having('gone');
  if (gone.length > 0) {
    return stopped(`Stopped by its canary: nobody knows how ${namesOf(gone)} ended, because it was removed.`);
  }
  if (chosen.length > 0 && tried === 0) {
    return stopped('Stopped by its canary: none of the chosen jobs could be retried. They were changed by others.');
  }
  const open = having('chosen', 'running');
  if (open.length === 0) return { ...canary, chosen, state: 'passed' };
  if (canary.untilMs === undefined || nowMs < canary.untilMs) return { ...canary, chosen };
  const seconds = Math.round(canary.waitMs / 1_000);
  return stopped(`Stopped by its canary: ${open.length} of ${tried} tried jobs did not complete within ${seconds} s.`);
}

function verdictOf({ verdict, clearsItself }: CanaryJob, row: JobRow | null): CanaryJob['verdict'] {
  if (verdict !== 'running') return verdict;
  if (row === null) return clearsItself ? 'passed' : 'gone';
  if (row.state === 'completed') return 'passed';
  return row.state === 'failed' ? 'failed' : 'running';
}

function namesOf(jobs: readonly JobRef[]): string {
  const some = jobs.slice(0, 3).map(({ queueName, jobId }) => `job ${jobId.slice(0, 100)} of ${queueName}`);
  return `${some.join(', ')}${jobs.length > 3 ? ` and ${jobs.length - 3} more` : ''}`;
}
