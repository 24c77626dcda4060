import { COARSE_BITS, Histogram, type OutcomeTotals, type WorkerTotals } from '@drover/core';
import { DurationWindow, type WindowReading } from './duration-window.js';

/** What the ledger needs to know of a BullMQ job. */
export interface MeasuredJob {
  readonly name: string;
  /** Wall clock, ms: when the job was added. */
  readonly timestamp: number;
  readonly opts: { readonly delay?: number };
  readonly attemptsMade: number;
  readonly attemptsStarted: number;
  /** Wall clock, ms: when this attempt was picked up. */
  readonly processedOn?: number;
}

export interface LedgerReading {
  readonly totals: WorkerTotals;
  readonly byName: Readonly<Record<string, NameTotals>>;
  readonly processing: Histogram;
  readonly wait: Histogram;
  /** The last durations, oldest first, and how long ago each ended. */
  readonly recentMs: readonly number[];
  readonly recentAgoMs: readonly number[];
  readonly minMs: number | null;
  readonly maxMs: number | null;
  /** Of about the last hour; `null` while that is all there ever was. */
  readonly window: WindowReading | null;
  /** For adaptive deadlines; empty while nobody asks for them. */
  readonly timings: ReadonlyMap<string, { readonly durations: Histogram; readonly timedOut: number }>;
}

type NameTotals = OutcomeTotals & { readonly processingMs: number };
type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** Names beyond this many are counted together, so that ids used as job names cannot fill a report. */
export const MAX_NAMES = 50;
export const OTHER_NAMES = '*';
export const RECENT_DURATIONS = 100;
/**
 * Where a job carries its attempt. On the job itself, so that it goes with it: a Map of jobs
 * costs each 1.5 µs and must be rid of the attempts whose lock was lost; a WeakMap costs the
 * garbage collector more than all the rest of this class.
 */
const ATTEMPT = Symbol('attempt');

type WithAttempt = MeasuredJob & { [ATTEMPT]?: Attempt | undefined };

interface Attempt {
  readonly beganAtMs: number;
  tookMs: number | null;
  /** Set when the attempt ran past its deadline, whether that ended it or, in shadow mode, did not. */
  deadline: 'none' | 'timedOut' | 'overdue';
}

interface NameTimings {
  readonly durations: Histogram;
  timedOut: number;
}

/**
 * Counts and times one worker's attempts since its start. An attempt counts as finished
 * when the engine has accepted its outcome, so a result that was refused (lost lock) is
 * counted by the worker that really finished the job, and the fleet's sums add up.
 */
export class AttemptLedger {
  private readonly totals: Mutable<WorkerTotals> = {
    started: 0,
    firstStarted: 0,
    completed: 0,
    failed: 0,
    timedOut: 0,
    stalled: 0,
    handedBack: 0,
  };
  private readonly byName = new Map<string, Mutable<NameTotals>>();
  private readonly processing = new Histogram();
  private readonly wait = new Histogram();
  private readonly window = new DurationWindow(this.processing);
  private readonly recent: number[] = [];
  private readonly recentEndMs: number[] = [];
  private nextRecent = 0;
  private minMs: number | null = null;
  private maxMs: number | null = null;
  /** True to time each job name alone: the queue's deadlines adapt. */
  timesNames = false;
  private readonly timings = new Map<string, NameTimings>();

  /** `nowMs` is monotonic. */
  begin(job: MeasuredJob, nowMs: number): void {
    this.totals.started++;
    (job as WithAttempt)[ATTEMPT] = { beganAtMs: nowMs, tookMs: null, deadline: 'none' };
    if (job.attemptsMade !== 0 || job.attemptsStarted !== 1) return;
    this.totals.firstStarted++;
    this.wait.record((job.processedOn ?? Date.now()) - job.timestamp - (job.opts.delay ?? 0));
  }

  /** The processor is done, its outcome not stored yet; a second try to store it changes nothing. */
  settle(job: MeasuredJob, nowMs: number): void {
    const attempt = (job as WithAttempt)[ATTEMPT];
    if (attempt !== undefined) attempt.tookMs ??= nowMs - attempt.beganAtMs;
  }

  /** The attempt ran past its deadline; `timedOut`: and fails for it. */
  passedDeadline(job: MeasuredJob, how: 'timedOut' | 'overdue'): void {
    const attempt = (job as WithAttempt)[ATTEMPT];
    if (attempt !== undefined) attempt.deadline = how;
  }

  /** The name under which a job is counted. */
  nameOf(jobName: string): string {
    return this.byName.has(jobName) || this.byName.size < MAX_NAMES ? jobName : OTHER_NAMES;
  }

  /** The job was put off, limited or given back: this attempt has no outcome. */
  forget(job: MeasuredJob): void {
    (job as WithAttempt)[ATTEMPT] = undefined;
  }

  completed(job: MeasuredJob): void {
    this.totals.completed++;
    const name = this.named(job.name);
    name.completed++;
    this.time(job, name, true);
  }

  /** `job` is unknown when BullMQ fails a job that is gone already. */
  failed(job: MeasuredJob | undefined, error: unknown): void {
    const deadline = job === undefined ? 'none' : (job as WithAttempt)[ATTEMPT]?.deadline;
    const timedOut = deadline === 'timedOut' || isTimeout(error);
    this.totals.failed++;
    if (timedOut) this.totals.timedOut++;
    if (job === undefined) return;
    const name = this.named(job.name);
    name.failed++;
    if (timedOut) name.timedOut++;
    this.time(job, name, deadline === 'timedOut');
  }

  foundStalled(): void {
    this.totals.stalled++;
  }

  handedBack(): void {
    this.totals.handedBack++;
  }

  /** The histograms are the ledger's own: encode them before anything else is counted. `nowMs` is monotonic. */
  read(nowMs: number): LedgerReading {
    return {
      totals: { ...this.totals },
      byName: Object.fromEntries([...this.byName].map(([name, totals]) => [name, { ...totals }])),
      processing: this.processing,
      wait: this.wait,
      recentMs: this.inOrder(this.recent),
      recentAgoMs: this.inOrder(this.recentEndMs).map((endMs) => Math.max(0, nowMs - endMs)),
      minMs: this.minMs,
      maxMs: this.maxMs,
      window: this.window.read(nowMs),
      timings: this.timings,
    };
  }

  private time(job: MeasuredJob, name: Mutable<NameTotals>, full: boolean): void {
    const attempt = (job as WithAttempt)[ATTEMPT];
    const tookMs = attempt?.tookMs ?? null;
    (job as WithAttempt)[ATTEMPT] = undefined;
    // A job that fails for having stalled too often never ran here: no duration.
    if (attempt === undefined || tookMs === null) return;
    if (this.timesNames && full) this.timeName(job.name, tookMs, attempt.deadline !== 'none');
    this.processing.record(tookMs);
    name.processingMs += tookMs;
    this.window.record(tookMs);
    this.recent[this.nextRecent] = tookMs;
    this.recentEndMs[this.nextRecent] = attempt.beganAtMs + tookMs;
    this.nextRecent = (this.nextRecent + 1) % RECENT_DURATIONS;
    if (this.minMs === null || tookMs < this.minMs) this.minMs = tookMs;
    if (this.maxMs === null || tookMs > this.maxMs) this.maxMs = tookMs;
  }

  /** Out of a ring whose oldest entry is the next to be written over. */
  private inOrder(ring: readonly number[]): number[] {
    return [...ring.slice(this.nextRecent), ...ring.slice(0, this.nextRecent)];
  }

  private timeName(jobName: string, tookMs: number, reachedDeadline: boolean): void {
    const name = this.nameOf(jobName);
    if (name === OTHER_NAMES) return;
    const timing = this.timings.get(name) ?? { durations: new Histogram(COARSE_BITS), timedOut: 0 };
    this.timings.set(name, timing);
    timing.durations.record(tookMs);
    if (reachedDeadline) timing.timedOut++;
  }

  private named(jobName: string): Mutable<NameTotals> {
    const known = this.byName.get(jobName);
    if (known) return known;
    const name = this.nameOf(jobName);
    const totals = this.byName.get(name) ?? { completed: 0, failed: 0, timedOut: 0, processingMs: 0 };
    this.byName.set(name, totals);
    return totals;
  }
}

function isTimeout(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false;
  const { name, code } = error as { name?: unknown; code?: unknown };
  return name === 'TimeoutError' || code === 'JOB_TIMED_OUT';
}
