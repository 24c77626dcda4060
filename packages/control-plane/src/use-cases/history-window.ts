import type { HistoryRange } from './reads.js';

/** What a caller asked for; see `QueueMetricsQuery` of the contract. */
export interface HistoryWish {
  readonly limit?: number | undefined;
  readonly sinceMs?: number | undefined;
  readonly untilMs?: number | undefined;
  readonly stepMs?: number | undefined;
}

const DEFAULT_LIMIT = 60;
/** Span of the finest stored points. */
const FINEST_STEP_MS = 10_000;

/**
 * The range that a wish stands for, on the bounds of the finest points: two callers whose
 * clocks differ by a second ask for the same. Without a start it is the newest `limit`
 * entries of the wished step.
 */
export function historyWindow(wish: HistoryWish, nowMs: number): HistoryRange {
  const limit = wish.limit ?? DEFAULT_LIMIT;
  const untilMs = Math.ceil(Math.min(wish.untilMs ?? nowMs, nowMs) / FINEST_STEP_MS) * FINEST_STEP_MS;
  const sinceMs = wish.sinceMs ?? untilMs - limit * (wish.stepMs ?? FINEST_STEP_MS);
  return {
    sinceMs: Math.floor(sinceMs / FINEST_STEP_MS) * FINEST_STEP_MS,
    untilMs,
    limit,
    ...(wish.stepMs !== undefined && { stepMs: wish.stepMs }),
  };
}
