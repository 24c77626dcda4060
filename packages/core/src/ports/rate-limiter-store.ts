import type { LimiterWindows, WindowName } from '../limits/limiter-windows.js';

/** Most requests that one call answers. */
export const MAX_LIMITER_BATCH = 100;

export interface LimiterRequest {
  readonly name: string;
  /** The limits in force. */
  readonly windows: LimiterWindows;
  /**
   * What each of those who wait in line takes, in their order; 1 to MAX_LIMITER_BATCH whole
   * numbers, none above the smallest limit. Answered in one round trip, at the cost of one.
   */
  readonly weights: readonly number[];
  /** Requests that had to wait since the last call that granted something, and for how long in all. Counted only when this call grants. */
  readonly delayed?: number;
  readonly delayedMs?: number;
}

export interface LimiterAnswer {
  /** How many of the weights, from the first on, were granted. */
  readonly granted: number;
  /** When asking again for the first that was not granted can succeed, ms from now; 0 when all were. */
  readonly waitMs: number;
  /** When, by the engine's clock, ms since 1970 with a fraction. */
  readonly atMs: number;
  /** The instant in the limiter's own time; `release` asks for it. */
  readonly ticket: number;
}

/** What was granted: one weight of a request, under the ticket of its answer. */
export interface LimiterGrant {
  readonly name: string;
  readonly windows: LimiterWindows;
  readonly ticket: number;
  readonly weight: number;
}

export interface LimiterStanding {
  readonly name: string;
  /** Of this reading, by the engine's clock. */
  readonly atMs: number;
  /** Windows that hold something, whether they limit now or not. */
  readonly windows: {
    readonly [W in WindowName]?: {
      readonly current: number;
      /** When the oldest that is counted leaves. */
      readonly nextAtMs: number;
      /** When all is free again, if nothing more is granted. */
      readonly emptyAtMs: number;
    };
  };
  readonly penalizedUntilMs: number | null;
  /** Weight granted, requests that had to wait, and how long these waited in all: cumulative, from 0 again after two idle days. */
  readonly allowed: number;
  readonly delayed: number;
  readonly delayedMs: number;
}

/** A worker's side of the limiters. All times are the engine's, so that machines with clocks apart agree. */
export interface RateLimiter {
  /**
   * Grants as many of the weights as fit every window, counting them in all windows at once;
   * a refused one counts in none. One round trip. Rejects with `engine_unavailable`.
   */
  acquire(request: LimiterRequest): Promise<LimiterAnswer>;
  /** Gives back what was just granted and not used. Too late, it has no effect: the permit counts as used. */
  release(grant: LimiterGrant): Promise<void>;
  /** Grants nothing to anybody for so long: the service said 429. */
  penalize(name: string, penaltyMs: number): Promise<void>;
}

export interface RateLimiterStore extends RateLimiter {
  /** How limiters stand, in the order of the names; one that was never used stands empty. */
  status(names: readonly string[]): Promise<readonly LimiterStanding[]>;
  /** Forgets limiters that were idle for two days. Engines that expire by themselves do nothing. */
  prune(): Promise<void>;
}
