import type { MemoryHistoryPoint } from '@drover/contract';

export interface MemoryTrend {
  /** Slope of a straight line through the points, MB per hour. */
  readonly mbPerHour: number;
  /** Share of the movement that the line explains, 0 to 1. */
  readonly fit: number;
  /** True: it has been growing steadily, by enough to matter. */
  readonly growing: boolean;
  /** Time until the limit is reached at that pace; undefined unless growing towards it. */
  readonly reachesLimitInMs: number | undefined;
}

/** Less than this is a process that settles, not a leak. */
const leastPoints = 10;
const leastSpanMs = 10 * 60_000;
const leastMbPerHour = 5;
const leastFit = 0.7;
const hourMs = 3_600_000;

/** How a worker's memory moves, by least squares; undefined while there is too little to tell. */
export function memoryTrend(
  points: readonly MemoryHistoryPoint[],
  limitMB: number | undefined,
): MemoryTrend | undefined {
  const first = points[0]?.timestamp.getTime() ?? 0;
  const last = points.at(-1);
  if (points.length < leastPoints || !last || last.timestamp.getTime() - first < leastSpanMs) return undefined;
  const xs = points.map(({ timestamp }) => (timestamp.getTime() - first) / hourMs);
  const ys = points.map(({ rssMB }) => rssMB);
  const [meanX, meanY] = [mean(xs), mean(ys)];
  let [sumXY, sumXX, sumYY] = [0, 0, 0];
  for (const [index, x] of xs.entries()) {
    const dy = (ys[index] ?? 0) - meanY;
    sumXY += (x - meanX) * dy;
    sumXX += (x - meanX) ** 2;
    sumYY += dy ** 2;
  }
  const mbPerHour = sumXY / sumXX;
  const fit = sumYY === 0 ? 1 : sumXY ** 2 / (sumXX * sumYY);
  const growing = mbPerHour >= leastMbPerHour && fit >= leastFit;
  const left = limitMB === undefined ? undefined : limitMB - last.rssMB;
  const reachesLimitInMs = growing && left !== undefined && left > 0 ? (left / mbPerHour) * hourMs : undefined;
  return { mbPerHour, fit, growing, reachesLimitInMs };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
