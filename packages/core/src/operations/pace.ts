/** How fast work on many jobs goes: the size of the next slice, and the rest before it. */
export interface Pace {
  /** Jobs of the next slice. */
  readonly limit: number;
  readonly restMs: number;
  /** The least time that a job has taken so far: the engine as it is when nobody else needs it. */
  readonly bestMsPerJob: number | null;
}

/** What the last slice cost. */
export interface SliceCost {
  readonly tookMs: number;
  readonly jobs: number;
}

const FIRST_JOBS = 20;
const MIN_JOBS = 5;
const MAX_JOBS = 100;
/** A slice is one atomic step of the engine: others wait this long at most. */
const SLICE_MS = 10;
/** One part work, nineteen parts rest: leaves the engine 95 % of its time. */
export const REST_PER_WORK = 19;
const MIN_REST_MS = 2;
const MAX_REST_MS = 3_000;

export const firstPace: Pace = { limit: FIRST_JOBS, restMs: 0, bestMsPerJob: null };

/**
 * Adapts to the engine: slices shrink by half when one took too long and grow slowly when it
 * did not, and the rest grows with the time that the work took, so a busy engine is left more.
 * When jobs cost a multiple of what they cost at best, others are waiting: the rest is that
 * multiple of itself, up to 4.
 */
export function planPace(pace: Pace, { tookMs, jobs }: SliceCost, restPerWork = REST_PER_WORK): Pace {
  const spentMs = Math.max(0, tookMs);
  const msPerJob = jobs > 0 ? spentMs / jobs : null;
  const best = msPerJob === null ? pace.bestMsPerJob : Math.min(pace.bestMsPerJob ?? msPerJob, msPerJob);
  const crowding = msPerJob === null || best === null || best === 0 ? 1 : Math.min(4, Math.max(1, msPerJob / best / 2));
  const limit = spentMs > 2 * SLICE_MS ? pace.limit / 2 : spentMs < SLICE_MS ? pace.limit * 1.25 : pace.limit;
  return {
    limit: Math.round(Math.min(MAX_JOBS, Math.max(MIN_JOBS, limit))),
    restMs: Math.min(MAX_REST_MS, Math.max(MIN_REST_MS, spentMs * restPerWork * crowding)),
    bestMsPerJob: best,
  };
}
