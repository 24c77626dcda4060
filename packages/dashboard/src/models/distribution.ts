import type { ExecutionStatsResponse } from '@drover/contract';

export interface Bin {
  readonly fromMs: number;
  readonly toMs: number;
  readonly count: number;
}

export interface Distribution {
  readonly bins: readonly Bin[];
  readonly binMs: number;
  readonly total: number;
  /** Jobs that took longer than the last bin. */
  readonly beyond: number;
}

const targetBins = 24;
/** The slowest two in a hundred would squeeze the rest into the first bins: they are counted, not drawn. */
const drawnShare = 0.98;
/** A timeout farther out than this many times the slowest jobs is told in words instead. */
const farthest = 2.5;

/**
 * Equal bins over what was measured. A bucket that spans several bins is spread over them evenly: the
 * measuring itself says no more about where in the bucket a job was. The axis reaches to `reachMs`, where that does
 * not squeeze the jobs.
 */
export function distributionOf(stats: ExecutionStatsResponse, reachMs = 0): Distribution | undefined {
  const buckets = stats.histogram ?? stats.recentExecutions.map((ms) => ({ fromMs: ms, toMs: ms, count: 1 }));
  const total = buckets.reduce((sum, { count }) => sum + count, 0);
  if (total === 0) return undefined;

  const jobsEndMs = quantileEnd(buckets, total * drawnShare);
  const endMs = reachMs <= jobsEndMs * farthest ? Math.max(jobsEndMs, reachMs) : jobsEndMs;
  const binMs = niceBin(endMs / targetBins);
  // An exact duration at the end of a bin belongs to the next one; a bucket that ends there does not.
  const size = stats.histogram ? Math.max(1, Math.ceil(endMs / binMs - 1e-9)) : Math.floor(endMs / binMs) + 1;
  const counts = new Array<number>(size).fill(0);
  let beyond = 0;
  for (const { fromMs, toMs, count } of buckets) {
    const first = Math.floor(fromMs / binMs);
    const last = Math.max(first, Math.ceil(toMs / binMs) - 1);
    for (let bin = first; bin <= last; bin++) {
      const overlap = Math.min(toMs, (bin + 1) * binMs) - Math.max(fromMs, bin * binMs);
      const share = toMs > fromMs ? (count * overlap) / (toMs - fromMs) : count;
      if (bin < size) counts[bin] = (counts[bin] ?? 0) + share;
      else beyond += share;
    }
  }
  const bins = counts.map((count, bin) => ({ fromMs: bin * binMs, toMs: (bin + 1) * binMs, count }));
  return { bins, binMs, total, beyond: Math.round(beyond) };
}

function quantileEnd(buckets: readonly { toMs: number; count: number }[], wanted: number): number {
  let seen = 0;
  for (const { toMs, count } of buckets.toSorted((a, b) => a.toMs - b.toMs)) {
    seen += count;
    if (seen >= wanted) return Math.max(toMs, 1e-3);
  }
  return buckets.at(-1)?.toMs ?? 1;
}

function niceBin(raw: number): number {
  const power = 10 ** Math.floor(Math.log10(raw));
  return ([1, 2, 2.5, 5, 10].find((factor) => factor * power >= raw) ?? 10) * power;
}
