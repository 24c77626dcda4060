import {
  acquire,
  checkLimiterRequest,
  type LimiterGrant,
  type LimiterRequest,
  type LimiterState,
  newLimiter,
  penalize,
  type RateLimiter,
  release,
} from '@drover/core';
import type { LimiterClock } from '../limiter/limiter-line.js';

/** A clock that moves when told, and runs what has come due in order. */
export class ManualClock implements LimiterClock {
  #nowMs = 1_700_000_000_000;
  #timers: { readonly atMs: number; readonly callback: () => void }[] = [];
  readonly random = () => 0;

  nowMs = (): number => this.#nowMs;

  after(delayMs: number, callback: () => void): () => void {
    const timer = { atMs: this.#nowMs + delayMs, callback };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  }

  get timers(): number {
    return this.#timers.length;
  }

  /** Moves on, and lets everything that follows from it happen. */
  async advance(ms: number): Promise<void> {
    const untilMs = this.#nowMs + ms;
    await settled();
    for (;;) {
      const [next] = this.#timers.filter(({ atMs }) => atMs <= untilMs).sort((a, b) => a.atMs - b.atMs);
      if (next === undefined) break;
      this.#timers = this.#timers.filter((other) => other !== next);
      this.#nowMs = Math.max(this.#nowMs, next.atMs);
      next.callback();
      await settled();
    }
    this.#nowMs = untilMs;
    await settled();
  }
}

/** When all that needs no timer has happened. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** Limiters in memory that say what they were asked. */
export class MemoryLimiters implements RateLimiter {
  readonly requests: LimiterRequest[] = [];
  readonly released: LimiterGrant[] = [];
  failure: Error | null = null;
  readonly #states = new Map<string, LimiterState>();
  readonly #clock: ManualClock;

  constructor(clock: ManualClock) {
    this.#clock = clock;
  }

  stateOf(name: string): LimiterState {
    return this.#states.get(name) ?? newLimiter;
  }

  async acquire(request: LimiterRequest) {
    this.requests.push(request);
    if (this.failure) throw this.failure;
    checkLimiterRequest(request);
    const { state, answer } = acquire(this.stateOf(request.name), request, this.#clock.nowMs() * 1_000);
    this.#states.set(request.name, state);
    return answer;
  }

  async release(grant: LimiterGrant): Promise<void> {
    this.released.push(grant);
    this.#states.set(grant.name, release(this.stateOf(grant.name), grant));
  }

  async penalize(name: string, penaltyMs: number): Promise<void> {
    this.#states.set(name, penalize(this.stateOf(name), this.#clock.nowMs() * 1_000, penaltyMs));
  }
}
