/** A queue and its workers at one moment, as a decision needs them. */
export interface QueueLoad {
  readonly nowMs: number;
  /** Jobs ready to run that no worker has taken. */
  readonly depth: number;
  /** Delayed jobs that come due before a worker asked for now would be ready. */
  readonly dueSoon: number;
  /** Jobs that run. */
  readonly active: number;
  /** How long the oldest of the ready jobs has waited; 0 without any. */
  readonly oldestWaitMs: number;
  /** Workers asked for: ready, starting, or on their way. */
  readonly currentWorkers: number;
  readonly readyWorkers: number;
  readonly startingWorkers: number;
  /** Jobs that one worker runs at a time. */
  readonly slotsPerWorker: number;
  /** From asking for a worker to its first job, as observed; `null` before the first was. */
  readonly startUpMs: number | null;
  /** Of the busiest resource share of the queue's workers, 0 to 100; absent when unknown. */
  readonly cpuPercent?: number;
  readonly memoryPercent?: number;
  readonly paused: boolean;
  /** Why the engine can't be relied on now; absent when it can. */
  readonly engineTrouble?: string;
  /** The rate limiter that keeps jobs waiting though workers are free. */
  readonly limitedBy?: { readonly limiter: string; readonly waiting: number };
  /** Why the queue's workers keep dying; absent when they don't. */
  readonly crashLoop?: string;
  /** Somebody's order to stay at a number of workers until a time. */
  readonly hold?: { readonly workers: number; readonly untilMs: number; readonly by: string };
  /** Age of the newest figures: the looks that were missed count too. */
  readonly sampleGapMs: number;
  /** How many more workers the hosts' memory allows; absent without a budget. */
  readonly room?: number;
}
