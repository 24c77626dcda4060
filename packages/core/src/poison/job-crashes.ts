import type { JobRef } from '../ports/job-gateway.js';

/**
 * How a worker ended with the job in hand: killed, or hung and given up; by an error that no
 * handler caught; above its hard memory limit, with the job unfinished at the end of the grace.
 */
export const crashKinds = ['vanished', 'unhandled_error', 'memory_limit'] as const;
export type CrashKind = (typeof crashKinds)[number];

/** One crash of a worker that had the job in hand. Sizes in MB (2^20 bytes), of the worker's last report. */
export interface JobCrash {
  readonly kind: CrashKind;
  readonly workerId: string;
  readonly host: string;
  /** Start of the run: a run crashes once, however often it is looked at. */
  readonly startedAtMs: number;
  readonly noticedAtMs: number;
  /** Other jobs that the worker had in hand: any of them may be the one to blame. */
  readonly beside: number;
  readonly rssMB: number;
  readonly heapUsedMB: number;
  readonly memoryLimitMB: number | null;
}

export interface CrashedJob extends JobRef {
  readonly jobName: string;
  /** Oldest first. */
  readonly crashes: readonly JobCrash[];
}

/** Crashes that are kept of one job, the latest. */
const MOST_CRASHES = 20;
/** Crashes that lie further apart say little of the job. */
export const CRASHES_KEPT_MS = 7 * 86_400_000;

/** With one more crash; the same object when that run was noted before. */
export function withCrash(job: CrashedJob, crash: JobCrash): CrashedJob {
  if (job.crashes.some(({ startedAtMs }) => startedAtMs === crash.startedAtMs)) return job;
  const recent = job.crashes.filter(({ noticedAtMs }) => noticedAtMs > crash.noticedAtMs - CRASHES_KEPT_MS);
  return { ...job, crashes: [...recent, crash].slice(-MOST_CRASHES) };
}

/** Without a run that was no crash after all: its worker hung, and speaks again. */
export function withoutRun(job: CrashedJob, startedAtMs: number): CrashedJob {
  return { ...job, crashes: job.crashes.filter((crash) => crash.startedAtMs !== startedAtMs) };
}

/** `afterCrashes` 0: never. */
export function isPoison({ crashes }: CrashedJob, afterCrashes: number): boolean {
  return afterCrashes > 0 && crashes.length >= afterCrashes;
}
