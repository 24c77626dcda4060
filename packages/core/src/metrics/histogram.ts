/**
 * A histogram of durations with fixed log-linear bounds.
 *
 * Values are counted in units of 0.1 ms. The first 2^bits units are exact; above, every
 * power of two is split into 2^bits equal buckets, so a bucket's width is at most
 * 2^-bits of its value (0.8 % at 7 bits: 0.4 % to its middle). Bounds never move, so two
 * histograms add and subtract bucket by bucket without loss, whoever filled them.
 *
 * The layout is that of HdrHistogram (Tene, 2012) without its significant-digit rounding.
 */
export const FINE_BITS = 7;
/** 2^-4: buckets of at most 6.3 % of their value, for stored history. */
export const COARSE_BITS = 4;

const UNITS_PER_MS = 10;
/** 2^35 units are 39 days; longer durations count in the last bucket. */
const MAX_EXPONENT = 35;

export type HistogramCounts = ReadonlyMap<number, number>;

function bucketOf(units: number, bits: number): number {
  const linear = 2 ** bits;
  if (units < linear) return units;
  const exponent = Math.floor(Math.log2(units));
  // log2 of an integer just below a power of two can round up to it.
  const exact = 2 ** exponent > units ? exponent - 1 : exponent;
  const capped = Math.min(exact, MAX_EXPONENT - 1);
  const fraction = Math.min(Math.floor(units / 2 ** (capped - bits)) - linear, linear - 1);
  return linear + (capped - bits) * linear + fraction;
}

/** Inclusive lower and exclusive upper bound of a bucket, in ms. */
export function bucketBounds(bucket: number, bits: number): { fromMs: number; toMs: number } {
  const linear = 2 ** bits;
  if (bucket < linear) {
    return { fromMs: bucket / UNITS_PER_MS, toMs: (bucket + 1) / UNITS_PER_MS };
  }
  const exponent = Math.floor((bucket - linear) / linear) + bits;
  const width = 2 ** (exponent - bits);
  const from = 2 ** exponent + ((bucket - linear) % linear) * width;
  return { fromMs: from / UNITS_PER_MS, toMs: (from + width) / UNITS_PER_MS };
}

export class Histogram {
  readonly bits: number;
  private readonly buckets = new Map<number, number>();
  private total = 0;
  private sum = 0;

  constructor(bits: number = FINE_BITS) {
    this.bits = bits;
  }

  /** Rebuilds a histogram from stored bucket counts and the exact sum of its values. */
  static from(bits: number, counts: Iterable<readonly [number, number]>, sumMs: number): Histogram {
    const histogram = new Histogram(bits);
    for (const [bucket, count] of counts) histogram.addToBucket(bucket, count);
    histogram.sum = sumMs;
    return histogram;
  }

  get count(): number {
    return this.total;
  }

  /** Exact sum of the recorded durations, in ms. */
  get sumMs(): number {
    return this.sum;
  }

  /** Non-empty buckets; iteration order is not defined. */
  get counts(): HistogramCounts {
    return this.buckets;
  }

  /** Counts one duration. Negative or non-finite values (a clock that jumped back) count as 0. */
  record(durationMs: number): void {
    const ms = durationMs > 0 && Number.isFinite(durationMs) ? durationMs : 0;
    this.addToBucket(bucketOf(Math.floor(ms * UNITS_PER_MS), this.bits), 1);
    this.sum += ms;
  }

  /** Adds the other's counts to this one. Both must have the same bounds. */
  add(other: Histogram): void {
    this.merge(other, 1);
  }

  /** Takes the other's counts out of this one; it must have been part of it. */
  subtract(other: Histogram): void {
    this.merge(other, -1);
  }

  /** A copy with coarser bounds. Exact: coarse bounds are a subset of the fine ones. */
  coarsen(bits: number): Histogram {
    if (bits > this.bits) throw new RangeError(`cannot refine a histogram from ${this.bits} to ${bits} bits`);
    const coarse = new Histogram(bits);
    for (const [bucket, count] of this.buckets) {
      const { fromMs } = bucketBounds(bucket, this.bits);
      coarse.addToBucket(bucketOf(Math.round(fromMs * UNITS_PER_MS), bits), count);
    }
    coarse.sum = this.sum;
    return coarse;
  }

  /** A copy with finer bounds: each coarse bucket counts at its middle, half its width from the truth at most. */
  refine(bits: number = FINE_BITS): Histogram {
    const fine = new Histogram(bits);
    for (const [bucket, count] of this.buckets) {
      const { fromMs, toMs } = bucketBounds(bucket, this.bits);
      fine.addToBucket(bucketOf(Math.floor(((fromMs + toMs) / 2) * UNITS_PER_MS), bits), count);
    }
    fine.sum = this.sum;
    return fine;
  }

  clone(): Histogram {
    return Histogram.from(this.bits, this.buckets, this.sum);
  }

  /**
   * The value below which a share `q` of the durations lies, in ms: the middle of the
   * bucket that holds the nearest rank. `null` when nothing was recorded.
   */
  quantile(q: number): number | null {
    return this.quantiles([q])[0] ?? null;
  }

  /** Several quantiles in one pass over the sorted buckets. */
  quantiles(qs: readonly number[]): (number | null)[] {
    if (this.total === 0) return qs.map(() => null);
    const sorted = [...this.buckets].sort(([a], [b]) => a - b);
    return qs.map((q) => {
      const rank = Math.max(1, Math.ceil(Math.min(1, Math.max(0, q)) * this.total));
      let seen = 0;
      let last = 0;
      for (const [bucket, count] of sorted) {
        seen += count;
        last = bucket;
        if (seen >= rank) break;
      }
      const { fromMs, toMs } = bucketBounds(last, this.bits);
      return (fromMs + toMs) / 2;
    });
  }

  /** Arithmetic mean in ms, exact; `null` when nothing was recorded. */
  get meanMs(): number | null {
    return this.total === 0 ? null : this.sum / this.total;
  }

  private merge(other: Histogram, sign: 1 | -1): void {
    if (other.bits !== this.bits)
      throw new RangeError(`cannot merge histograms of ${this.bits} and ${other.bits} bits`);
    for (const [bucket, count] of other.buckets) this.addToBucket(bucket, sign * count);
    this.sum = this.total === 0 ? 0 : Math.max(0, this.sum + sign * other.sum);
  }

  private addToBucket(bucket: number, count: number): void {
    const next = (this.buckets.get(bucket) ?? 0) + count;
    if (next < 0) throw new RangeError(`bucket ${bucket} would hold ${next} durations`);
    if (next === 0) this.buckets.delete(bucket);
    else this.buckets.set(bucket, next);
    this.total += count;
  }
}
