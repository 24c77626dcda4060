import type { MetricPoint } from '../metrics/point.js';
import type { Fence } from './lease.js';

export interface SeriesPoint {
  /** A queue's name, or SYSTEM_SERIES. */
  readonly series: string;
  readonly point: MetricPoint;
}

/** History of every queue at a few resolutions. Its retention is set where it is built. */
export interface MetricStore {
  /** Appends one slot's points. Repeating an append is harmless: the slot's last point wins. */
  append(resolutionMs: number, points: readonly SeriesPoint[], fence: Fence): Promise<void>;
  /** Points with sinceMs <= atMs < untilMs, oldest first. A gap in time is a gap in the list. */
  range(series: string, resolutionMs: number, sinceMs: number, untilMs: number): Promise<readonly MetricPoint[]>;
  /** `range` for many series in few round trips; series without points are absent. */
  rangeMany(
    series: readonly string[],
    resolutionMs: number,
    sinceMs: number,
    untilMs: number,
  ): Promise<ReadonlyMap<string, readonly MetricPoint[]>>;
  /** Drops what is older than the retention. Engines that expire by themselves do nothing. */
  prune(nowMs: number, fence: Fence): Promise<void>;
}
