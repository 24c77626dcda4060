import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeBase64 } from './base64.js';
import { bucketBounds, COARSE_BITS, FINE_BITS, Histogram } from './histogram.js';
import { decodeHistogram, encodeHistogram } from './histogram-codec.js';

const durations = fc.array(fc.double({ min: 0, max: 3_000_000, noNaN: true }), { minLength: 1, maxLength: 300 });

function filled(values: readonly number[], bits = FINE_BITS): Histogram {
  const histogram = new Histogram(bits);
  for (const value of values) histogram.record(value);
  return histogram;
}

/** Exact nearest-rank quantile, the definition the histogram approximates. */
function exactQuantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(1, Math.ceil(q * sorted.length)) - 1] ?? Number.NaN;
}

describe('Histogram', () => {
  it('keeps quantiles within half a percent of the exact ones, or a tenth of a millisecond', () => {
    fc.assert(
      fc.property(durations, fc.constantFrom(0.5, 0.95, 0.99, 1), (values, q) => {
        const exact = exactQuantile(values, q);
        const estimate = filled(values).quantile(q) ?? Number.NaN;
        expect(Math.abs(estimate - exact)).toBeLessThanOrEqual(Math.max(0.1, exact * 0.005));
      }),
    );
  });

  it('has quantiles that never fall as q rises', () => {
    fc.assert(
      fc.property(durations, (values) => {
        const [p50, p95, p99] = filled(values).quantiles([0.5, 0.95, 0.99]);
        expect(p50).toBeLessThanOrEqual(p95 ?? 0);
        expect(p95).toBeLessThanOrEqual(p99 ?? 0);
      }),
    );
  });

  it('takes out exactly what was put in, whatever the order', () => {
    fc.assert(
      fc.property(durations, durations, (a, b) => {
        const sum = filled(a);
        sum.add(filled(b));
        expect(sum.count).toBe(a.length + b.length);
        sum.subtract(filled(a));
        expect(new Map(sum.counts)).toEqual(new Map(filled(b).counts));
        expect(sum.count).toBe(b.length);
      }),
    );
  });

  it('refuses to take out what it does not hold', () => {
    expect(() => filled([5]).subtract(filled([5_000]))).toThrow(RangeError);
  });

  it('coarsens to the same histogram as recording coarsely', () => {
    fc.assert(
      fc.property(durations, (values) => {
        const coarse = filled(values).coarsen(COARSE_BITS);
        expect(new Map(coarse.counts)).toEqual(new Map(filled(values, COARSE_BITS).counts));
      }),
    );
  });

  it('keeps count, sum and quantiles within the coarse width when refined', () => {
    fc.assert(
      fc.property(durations, (values) => {
        const refined = filled(values, COARSE_BITS).refine();
        const exact = exactQuantile(values, 0.95);
        expect(refined.count).toBe(values.length);
        expect(Math.abs((refined.quantile(0.95) ?? Number.NaN) - exact)).toBeLessThanOrEqual(
          Math.max(0.1, exact * 0.04),
        );
      }),
    );
  });

  it('survives its encoding', () => {
    fc.assert(
      fc.property(durations, (values) => {
        const histogram = filled(values);
        const decoded = decodeHistogram(encodeHistogram(histogram));
        expect(new Map(decoded.counts)).toEqual(new Map(histogram.counts));
        expect(decoded.sumMs).toBeCloseTo(histogram.sumMs, 2);
      }),
    );
  });

  it('stays within 2 KB for ten thousand durations over two decades', () => {
    const values = Array.from({ length: 10_000 }, (_, index) => 10 * 1.00046 ** index);
    expect(encodeHistogram(filled(values)).length).toBeLessThanOrEqual(2_048);
  });

  it('counts impossible durations as zero instead of losing the attempt', () => {
    const histogram = filled([-5, Number.NaN, Number.POSITIVE_INFINITY]);
    expect(histogram.count).toBe(3);
    expect(histogram.sumMs).toBe(0);
  });

  it('counts durations beyond its range in the last bucket', () => {
    const month = 30 * 86_400_000;
    const histogram = filled([month * 12, month * 24]);
    expect(histogram.counts.size).toBe(1);
    expect(histogram.quantile(1)).toBeGreaterThan(month);
  });

  it('has buckets that meet without gap or overlap', () => {
    for (let bucket = 0; bucket < 3_000; bucket++) {
      expect(bucketBounds(bucket, FINE_BITS).toMs).toBe(bucketBounds(bucket + 1, FINE_BITS).fromMs);
    }
  });

  it('knows no quantile and no mean of nothing', () => {
    expect(new Histogram().quantile(0.5)).toBeNull();
    expect(new Histogram().meanMs).toBeNull();
  });
});

describe('decodeBase64', () => {
  it('reads what the platform writes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
        const text = Buffer.from(bytes).toString('base64');
        expect([...decodeBase64(text)]).toEqual([...bytes]);
      }),
    );
  });

  it('refuses foreign characters', () => {
    expect(() => decodeBase64('a b*')).toThrow(RangeError);
  });
});
