import type { ByteReader, ByteWriter } from './bytes.js';
import { COARSE_BITS, Histogram } from './histogram.js';

/** Sums are stored in thousandths of a millisecond. */
const SUM_SCALE = 1000;

/**
 * Packs a histogram for history, where it is most of a point. Layout: sum, 2 x number of
 * buckets + 1 when dense; then dense: first bucket, span, a bit per bucket of the span, the
 * counts; sparse: (gap to the previous bucket, count). The buckets of a busy slot are
 * neighbours, and a bit costs an eighth of a gap. Always coarse bounds.
 */
export function writePackedHistogram(writer: ByteWriter, histogram: Histogram): void {
  const entries = [...histogram.coarsen(COARSE_BITS).counts].sort(([a], [b]) => a - b);
  const first = entries[0]?.[0] ?? 0;
  const span = (entries.at(-1)?.[0] ?? -1) - first + 1;
  const dense = Math.ceil(span / 8) < entries.length;
  writer.varint(Math.round(histogram.sumMs * SUM_SCALE)).varint(entries.length * 2 + (dense ? 1 : 0));
  if (!dense) {
    let previous = 0;
    for (const [bucket, count] of entries) {
      writer.varint(bucket - previous).varint(count);
      previous = bucket;
    }
    return;
  }
  const mask = new Uint8Array(Math.ceil(span / 8));
  for (const [bucket] of entries) {
    const bit = bucket - first;
    mask[bit >> 3] = (mask[bit >> 3] ?? 0) | (1 << (bit & 7));
  }
  writer.varint(first).varint(span).append(mask);
  for (const [, count] of entries) writer.varint(count);
}

export function readPackedHistogram(reader: ByteReader): Histogram {
  const sumMs = reader.varint() / SUM_SCALE;
  const head = reader.varint();
  const buckets = head % 2 === 1 ? readMask(reader) : null;
  const counts: [number, number][] = [];
  let bucket = 0;
  for (let index = 0; index < Math.floor(head / 2); index++) {
    bucket = buckets === null ? bucket + reader.varint() : (buckets[index] ?? 0);
    counts.push([bucket, reader.varint()]);
  }
  return Histogram.from(COARSE_BITS, counts, sumMs);
}

function readMask(reader: ByteReader): number[] {
  const first = reader.varint();
  const span = reader.varint();
  const mask = reader.take(Math.ceil(span / 8));
  const buckets: number[] = [];
  for (let bit = 0; bit < span; bit++) {
    if (((mask[bit >> 3] ?? 0) >> (bit & 7)) & 1) buckets.push(first + bit);
  }
  return buckets;
}
