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

/** The range that a wish stands for. Without a start it is the newest `limit` entries of the wished step. */
export function historyWindow(wish: HistoryWish, nowMs: number): HistoryRange {
  const limit = wish.limit ?? DEFAULT_LIMIT;
  const untilMs = Math.min(wish.untilMs ?? nowMs, nowMs);
  const sinceMs = wish.sinceMs ?? untilMs - limit * (wish.stepMs ?? FINEST_STEP_MS);
  return { sinceMs, untilMs, limit, ...(wish.stepMs !== undefined && { stepMs: wish.stepMs }) };
}
