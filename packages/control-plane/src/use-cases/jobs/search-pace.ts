/** Parts of rest to one part of a search's time on the engine. */
const REST_PER_STEP = 29;
/** Rest that may be put off: for half a second of work, while somebody waits for the first hit. */
const MOST_CREDIT_MS = 500 * REST_PER_STEP;

/**
 * How long all searches of a control plane rest between their steps. They begin without rests,
 * and a longer one soon leaves all but a thirtieth of the engine's time to the workers: a step's
 * wait for others then counts like its work, so that a busy engine is asked less. Time in which
 * nobody searches earns the credit back. Instants are of a monotonic clock.
 */
export class SearchPace {
  #creditMs = MOST_CREDIT_MS;
  #restedUntilMs = Number.NEGATIVE_INFINITY;
  /** The least time that a job has ever taken: what it costs the engine, without the wait for others. */
  #bestMsPerJob = Number.POSITIVE_INFINITY;

  /** How long to rest after a step that looked at so many jobs (ms). */
  restAfter(beganMs: number, endedMs: number, examined: number): number {
    const spentMs = endedMs - beganMs;
    if (examined > 0) this.#bestMsPerJob = Math.min(this.#bestMsPerJob, spentMs / examined);
    const workMs = Math.min(spentMs, this.#bestMsPerJob * Math.max(1, examined));
    const idleMs = Math.max(0, beganMs - this.#restedUntilMs);
    const creditMs = Math.min(MOST_CREDIT_MS, this.#creditMs + idleMs) - workMs * REST_PER_STEP;
    this.#creditMs = Math.max(0, creditMs);
    const restMs = creditMs < 0 ? spentMs * REST_PER_STEP : 0;
    this.#restedUntilMs = endedMs + restMs;
    return restMs;
  }
}
