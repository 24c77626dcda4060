/** States of jobs that can be cleaned, as the guide names them. `waiting` holds prioritized and paused jobs too. */
export const cleanableStates = ['completed', 'failed', 'delayed', 'waiting', 'active'] as const;
export type CleanableState = (typeof cleanableStates)[number];

/** Which jobs of a queue an operation is about. */
export interface JobSelection {
  readonly queueName: string;
  /** Of `active` only those whose worker has lost its lock: the others are running. */
  readonly state: CleanableState;
  /**
   * Only jobs that were at rest by then, ms since 1970: finished ones finished by then,
   * others were last started, or else added, by then.
   */
  readonly untilMs: number;
}

export interface SliceRequest {
  /** Jobs to change at most, 1 to 1,000. */
  readonly limit: number;
  /** `next` of the slice before; `null` for the first. */
  readonly after: string | null;
}

export interface CleanSlice {
  readonly removed: number;
  /** Where the next slice goes on; `null` when this was the last. A slice may remove nothing and not be the last. */
  readonly next: string | null;
}

export interface RetryFailure {
  readonly jobId: string;
  readonly reason: string;
}

export interface RetrySlice {
  readonly retried: number;
  /** Jobs that could not be put back, and stay as they are. */
  readonly failures: readonly RetryFailure[];
  readonly next: string | null;
}

/**
 * What an operator does to a queue and its jobs. Work on many jobs goes in slices, each one
 * atomic step of bounded size, so that nobody else waits long for the engine. A job is
 * checked and changed in the same step: one that a worker took meanwhile is left alone.
 */
export interface QueueOperations {
  /** Whether the engine knows the queue: it has jobs, or settings such as a pause. */
  knows(queueName: string): Promise<boolean>;
  /** Lets workers take jobs of the queue, or not, from now on and everywhere; answers whether it was paused before. */
  setPaused(queueName: string, paused: boolean): Promise<boolean>;
  /** How many jobs a clean would remove now; of `failed`, also how many a retry would put back. */
  count(selection: JobSelection): Promise<number>;
  /**
   * Removes jobs, oldest first, with what belongs to them. The next job of a scheduler stays:
   * without it the schedule would end. A parent whose last child goes is let run.
   */
  clean(selection: JobSelection, request: SliceRequest): Promise<CleanSlice>;
  /**
   * Puts failed jobs back to be run, those that failed first first, with their priority and
   * the attempts they have made. What fails after `untilMs` is left alone, so nothing is put
   * back twice (by the clocks of the workers, which note when a job failed).
   */
  retryFailed(queueName: string, untilMs: number, request: SliceRequest): Promise<RetrySlice>;
}
