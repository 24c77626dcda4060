import { Histogram } from './histogram.js';
import { emptyPoint, type MetricPoint, type PointField, pointFields } from './point.js';

/** How long points of one resolution are kept. */
export interface Retention {
  readonly resolutionMs: number;
  readonly keepMs: number;
}

const HOUR_MS = 3_600_000;

/** 10 s points for 2 hours, 1 min for 48 hours, 10 min for 30 days. Finest first. */
export const defaultRetention: readonly Retention[] = [
  { resolutionMs: 10_000, keepMs: 2 * HOUR_MS },
  { resolutionMs: 60_000, keepMs: 48 * HOUR_MS },
  { resolutionMs: 600_000, keepMs: 30 * 24 * HOUR_MS },
];

/**
 * Folds the finer points of one slot into one coarser point: the last known gauge, the
 * sum of the known counters, the merged histogram. A field unknown in every point stays
 * unknown. `points` are oldest first and lie within the slot.
 */
export function rollUp(points: readonly MetricPoint[], slotStartMs: number): MetricPoint {
  const fields = {} as Record<PointField, number | null>;
  for (const { name, kind } of pointFields) {
    const known = points.map((point) => point[name]).filter((value) => value !== null);
    if (known.length === 0) fields[name] = null;
    else fields[name] = kind === 'counter' ? known.reduce((sum, value) => sum + value, 0) : (known.at(-1) ?? null);
  }
  let processing: Histogram | null = null;
  for (const point of points) {
    if (point.processing === null) continue;
    if (processing === null) processing = new Histogram(point.processing.bits);
    processing.add(point.processing);
  }
  return { ...emptyPoint(slotStartMs), ...fields, processing };
}

/** Start of the slot that holds an instant. */
export function slotStart(atMs: number, resolutionMs: number): number {
  return Math.floor(atMs / resolutionMs) * resolutionMs;
}

/**
 * The finest resolution that still covers `sinceMs` and yields at most `maxPoints`;
 * the coarsest when none does.
 */
export function chooseResolution(
  retention: readonly Retention[],
  range: { readonly sinceMs: number; readonly untilMs: number; readonly nowMs: number },
  maxPoints: number,
): number {
  const fitting = retention.find(
    ({ resolutionMs, keepMs }) =>
      range.nowMs - range.sinceMs <= keepMs && (range.untilMs - range.sinceMs) / resolutionMs <= maxPoints,
  );
  return (fitting ?? retention.at(-1))?.resolutionMs ?? 60_000;
}
