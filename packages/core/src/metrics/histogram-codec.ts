import { ByteReader, ByteWriter } from './bytes.js';
import { Histogram } from './histogram.js';

/** Sums travel in thousandths of a millisecond. */
const SUM_SCALE = 1000;

/** Layout: bits, sum, number of buckets, then (gap to the previous bucket, count) in ascending order. */
export function writeHistogram(writer: ByteWriter, histogram: Histogram): void {
  writer
    .varint(histogram.bits)
    .varint(Math.round(histogram.sumMs * SUM_SCALE))
    .varint(histogram.counts.size);
  let previous = 0;
  for (const [bucket, count] of [...histogram.counts].sort(([a], [b]) => a - b)) {
    writer.varint(bucket - previous).varint(count);
    previous = bucket;
  }
}

export function readHistogram(reader: ByteReader): Histogram {
  const bits = reader.varint();
  const sumMs = reader.varint() / SUM_SCALE;
  const size = reader.varint();
  const counts: [number, number][] = [];
  let bucket = 0;
  for (let index = 0; index < size; index++) {
    bucket += reader.varint();
    counts.push([bucket, reader.varint()]);
  }
  return Histogram.from(bits, counts, sumMs);
}

export function encodeHistogram(histogram: Histogram): Uint8Array {
  const writer = new ByteWriter();
  writeHistogram(writer, histogram);
  return writer.finish();
}

export function decodeHistogram(bytes: Uint8Array): Histogram {
  return readHistogram(new ByteReader(bytes));
}
