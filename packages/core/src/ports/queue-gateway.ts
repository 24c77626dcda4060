import type { Fault } from '../faults.js';

/** One queue's state at an instant. Engine differences end here. */
export interface QueueState {
  readonly queueName: string;
  /** All that could run now: BullMQ's wait + prioritized, and jobs held by a pause. */
  readonly waiting: number;
  /** The part of `waiting` that has a priority. */
  readonly prioritized: number;
  readonly active: number;
  readonly delayed: number;
  /** Sizes of the kept sets, as retention leaves them: not totals. */
  readonly completed: number;
  readonly failed: number;
  /** True while `completed` and `failed` are 0 because a large queue is still being counted. */
  readonly uncounted?: boolean;
  readonly waitingChildren: number;
  readonly paused: boolean;
  /**
   * Age of the job that could run and has waited longest, over every priority (the head
   * of the sorted set alone hides starved ones); `null` when nothing waits. A job's wait
   * begins at timestamp + own delay.
   */
  readonly oldestWaitingMs: number | null;
}

export type QueueReading =
  | { readonly ok: true; readonly queueName: string; readonly state: QueueState }
  | { readonly ok: false; readonly queueName: string; readonly fault: Fault };

/** A finished job as far as the engine still remembers it. */
export interface FinishedSample {
  readonly jobId: string;
  readonly jobName: string;
  readonly outcome: 'completed' | 'failed';
  readonly finishedAtMs: number;
  /** Last attempt's processing time; `null` when the engine did not keep its start. */
  readonly processingMs: number | null;
  /** First wait; `null` for retried jobs, whose first start is no longer known. */
  readonly waitMs: number | null;
}

export interface QueueGateway {
  /**
   * Queues that exist on the engine, sorted. May look at a part of the key space per call
   * and answer with all it has found so far; a queue that vanished goes within a full round.
   */
  discover(): Promise<readonly string[]>;
  /**
   * Reads many queues in a number of round trips that grows with batches, not queues. One
   * unreadable queue is an `ok: false` entry; only an unreachable engine rejects. The order
   * is that of `queueNames`.
   */
  readStates(queueNames: readonly string[], nowMs: number): Promise<readonly QueueReading[]>;
  /** How many delayed jobs of each queue are due by then; a queue that cannot be read is left out. */
  countDue(queueNames: readonly string[], untilMs: number): Promise<ReadonlyMap<string, number>>;
  /** The most recently finished jobs, newest first: for queues whose workers are not ours. */
  sampleFinished(queueName: string, limit: number): Promise<readonly FinishedSample[]>;
  /**
   * Does what BullMQ leaves to workers, for a queue that has none: puts jobs of vanished
   * workers back and lets delayed jobs come due. Returns the ids put back.
   */
  tend(queueName: string): Promise<readonly string[]>;
}
