import { decodePoints, encodePoint, Fault, type MetricPoint, type Retention, type SeriesPoint } from '@drover/core';

/**
 * Both engines keep history in chunks of 30 slots: one key or row for 30 points costs a
 * thirtieth of the overhead that a key or row has, and a chunk is small enough to rewrite
 * with every point.
 */
export const SLOTS_PER_CHUNK = 30;

export interface ChunkPart {
  readonly series: string;
  readonly chunkStartMs: number;
  /** True when its first point is in the chunk's first slot. */
  readonly beginsChunk: boolean;
  /** Slot of its last point within the chunk, from 0. */
  readonly lastSlot: number;
  /** Encoded points to be added at the chunk's end. */
  readonly bytes: Buffer;
}

export const chunkSpanMs = (resolutionMs: number): number => resolutionMs * SLOTS_PER_CHUNK;

export function chunkStartOf(atMs: number, resolutionMs: number): number {
  const spanMs = chunkSpanMs(resolutionMs);
  return Math.floor(atMs / spanMs) * spanMs;
}

/** How long points of a resolution are kept; a resolution without retention is a caller's mistake. */
export function keepMsOf(retention: readonly Retention[], resolutionMs: number): number {
  const found = retention.find((entry) => entry.resolutionMs === resolutionMs);
  if (found === undefined)
    throw new Fault('invalid_input', `No history is kept at a resolution of ${resolutionMs} ms.`);
  return found.keepMs;
}

/** Encodes points, one part per chunk: a statement must not touch the same chunk twice. */
export function encodeChunkParts(points: readonly SeriesPoint[], resolutionMs: number): ChunkPart[] {
  const parts = new Map<string, { series: string; chunkStartMs: number; pieces: Uint8Array[]; slots: number[] }>();
  for (const { series, point } of points) {
    const chunkStartMs = chunkStartOf(point.atMs, resolutionMs);
    const key = `${chunkStartMs} ${series}`;
    let part = parts.get(key);
    if (part === undefined) {
      part = { series, chunkStartMs, pieces: [], slots: [] };
      parts.set(key, part);
    }
    part.pieces.push(encodePoint(point, resolutionMs));
    part.slots.push(Math.floor((point.atMs - chunkStartMs) / resolutionMs));
  }
  return [...parts.values()].map(({ series, chunkStartMs, pieces, slots }) => ({
    series,
    chunkStartMs,
    beginsChunk: slots[0] === 0,
    lastSlot: slots.at(-1) ?? 0,
    bytes: Buffer.concat(pieces),
  }));
}

/** Starts of the chunks that can hold points of a range; never more than the retention has. */
export function chunkStartsIn(resolutionMs: number, sinceMs: number, untilMs: number, keepMs: number): number[] {
  const spanMs = chunkSpanMs(resolutionMs);
  const newestMs = chunkStartOf(untilMs - 1, resolutionMs);
  const oldestMs = Math.max(chunkStartOf(sinceMs, resolutionMs), newestMs - Math.ceil(keepMs / spanMs) * spanMs);
  const starts: number[] = [];
  for (let start = oldestMs; start <= newestMs; start += spanMs) starts.push(start);
  return starts;
}

/** The points of a range by series; series without any are absent. */
export function decodeChunks(
  chunksBySeries: ReadonlyMap<string, readonly Uint8Array[]>,
  resolutionMs: number,
  sinceMs: number,
  untilMs: number,
): ReadonlyMap<string, readonly MetricPoint[]> {
  const found = new Map<string, readonly MetricPoint[]>();
  for (const [series, chunks] of chunksBySeries) {
    // By slot: a point that came after its chunk was closed lies apart from it.
    const points = new Map<number, MetricPoint>();
    for (const point of chunks.flatMap((chunk) => decodeOne(chunk, resolutionMs))) {
      if (point.atMs >= sinceMs && point.atMs < untilMs) points.set(point.atMs, point);
    }
    if (points.size > 0)
      found.set(
        series,
        [...points.values()].sort((a, b) => a.atMs - b.atMs),
      );
  }
  return found;
}

/** A damaged chunk is a gap of 30 slots, not the loss of the whole history. */
function decodeOne(chunk: Uint8Array, resolutionMs: number): MetricPoint[] {
  try {
    return decodePoints(chunk, resolutionMs);
  } catch (error) {
    if (error instanceof RangeError) return [];
    throw error;
  }
}
