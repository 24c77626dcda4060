import { isFault, type LimiterGrant, type LimiterWindows, type RateLimiter } from '@drover/core';
import type { LimiterClock } from './limiter-line.js';

export interface QueueGateOptions {
  /** Each job needs a permit of every one of them. */
  readonly names: readonly string[];
  /** The limits in force; throws `not_found` for a limiter that does not exist. */
  readonly windows: (name: string) => LimiterWindows;
  readonly join: () => Promise<RateLimiter>;
  readonly clock: LimiterClock;
  readonly onError: (error: unknown) => void;
}

/** How BullMQ's own rate limiter holds its main loop; it has no public names for that. */
interface MainLoop {
  limitUntil: number;
  drained: boolean;
  readonly abortDelayController?: { abort(): void };
  readonly paused: boolean;
  readonly closing?: Promise<void>;
}

const AWAY_RETRY_MS = 500;

type Attempt =
  | { readonly granted: readonly LimiterGrant[] }
  | { readonly refusedBy: string | null; readonly waitMs: number };

/**
 * Holds a worker before it fetches a job. A job that is fetched and refused costs an
 * activation and a delay; one that is not fetched costs nothing.
 *
 * It never waits within a fetch: BullMQ starts the jobs that it fetched when it has as many
 * as it runs at once, or finds no more. Refused, it finds no more and is held as by its own
 * rate limiter, for at most 30 s (`maximumRateLimitDelay`) before it asks again.
 */
export class QueueGate {
  /** The limiter that holds the worker now. */
  waitingFor: string | null = null;
  private readonly options: QueueGateOptions;
  private refusedAtMs: number | null = null;
  private held: MainLoop | null = null;

  constructor(options: QueueGateOptions) {
    this.options = options;
  }

  get limits(): boolean {
    return this.options.names.length > 0;
  }

  /** The worker closes or is paused, or the limits changed: it is held no longer. */
  interrupt(): void {
    if (this.held === null) return;
    this.held.limitUntil = 0;
    // Or it would wait for the marker of a job that came long ago.
    this.held.drained = false;
    this.held.abortDelayController?.abort();
    this.held = null;
  }

  /** Fetches if there are permits; gives them back when there was no job. */
  async fetch<T>(worker: object, fetchJob: () => Promise<T | undefined>): Promise<T | undefined> {
    const loop = worker as MainLoop;
    const attempt = await this.attempt();
    // Since the question was put: nobody would wake a worker that is held from now on.
    const over = loop.paused || loop.closing !== undefined;
    if ('refusedBy' in attempt) {
      if (!over) this.hold(loop, attempt.waitMs);
      return undefined;
    }
    let job: T | undefined;
    try {
      if (!over) job = await fetchJob();
      return job;
    } finally {
      if (job === undefined) this.giveBack(attempt.granted);
    }
  }

  private async attempt(): Promise<Attempt> {
    const { clock, onError } = this.options;
    const nowMs = clock.nowMs();
    try {
      const attempt = await this.takeAll(
        this.refusedAtMs === null ? {} : { delayed: 1, delayedMs: nowMs - this.refusedAtMs },
      );
      this.waitingFor = 'refusedBy' in attempt ? attempt.refusedBy : null;
      this.refusedAtMs = 'refusedBy' in attempt ? (this.refusedAtMs ?? nowMs) : null;
      return attempt;
    } catch (error) {
      // Engine away, or no such limiter: no job runs unlimited for that; the report tells why.
      if (!isFault(error)) throw error;
      onError(error);
      return { refusedBy: null, waitMs: AWAY_RETRY_MS * (0.5 + clock.random()) };
    }
  }

  /** All permits or none: one that is held while another is waited for would be used long after it was counted. */
  private async takeAll(delays: { readonly delayed?: number; readonly delayedMs?: number }): Promise<Attempt> {
    const limiter = await this.options.join();
    const granted: LimiterGrant[] = [];
    try {
      for (const name of this.options.names) {
        const windows = this.options.windows(name);
        const answer = await limiter.acquire({ name, windows, weights: [1], ...delays });
        if (answer.granted === 0) {
          this.giveBack(granted);
          // A little later at random, so that no process always comes first.
          const laterMs = this.options.clock.random() * Math.min(answer.waitMs * 0.002, 250);
          return { refusedBy: name, waitMs: answer.waitMs + laterMs };
        }
        granted.push({ name, windows, ticket: answer.ticket, weight: 1 });
      }
    } catch (error) {
      this.giveBack(granted);
      throw error;
    }
    return { granted };
  }

  /** A permit that cannot be given back counts as used: safe, and gone within its window. */
  private giveBack(grants: readonly LimiterGrant[]): void {
    if (grants.length === 0) return;
    const returned = this.options.join().then((limiter) => Promise.all(grants.map((grant) => limiter.release(grant))));
    returned.catch(this.options.onError);
  }

  private hold(loop: MainLoop, waitMs: number): void {
    loop.limitUntil = Date.now() + Math.ceil(waitMs);
    this.held = loop;
  }
}
