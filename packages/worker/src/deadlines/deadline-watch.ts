import { HeldList, type HeldNode } from '../held-list.js';
import { JobTimeoutError } from './job-timeout-error.js';
import type { QueueTimeouts } from './queue-timeouts.js';

/** What is told of an attempt that passed an instant. */
export interface TimeoutNotice {
  readonly timeoutMs: number;
  readonly ranMs: number;
  /** True when the queue is in shadow mode: the attempt goes on as if nothing had been. */
  readonly shadow: boolean;
}

export interface DeadlineWatchOptions<J> {
  readonly timeouts: Pick<QueueTimeouts, 'of' | 'policy'>;
  /** Monotonic, ms. */
  readonly nowMs: () => number;
  /** Aborts the job's signal, ends its child process. */
  readonly abort: (job: J, reason: JobTimeoutError) => void;
  readonly onSoftTimeout: (job: J, notice: TimeoutNotice) => void;
  /** The attempt reached its deadline. */
  readonly onTimeout: (job: J, notice: TimeoutNotice) => void;
  /** The handler did not end: the attempt fails now, without it. */
  readonly onAbandoned: (job: J, notice: TimeoutNotice) => void;
  /** Errors that are no outcome: the handler put its job off, and says so by throwing. */
  readonly isPutOff: (error: unknown) => boolean;
}

type Phase = 'running' | 'soft' | 'overdue' | 'aborted' | 'abandoned';

interface Guarded<J> {
  readonly job: J;
  readonly beganAtMs: number;
  readonly hasSignal: boolean;
  phase: Phase;
  /** Set with the abort. */
  error: JobTimeoutError | null;
  abortedAtMs: number;
  fail: (error: unknown) => void;
  place: HeldNode<Guarded<J>> | null;
}

/** What an aborted handler gets to stop, so that it does not overlap its own retry. */
export const ABORT_SETTLE_MS = 250;
/** Longer timers would go off at once; this often a long one is set anew. */
const LONGEST_WAIT_MS = 3_600_000;

/**
 * Holds attempts to their deadlines with one timer for all of them, set for the earliest
 * instant. An attempt that ends leaves the timer as it is: for short jobs that is one timer
 * per timeout, not one per job.
 */
export class DeadlineWatch<J extends { readonly name: string }> {
  private readonly options: DeadlineWatchOptions<J>;
  private readonly guarded = new HeldList<Guarded<J>>();
  private timer: NodeJS.Timeout | null = null;
  private wakeAtMs = Number.POSITIVE_INFINITY;
  private stopped = false;
  private abandonedRunning = 0;

  constructor(options: DeadlineWatchOptions<J>) {
    this.options = options;
  }

  /** Handlers that run on although their attempt was given up. */
  get abandoned(): number {
    return this.abandonedRunning;
  }

  /**
   * The outcome of the handler that `begin` starts, or its timeout, whichever is first.
   * `hasSignal`: the handler can be told to stop, and is given a moment to do so.
   */
  guard<R>(job: J, beganAtMs: number, hasSignal: boolean, begin: () => Promise<R>): Promise<R> {
    const work = Promise.resolve(begin());
    return new Promise((resolve, reject) => {
      const guarded: Guarded<J> = {
        job,
        beganAtMs,
        hasSignal,
        phase: 'running',
        error: null,
        abortedAtMs: 0,
        fail: reject,
        place: null,
      };
      guarded.place = this.guarded.add(guarded);
      work.then(
        (result) => {
          if (guarded.error === null) {
            this.release(guarded);
            resolve(result);
          } else this.endLate(guarded, undefined);
        },
        (error: unknown) => {
          if (guarded.error === null) {
            this.release(guarded);
            reject(error);
          } else this.endLate(guarded, error);
        },
      );
      const { softMs, timeoutMs } = this.options.timeouts.of(job.name);
      this.wakeAt(beganAtMs + Math.min(softMs, timeoutMs));
    });
  }

  /** The timeouts changed: those of attempts in hand as well. */
  review(): void {
    this.wakeAtMs = Number.POSITIVE_INFINITY;
    this.look();
  }

  /** For a worker that closes without waiting for its jobs. */
  stop(): void {
    this.stopped = true;
    if (this.timer !== null) clearTimeout(this.timer);
  }

  /** After the abort a result counts no more than an error: most handlers return early when told to stop. */
  private endLate(guarded: Guarded<J>, error: unknown): void {
    if (guarded.phase === 'abandoned') {
      this.abandonedRunning--;
      return;
    }
    this.release(guarded);
    const { error: timeout } = guarded;
    // The job is where the handler put it, or is not to be tried again, whatever the time.
    if (this.options.isPutOff(error) || isUnrecoverable(error)) guarded.fail(error);
    else {
      if (timeout !== null && error !== undefined && error !== timeout) timeout.cause = error;
      guarded.fail(timeout);
    }
  }

  private release({ place }: Guarded<J>): void {
    if (place !== null) this.guarded.remove(place);
  }

  private look(): void {
    const nowMs = this.options.nowMs();
    let next = Number.POSITIVE_INFINITY;
    for (const guarded of this.guarded) next = Math.min(next, this.advance(guarded, nowMs));
    this.wakeAt(next);
  }

  /** Does what is due for one attempt; returns its next instant. */
  private advance(guarded: Guarded<J>, nowMs: number): number {
    const { job, beganAtMs } = guarded;
    if (guarded.phase === 'aborted') {
      const patienceEndsMs = guarded.abortedAtMs + (guarded.hasSignal ? ABORT_SETTLE_MS : 0);
      if (nowMs < patienceEndsMs) return patienceEndsMs;
      this.abandon(guarded, nowMs);
      return Number.POSITIVE_INFINITY;
    }
    const { timeouts } = this.options;
    const { softMs, timeoutMs } = timeouts.of(job.name);
    const notice = { timeoutMs, ranMs: nowMs - beganAtMs, shadow: timeouts.policy.shadow };
    if (notice.ranMs >= timeoutMs) {
      if (notice.shadow) return this.passOver(guarded, notice);
      this.abort(guarded, notice, nowMs);
      return nowMs + (guarded.hasSignal ? ABORT_SETTLE_MS : 0);
    }
    if (notice.ranMs < softMs) return beganAtMs + Math.min(softMs, timeoutMs);
    if (guarded.phase === 'running') {
      guarded.phase = 'soft';
      this.options.onSoftTimeout(job, notice);
    }
    return beganAtMs + timeoutMs;
  }

  private passOver(guarded: Guarded<J>, notice: TimeoutNotice): number {
    if (guarded.phase !== 'overdue') {
      guarded.phase = 'overdue';
      this.options.onTimeout(guarded.job, notice);
    }
    // Nothing more is due, until shadow mode ends: then `review` looks again.
    return Number.POSITIVE_INFINITY;
  }

  private abort(guarded: Guarded<J>, notice: TimeoutNotice, nowMs: number): void {
    const error = new JobTimeoutError(notice.timeoutMs);
    guarded.error = error;
    guarded.phase = 'aborted';
    guarded.abortedAtMs = nowMs;
    this.options.onTimeout(guarded.job, notice);
    this.options.abort(guarded.job, error);
  }

  private abandon(guarded: Guarded<J>, nowMs: number): void {
    guarded.phase = 'abandoned';
    this.release(guarded);
    this.abandonedRunning++;
    const timeoutMs = guarded.error?.timeoutMs ?? 0;
    this.options.onAbandoned(guarded.job, { timeoutMs, ranMs: nowMs - guarded.beganAtMs, shadow: false });
    guarded.fail(guarded.error);
  }

  private wakeAt(atMs: number): void {
    if (atMs >= this.wakeAtMs || this.stopped) return;
    this.wakeAtMs = atMs;
    if (this.timer !== null) clearTimeout(this.timer);
    const waitMs = Math.min(LONGEST_WAIT_MS, Math.max(0, Math.ceil(atMs - this.options.nowMs())));
    this.timer = setTimeout(() => {
      this.timer = null;
      this.wakeAtMs = Number.POSITIVE_INFINITY;
      this.look();
    }, waitMs);
    // Jobs in hand keep the host process by their own means, or not.
    this.timer.unref();
  }
}

function isUnrecoverable(error: unknown): boolean {
  return error instanceof Error && error.name === 'UnrecoverableError';
}
