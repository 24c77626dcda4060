import { Fault, isFault, type LimiterWindows, largestWeight, type RateLimiter } from '@drover/core';
import { RateLimitedError } from './rate-limited-error.js';

export interface LimiterClock {
  /** Monotonic, ms. */
  nowMs(): number;
  /** Calls back once after so long; returns how to end that. */
  after(delayMs: number, callback: () => void): () => void;
  random(): number;
}

export interface LimiterLineOptions {
  readonly name: string;
  /** The limits in force; throws when no limiter has that name. */
  readonly windows: () => LimiterWindows;
  readonly join: () => Promise<RateLimiter>;
  readonly clock: LimiterClock;
  /** The engine is away, or answers wrongly: told, and asked again. */
  readonly onError: (error: unknown) => void;
}

export interface AcquireOptions {
  /** A whole number; 1 unless told. */
  readonly weight?: number | undefined;
  /** Ends the wait; `acquire` rejects with its reason. */
  readonly signal?: AbortSignal | undefined;
  /** The longest wait; one that is known to take longer rejects at once with `RateLimitedError`. */
  readonly maxWaitMs: number;
}

export interface Permit {
  /** How long it was waited for. */
  readonly waitedMs: number;
  /** When it was granted, by the engine's clock: ms since 1970 with a fraction. */
  readonly atMs: number;
}

interface Waiter {
  readonly weight: number;
  readonly sinceMs: number;
  readonly deadlineMs: number;
  refused: boolean;
  readonly resolve: (permit: Permit) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Few enough that what becomes free is shared among processes that ask at the same time,
 * many enough that a round trip is not paid by each waiter.
 */
const BATCH = 16;
const AWAY_RETRY_MS = 500;

/**
 * Those in one worker who wait for one limiter, first come first served. The head of the
 * line asks for the next few in one round trip; refused, nobody asks before the engine said
 * it can succeed, and a little later at random, so that no process always comes first.
 */
export class LimiterLine {
  private readonly options: LimiterLineOptions;
  private readonly waiters: Waiter[] = [];
  private asking = false;
  private closed = false;
  /** Known not to succeed before; monotonic. */
  private notBeforeMs = 0;
  private wake: () => void = () => undefined;
  private readonly uncounted = { delayed: 0, delayedMs: 0 };

  constructor(options: LimiterLineOptions) {
    this.options = options;
  }

  get waiting(): number {
    return this.waiters.length;
  }

  acquire({ weight = 1, signal, maxWaitMs }: AcquireOptions): Promise<Permit> {
    const { name, clock, windows } = this.options;
    return new Promise((resolve, reject) => {
      signal?.throwIfAborted();
      if (this.closed) throw workerClosed(name);
      refuseWeight(name, windows(), weight);
      const sinceMs = clock.nowMs();
      const abort = () => {
        const index = this.waiters.indexOf(waiter);
        if (index === -1) return;
        this.waiters.splice(index, 1);
        if (this.waiters.length === 0) this.wake();
        reject(signal?.reason);
      };
      const waiter: Waiter = {
        weight,
        sinceMs,
        deadlineMs: sinceMs + maxWaitMs,
        refused: false,
        resolve: (permit) => {
          signal?.removeEventListener('abort', abort);
          resolve(permit);
        },
        reject: (error) => {
          signal?.removeEventListener('abort', abort);
          reject(error);
        },
      };
      signal?.addEventListener('abort', abort, { once: true });
      this.waiters.push(waiter);
      this.dismissImpatient();
      if (!this.asking) this.askInTurn().catch(reject);
    });
  }

  /** The limits changed: what was refused may fit now. */
  askAgain(): void {
    this.notBeforeMs = 0;
    this.wake();
  }

  /** The worker's connection is gone for good: who waits would wait for ever, and keep the process. */
  close(): void {
    this.closed = true;
    this.dismissAll(workerClosed(this.options.name));
    this.wake();
  }

  private async askInTurn(): Promise<void> {
    this.asking = true;
    try {
      while (this.waiters.length > 0) {
        await this.ask();
        await this.pause();
      }
    } finally {
      this.asking = false;
    }
  }

  private async ask(): Promise<void> {
    const { name, clock } = this.options;
    const windows = this.windowsForAll();
    const batch = this.waiters.slice(0, BATCH);
    if (windows === null || batch.length === 0) return;
    const counts = { ...this.uncounted };
    try {
      const limiter = await this.options.join();
      const { granted, waitMs, atMs, ticket } = await limiter.acquire({
        name,
        windows,
        weights: batch.map(({ weight }) => weight),
        ...counts,
      });
      if (granted > 0) this.counted(counts);
      for (const waiter of batch.slice(0, granted)) {
        if (this.leave(waiter)) waiter.resolve(this.permit(waiter, atMs));
        // Aborted meanwhile: what it was granted is for others.
        else void limiter.release({ name, windows, ticket, weight: waiter.weight }).catch(this.options.onError);
      }
      if (waitMs > 0) this.refused(waitMs);
    } catch (error) {
      if (!isFault(error, 'engine_unavailable')) return this.dismissAll(error);
      // Nothing can be stored without the engine either; a job that waits for a permit waits for it.
      this.options.onError(error);
      this.notBeforeMs = clock.nowMs() + AWAY_RETRY_MS * (0.5 + clock.random());
    }
  }

  /** `null` when nobody is left to ask for: limits may have changed since they came. */
  private windowsForAll(): LimiterWindows | null {
    try {
      const windows = this.options.windows();
      for (const waiter of [...this.waiters]) {
        if (waiter.weight > largestWeight(windows) && this.leave(waiter)) {
          waiter.reject(tooHeavy(this.options.name, windows, waiter.weight));
        }
      }
      return windows;
    } catch (error) {
      this.dismissAll(error);
      return null;
    }
  }

  private refused(waitMs: number): void {
    const { clock } = this.options;
    for (const waiter of this.waiters) waiter.refused = true;
    // A five-hundredth at most: the limit is to be used, and told times are exact.
    this.notBeforeMs = clock.nowMs() + waitMs + clock.random() * Math.min(waitMs * 0.002, 250);
    this.dismissImpatient();
  }

  private dismissImpatient(): void {
    const nowMs = this.options.clock.nowMs();
    if (this.notBeforeMs <= nowMs) return;
    for (const waiter of [...this.waiters]) {
      if (this.notBeforeMs <= waiter.deadlineMs || !this.leave(waiter)) continue;
      this.countDelay(nowMs - waiter.sinceMs);
      waiter.reject(new RateLimitedError(this.options.name, this.notBeforeMs - nowMs));
    }
  }

  private dismissAll(error: unknown): void {
    for (const waiter of this.waiters.splice(0)) waiter.reject(error);
  }

  private permit(waiter: Waiter, atMs: number): Permit {
    const waitedMs = this.options.clock.nowMs() - waiter.sinceMs;
    if (waiter.refused) this.countDelay(waitedMs);
    return { waitedMs, atMs };
  }

  /** Told to the engine with the next call that it grants. */
  private countDelay(delayMs: number): void {
    this.uncounted.delayed += 1;
    this.uncounted.delayedMs += delayMs;
  }

  private counted({ delayed, delayedMs }: { readonly delayed: number; readonly delayedMs: number }): void {
    this.uncounted.delayed -= delayed;
    this.uncounted.delayedMs -= delayedMs;
  }

  private leave(waiter: Waiter): boolean {
    const index = this.waiters.indexOf(waiter);
    if (index !== -1) this.waiters.splice(index, 1);
    return index !== -1;
  }

  private pause(): Promise<void> {
    const waitMs = this.notBeforeMs - this.options.clock.nowMs();
    if (waitMs <= 0 || this.waiters.length === 0) return Promise.resolve();
    return new Promise((resolve) => {
      const cancel = this.options.clock.after(waitMs, resolve);
      this.wake = () => {
        cancel();
        resolve();
      };
    });
  }
}

function workerClosed(name: string): Fault {
  return new Fault('engine_unavailable', `The worker is closed; no permit of the limiter ${name} can be had over it`);
}

function refuseWeight(name: string, windows: LimiterWindows, weight: number): void {
  if (!Number.isInteger(weight) || weight < 1) {
    throw new Fault('invalid_input', `A weight is a whole number from 1, not ${weight} (limiter ${name})`);
  }
  if (weight > largestWeight(windows)) throw tooHeavy(name, windows, weight);
}

function tooHeavy(name: string, windows: LimiterWindows, weight: number): Fault {
  const largest = largestWeight(windows);
  return new Fault(
    'invalid_input',
    `The limiter ${name} can never grant ${weight} at once: its smallest limit is ${largest}`,
  );
}
