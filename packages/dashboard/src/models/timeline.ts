import type { QueueMetrics } from '@drover/contract';
import { known } from './health.js';

/** A history laid out in time. Where nothing was recorded stands one undefined, so that lines break there. */
export interface Timeline {
  /** Wall clock (ms), ascending. */
  readonly timesMs: readonly number[];
  readonly points: readonly (QueueMetrics | undefined)[];
}

export interface TimelineInput {
  readonly history: readonly QueueMetrics[];
  /** The newest value, drawn as the moving end of a range that runs to now. */
  readonly current: QueueMetrics | undefined;
  readonly stepMs: number;
  readonly fromMs: number;
  readonly toMs: number;
}

/** A late point is not a gap: half a step of slack. */
const gapSteps = 1.5;
const currentGapSteps = 3;

export function timelineOf({ history, current, stepMs, fromMs, toMs }: TimelineInput): Timeline {
  const inside = ({ timestamp }: QueueMetrics) => timestamp.getTime() >= fromMs && timestamp.getTime() <= toMs;
  const points = history.filter(inside).sort((a, b) => a.timestamp.getTime() - b.timestamp.getTime());
  const last = points.at(-1);
  if (current && inside(current) && (!last || current.timestamp > last.timestamp)) points.push(current);
  // The newest recorded step may still be filling while `current` is already ahead of it.
  const allowedMs = (point: QueueMetrics) => stepMs * (point === current ? currentGapSteps : gapSteps);

  const timesMs: number[] = [];
  const laidOut: (QueueMetrics | undefined)[] = [];
  for (const point of points) {
    const atMs = point.timestamp.getTime();
    const beforeMs = timesMs.at(-1);
    if (beforeMs !== undefined && atMs - beforeMs > allowedMs(point)) {
      timesMs.push(beforeMs + stepMs);
      laidOut.push(undefined);
    }
    timesMs.push(atMs);
    laidOut.push(point);
  }
  return { timesMs, points: laidOut };
}

export type MetricField = Parameters<typeof known>[1];

/** One number per instant of a timeline; null where unknown or not recorded. */
export function seriesOf({ points }: Timeline, field: MetricField): (number | null)[] {
  return points.map((point) => (point && known(point, field)) ?? null);
}

/** Whether there is a line to draw: a single point is none. */
export function hasLine(series: readonly (number | null)[]): boolean {
  return series.filter((value) => value !== null).length > 1;
}

/** Index of the last known value, for a legend at rest. */
export function lastKnownIndex(series: readonly (number | null)[]): number | undefined {
  const index = series.findLastIndex((value) => value !== null);
  return index === -1 ? undefined : index;
}

/** Index of the instant nearest to `timeMs`; undefined in an empty timeline. */
export function nearestIndex(timesMs: readonly number[], timeMs: number): number | undefined {
  if (timesMs.length === 0) return undefined;
  let low = 0;
  let high = timesMs.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((timesMs[middle] ?? 0) < timeMs) low = middle + 1;
    else high = middle;
  }
  const before = timesMs[low - 1];
  const at = timesMs[low] ?? 0;
  return before !== undefined && timeMs - before < at - timeMs ? low - 1 : low;
}
