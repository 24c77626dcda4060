/** How fast work on many jobs goes: the size of the next slice, and the rest before it. */
export interface Pace {
  /** Jobs of the next slice. */
  readonly limit: number;
  readonly restMs: number;
  /** The least time that a job has taken so far: what it costs the engine, without the wait for others. */
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
/** A slice is one atomic step of the engine: it keeps others waiting for about this long. */
const SLICE_MS = 20;
/** The engine, or the way to it, is in trouble. */
const SLOW_MS = 5 * SLICE_MS;
/** One part work, sixteen parts rest: leaves the engine 94 % of its time. */
export const REST_PER_WORK = 16;
/** What a slice waited is others' work: it rests for as long again. */
const REST_PER_WAIT = 1;
const MIN_REST_MS = 2;
const MAX_REST_MS = 3_000;

export const firstPace: Pace = { limit: FIRST_JOBS, restMs: 0, bestMsPerJob: null };

/**
 * Adapts to the engine. What a slice takes is work and wait; the work is told by the least that
 * a job has ever taken. The rest is a multiple of the work, which bounds the part of the engine
 * that others lose, and grows with the wait, so that a crowded engine is left more. (A multiple
 * of both would starve the operation where the machine is busy, not the engine.) The slice is
 * as large as fits its time, and halves while the engine is slow.
 */
export function planPace(pace: Pace, { tookMs, jobs }: SliceCost, restPerWork = REST_PER_WORK): Pace {
  const spentMs = Math.max(0, tookMs);
  const best = jobs > 0 ? Math.min(pace.bestMsPerJob ?? Number.POSITIVE_INFINITY, spentMs / jobs) : pace.bestMsPerJob;
  const workMs = jobs > 0 && best !== null ? best * jobs : spentMs;
  const fitting = best === null ? pace.limit : SLICE_MS / Math.max(best, SLICE_MS / MAX_JOBS);
  // Never below the first: of smaller slices the way to the engine is the larger part.
  const shrunk = Math.max(FIRST_JOBS, pace.limit / 2);
  const limit = Math.min(fitting, spentMs > SLOW_MS ? shrunk : pace.limit * 1.25);
  const restMs = workMs * restPerWork + (spentMs - workMs) * REST_PER_WAIT;
  return {
    limit: Math.round(Math.min(MAX_JOBS, Math.max(MIN_JOBS, limit))),
    restMs: Math.min(MAX_REST_MS, Math.max(MIN_REST_MS, restMs)),
    bestMsPerJob: best,
  };
}
