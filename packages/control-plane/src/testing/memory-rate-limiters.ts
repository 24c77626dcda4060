import {
  acquire,
  checkLimiterRequest,
  type LimiterGrant,
  type LimiterRequest,
  type LimiterState,
  newLimiter,
  penalize,
  type RateLimiterStore,
  release,
  standingOf,
} from '@drover/core';

/** Limiters in memory, by a clock that the test moves. */
export class MemoryRateLimiters implements RateLimiterStore {
  readonly #states = new Map<string, LimiterState>();
  /** Set to make every call fail, as when the engine is away. */
  failure: Error | null = null;

  constructor(private readonly nowMs: () => number) {}

  async acquire(request: LimiterRequest) {
    this.#called();
    checkLimiterRequest(request);
    const { state, answer } = acquire(this.#state(request.name), request, this.nowMs() * 1_000);
    this.#states.set(request.name, state);
    return answer;
  }

  async release(grant: LimiterGrant): Promise<void> {
    this.#called();
    this.#states.set(grant.name, release(this.#state(grant.name), grant));
  }

  async penalize(name: string, penaltyMs: number): Promise<void> {
    this.#called();
    this.#states.set(name, penalize(this.#state(name), this.nowMs() * 1_000, penaltyMs));
  }

  async status(names: readonly string[]) {
    this.#called();
    return names.map((name) => standingOf(name, this.#state(name), this.nowMs() * 1_000));
  }

  async prune(): Promise<void> {
    this.#called();
  }

  /** As an engine that lost its data. */
  forget(): void {
    this.#states.clear();
  }

  #state(name: string): LimiterState {
    return this.#states.get(name) ?? newLimiter;
  }

  #called(): void {
    if (this.failure) throw this.failure;
  }
}
