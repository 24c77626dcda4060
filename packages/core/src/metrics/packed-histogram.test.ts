import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ByteReader, ByteWriter } from './bytes.js';
import { COARSE_BITS, Histogram } from './histogram.js';
import { readPackedHistogram, writePackedHistogram } from './packed-histogram.js';

function pack(histogram: Histogram): Uint8Array {
  const writer = new ByteWriter();
  writePackedHistogram(writer, histogram);
  return writer.finish();
}

function filled(durations: readonly number[]): Histogram {
  const histogram = new Histogram();
  for (const ms of durations) histogram.record(ms);
  return histogram;
}

describe('a packed histogram', () => {
  it('holds every count of the coarse one, dense or sparse', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.double({ min: 20, max: 40 }), fc.double({ min: 0, max: 1e8 }))), (durations) => {
        const histogram = filled(durations.filter(Number.isFinite));
        const unpacked = readPackedHistogram(new ByteReader(pack(histogram)));
        const coarse = histogram.coarsen(COARSE_BITS);
        expect(new Map(unpacked.counts)).toEqual(new Map(coarse.counts));
        expect(unpacked.sumMs).toBeCloseTo(histogram.sumMs, 2);
      }),
    );
  });

  it('spends little more than a byte a bucket on neighbours, and three on one alone', () => {
    const neighbours = filled(Array.from({ length: 30 }, (_, index) => 20 * 1.065 ** index));
    expect(neighbours.coarsen(COARSE_BITS).counts.size).toBeGreaterThan(25);
    expect(pack(neighbours).length).toBeLessThan(30 * 1.5);
    expect(pack(filled([5, 3_600_000])).length).toBeLessThan(12);
  });

  it('cannot be read when its end is missing', () => {
    const bytes = pack(filled([1, 2, 3, 4, 5]));
    expect(() => readPackedHistogram(new ByteReader(bytes.subarray(0, -1)))).toThrow(RangeError);
  });
});
