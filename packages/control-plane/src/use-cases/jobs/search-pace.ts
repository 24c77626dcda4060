/** Parts of rest to one part of a search's time on the engine. */
const REST_PER_STEP = 14;
/** Rest that may be put off: half a second of steps at once, while somebody waits for the first hit. */
const MOST_CREDIT_MS = 500 * REST_PER_STEP;

/**
 * How long all searches of a control plane rest between their steps. They begin without rests,
 * and a longer one soon leaves all but a fifteenth of the engine's time to the workers: a step's wait
 * for others counts like its work, so that a busy engine is asked less. Time in which nobody
 * searches earns the credit back. Instants are of a monotonic clock.
 */
export class SearchPace {
  #creditMs = MOST_CREDIT_MS;
  #restedUntilMs = Number.NEGATIVE_INFINITY;

  /** How long to rest after a step (ms). */
  restAfter(beganMs: number, endedMs: number): number {
    const idleMs = Math.max(0, beganMs - this.#restedUntilMs);
    const creditMs = Math.min(MOST_CREDIT_MS, this.#creditMs + idleMs) - (endedMs - beganMs) * REST_PER_STEP;
    this.#creditMs = Math.max(0, creditMs);
    const restMs = Math.max(0, -creditMs);
    this.#restedUntilMs = endedMs + restMs;
    return restMs;
  }
}
