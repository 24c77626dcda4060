import { bucketBounds, type Histogram } from './histogram.js';

/**
 * Upper bounds of the exported buckets, in ms: from jobs of milliseconds to those of an hour,
 * few enough for two histograms of a thousand queues. Changing one breaks every stored series.
 */
export const foldBoundsMs = [
  5, 25, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000, 60_000, 300_000, 900_000, 3_600_000,
] as const;

/** Durations counted for good under `foldBoundsMs`: what it holds never becomes less. */
export interface FoldedHistogram {
  /** By bucket, each for itself; the last one holds what is above every bound. */
  readonly counts: readonly number[];
  readonly sumMs: number;
}

export const emptyFolded: FoldedHistogram = { counts: foldBoundsMs.map(() => 0).concat(0), sumMs: 0 };

/**
 * Adds durations. A fine bucket that lies across a bound counts where its middle lies: at
 * most 0.4 % of the bound from the truth.
 */
export function fold(into: FoldedHistogram, durations: Histogram | null): FoldedHistogram {
  if (durations === null || durations.count === 0) return into;
  const counts = [...into.counts];
  for (const [bucket, count] of durations.counts) {
    const { fromMs, toMs } = bucketBounds(bucket, durations.bits);
    const index = bucketOf((fromMs + toMs) / 2);
    counts[index] = (counts[index] ?? 0) + count;
  }
  return { counts, sumMs: into.sumMs + durations.sumMs };
}

export function foldOne(into: FoldedHistogram, durationMs: number): FoldedHistogram {
  const index = bucketOf(durationMs);
  return {
    counts: into.counts.map((count, at) => (at === index ? count + 1 : count)),
    sumMs: into.sumMs + durationMs,
  };
}

/** What another version stored, if it has our bounds; else counting begins anew, as after a reset. */
export function readFolded(stored: FoldedHistogram | undefined): FoldedHistogram {
  return stored?.counts.length === emptyFolded.counts.length ? stored : emptyFolded;
}

function bucketOf(durationMs: number): number {
  const index = foldBoundsMs.findIndex((boundMs) => durationMs <= boundMs);
  return index === -1 ? foldBoundsMs.length : index;
}
