/** What a schedule does, as somebody wrote it: exactly one of `pattern` and `everyMs`. */
export interface ScheduleDefinition {
  readonly queueName: string;
  /** Unique within its queue. */
  readonly scheduleId: string;
  readonly jobName: string;
  /** Cron, five or six fields. */
  readonly pattern: string | null;
  readonly everyMs: number | null;
  /** IANA name that the pattern is read in; the worker's own zone without it. */
  readonly tz: string | null;
  /** ms since 1970; no run before, none after. */
  readonly startAtMs: number | null;
  readonly endAtMs: number | null;
  /** Most runs in all. */
  readonly limit: number | null;
  /** JSON text: the payload of every run. */
  readonly data: string;
  /** BullMQ's job options of every run. */
  readonly options: Readonly<Record<string, unknown>>;
}

export interface Schedule extends ScheduleDefinition {
  /** Of the run that was made last: one that waits for its time, or has come due and is not taken yet. */
  readonly nextAtMs: number | null;
  /** Runs made so far, the next included. */
  readonly runs: number;
}

export interface DueSchedule {
  readonly queueName: string;
  readonly scheduleId: string;
  readonly nextAtMs: number;
}

/**
 * BullMQ's job schedulers. Each has one job made in advance, which waits for its time; the
 * one after it is made when a worker takes that. So a schedule stands still with its queue.
 */
export interface ScheduleGateway {
  /** A queue's schedules, the one that runs next first; at most `limit`, 1 to 1,000. Those of BullMQ 5 and before are left out. */
  list(queueName: string, limit: number): Promise<readonly Schedule[]>;
  get(queueName: string, scheduleId: string): Promise<Schedule | null>;
  /**
   * Creates or replaces: the job made in advance goes, and one by the new definition is made.
   * Rejects with `conflict` when the job of that moment runs already.
   */
  put(definition: ScheduleDefinition): Promise<Schedule>;
  /** With the job made in advance; runs that began go on. Answers whether it was there. */
  remove(queueName: string, scheduleId: string): Promise<boolean>;
  /** Of each queue the schedule that came due first, where that was before `beforeMs`. */
  overdue(queueNames: readonly string[], beforeMs: number): Promise<readonly DueSchedule[]>;
}
