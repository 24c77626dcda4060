import type { RecycleNotice } from '../recycling/recycle.js';

/**
 * What a worker says of itself every few seconds. Counters and histograms are cumulative
 * since the worker's start, so a report that never arrives costs resolution, not a count.
 */
export const REPORT_FORMAT = 1;

/**
 * starting: spawned, not yet taking jobs. ready: taking jobs. draining: takes no more,
 * finishes what it has. stopped: the final report of an orderly exit.
 */
export const workerStates = ['starting', 'ready', 'draining', 'stopped'] as const;
export type WorkerState = (typeof workerStates)[number];

/** Attempts by outcome. `failed` includes `timedOut`. */
export interface OutcomeTotals {
  readonly completed: number;
  readonly failed: number;
  readonly timedOut: number;
}

export interface WorkerTotals extends OutcomeTotals {
  /** Attempts begun. */
  readonly started: number;
  /** First attempts begun: jobs that reached a worker for the first time. */
  readonly firstStarted: number;
  /** Jobs that this worker found stalled (their earlier worker vanished) and put back. */
  readonly stalled: number;
  /** Jobs given back unfinished at the end of a drain; each will run again. */
  readonly handedBack: number;
}

/** What deadlines did to the attempts of one job name, since the worker's start. */
export interface DeadlineCounts {
  /** Attempts that ran past their soft timeout. */
  readonly soft: number;
  /** Attempts that shadow mode let run past their deadline: they would have timed out. */
  readonly overdue: number;
  /** Handlers that did not end at the abort of their signal, and were left running. */
  readonly abandoned: number;
}

/** Durations of one job name, for its adaptive deadline; since the worker began to adapt. */
export interface NameTimings {
  /** `encodeHistogram`, coarse, in base64: attempts that completed or reached their deadline. */
  readonly durations: string;
  /** Of them, those that reached their deadline, or in shadow mode would have. */
  readonly timedOut: number;
}

/** The shape of the guide's MemoryStats, without its instant. Sizes in MB (2^20 bytes). */
export interface ProcessMemory {
  readonly heapUsed: number;
  readonly heapTotal: number;
  readonly external: number;
  readonly rss: number;
  readonly arrayBuffers: number;
}

/** Processing times over a sliding window. */
export interface ReportWindow {
  readonly spanMs: number;
  /** `encodeHistogram` in base64. */
  readonly processing: string;
  /** Smallest and largest, exact; `null` when there was none. */
  readonly minMs: number | null;
  readonly maxMs: number | null;
}

export interface WorkerReport {
  readonly format: number;
  readonly workerId: string;
  readonly queueName: string;
  /** Stable name of the machine: workers and control plane on one host agree on it. */
  readonly host: string;
  readonly pid: number;
  /** Version of @drover/worker. */
  readonly version: string;
  /** `drover worker` owns its process and can be recycled; the drop-in class lives in somebody else's. */
  readonly owner: 'drover' | 'application';
  readonly state: WorkerState;
  readonly concurrency: number;
  /** Jobs in hand now. */
  readonly active: number;
  /** What jobs in hand get when a signal ends this worker: a supervisor that adopts it cannot give another. */
  readonly graceMs?: number;
  /** Requests that wait for a permit now, by limiter; absent while none does. */
  readonly limiterWaits?: Readonly<Record<string, number>>;
  readonly startedAtMs: number;
  readonly reportedAtMs: number;
  readonly totals: WorkerTotals;
  /** Outcomes by job name; at most 50 names, the rest under `*`. */
  readonly byName: Readonly<Record<string, OutcomeTotals & { readonly processingMs: number }>>;
  /** Handlers that still run although their attempt was given up at its deadline. */
  readonly abandoned?: number;
  /** By job name, where anything happened; under the same names as `byName`. */
  readonly deadlines?: Readonly<Record<string, DeadlineCounts>>;
  /** By job name, while the queue's deadlines adapt. */
  readonly timings?: Readonly<Record<string, NameTimings>>;
  /** `encodeHistogram` in base64: time from pick-up to end of an attempt. */
  readonly processing: string;
  /** `encodeHistogram` in base64: first start minus (timestamp + own delay). Retries do not count. */
  readonly wait: string;
  /** The last 100 processing times in ms, oldest first, exact. */
  readonly recentMs: readonly number[];
  /** How long before this report each of them ended, in ms. */
  readonly recentAgoMs?: readonly number[];
  /** Smallest and largest processing time since start, exact; `null` before the first. */
  readonly minMs: number | null;
  readonly maxMs: number | null;
  /** Processing times of about the last hour; absent while that is all since the worker's start. */
  readonly window?: ReportWindow;
  readonly memory: ProcessMemory;
  /** Set from the moment at which this worker knows that it is to be replaced. */
  readonly recycle?: RecycleNotice;
  /** The worker's hard memory limit in MB, when one is set. */
  readonly memoryLimitMB: number | null;
  /** Share of one core since the last report, 0 to 1 and above with threads. */
  readonly cpuShare: number;
  /** 99th percentile of event-loop delay since the last report, in ms. */
  readonly eventLoopDelayMs: number;
  /** The last failure that was not a job's: an engine error, a crash being reported. */
  readonly lastError: string | null;
  /** In the last report of a worker that ends by an error that no handler caught, or above its hard limit: some of the jobs that it had in hand. */
  readonly crashedWith?: readonly RunInHand[];
}

/** A run of a job: BullMQ's `processedOn` tells it from the job's other runs. */
export interface RunInHand {
  readonly jobId: string;
  readonly startedAtMs: number;
}

/** Of those that a crashed worker names. */
export const MOST_CRASHED_WITH = 50;

/** Longest report that is stored; a worker sheds `timings` first, then `byName`, then `recentMs`. */
export const MAX_REPORT_BYTES = 32_768;
