import type { Fence, MetricPoint, MetricStore, Retention, SeriesPoint } from '@drover/core';
import { chunked } from '../chunked.js';
import {
  chunkSpanMs,
  chunkStartsIn,
  decodeChunks,
  encodeChunkParts,
  keepMsOf,
  SLOTS_PER_CHUNK,
} from '../metric-chunks.js';
import { fenceCheck } from './lua.js';
import { asArray, type RedisLink, RedisScript } from './redis-link.js';
import type { StateKeys } from './state-keys.js';

/** Keeps a script call under 1 ms of Redis. */
const SERIES_PER_APPEND = 200;
const CHUNKS_PER_READ = 250;

/**
 * KEYS: the lease, then a chunk per part. ARGV: epoch, time to live, then per part "1" when it
 * begins its chunk, else "0", and its bytes.
 *
 * One command a part in all but rare cases: a tick writes a part for every queue.
 */
const appendScript = new RedisScript(`${fenceCheck('KEYS[1]', 'ARGV[1]')}
local call = redis.call
for index = 2, #KEYS do
  local key, begins, part = KEYS[index], ARGV[index * 2 - 1], ARGV[index * 2]
  local stored = begins == '1' and call('SET', key, part, 'NX', 'PX', ARGV[2])
  if not stored and call('APPEND', key, part) == #part then call('PEXPIRE', key, ARGV[2]) end
end
return 1
`);

/**
 * Stores chunks anew in exactly their size: APPEND leaves up to as much room again at their
 * end, which would cost a third of the whole history's memory.
 */
const trimScript = new RedisScript(`
for _, key in ipairs(KEYS) do
  local chunk = redis.call('GET', key)
  if chunk then redis.call('SET', key, chunk, 'KEEPTTL') end
end
return 1
`);

/** One string per chunk of 30 slots, which Redis expires by itself. */
export class RedisMetricStore implements MetricStore {
  private readonly link: RedisLink;
  private readonly keys: StateKeys;
  private readonly retention: readonly Retention[];

  constructor(link: RedisLink, keys: StateKeys, retention: readonly Retention[]) {
    this.link = link;
    this.keys = keys;
    this.retention = retention;
  }

  async append(resolutionMs: number, points: readonly SeriesPoint[], fence: Fence): Promise<void> {
    const ttlMs = keepMsOf(this.retention, resolutionMs) + chunkSpanMs(resolutionMs);
    const leaseKey = this.keys.lease(fence.name);
    const allParts = encodeChunkParts(points, resolutionMs);
    await Promise.all(
      chunked(allParts, SERIES_PER_APPEND).map((parts) => {
        const keys = parts.map(({ series, chunkStartMs }) => this.keys.metricChunk(series, resolutionMs, chunkStartMs));
        const args = parts.flatMap(({ beginsChunk, bytes }) => [beginsChunk ? '1' : '0', bytes]);
        return this.link.script(appendScript, [leaseKey, ...keys], [fence.epoch, ttlMs, ...args]);
      }),
    );
    const finished = allParts.flatMap(({ series, chunkStartMs, lastSlot }) =>
      lastSlot === trimSlotOf(series)
        ? [this.keys.metricChunk(series, resolutionMs, chunkStartMs - chunkSpanMs(resolutionMs))]
        : [],
    );
    await Promise.all(chunked(finished, SERIES_PER_APPEND).map((keys) => this.link.script(trimScript, keys, [])));
  }

  async range(series: string, resolutionMs: number, sinceMs: number, untilMs: number): Promise<readonly MetricPoint[]> {
    const found = await this.rangeMany([series], resolutionMs, sinceMs, untilMs);
    return found.get(series) ?? [];
  }

  async rangeMany(
    series: readonly string[],
    resolutionMs: number,
    sinceMs: number,
    untilMs: number,
  ): Promise<ReadonlyMap<string, readonly MetricPoint[]>> {
    const starts = chunkStartsIn(resolutionMs, sinceMs, untilMs, keepMsOf(this.retention, resolutionMs));
    const wanted = series.flatMap((name) => starts.map((start) => ({ name, start })));
    const pages = await Promise.all(
      chunked(wanted, CHUNKS_PER_READ).map((page) =>
        this.link.run((client) =>
          client.mgetBuffer(page.map(({ name, start }) => this.keys.metricChunk(name, resolutionMs, start))),
        ),
      ),
    );
    const chunks = asArray(pages.flat());
    const bySeries = new Map<string, Buffer[]>();
    wanted.forEach(({ name }, index) => {
      const chunk = chunks[index];
      if (chunk instanceof Buffer) bySeries.set(name, [...(bySeries.get(name) ?? []), chunk]);
    });
    return decodeChunks(bySeries, resolutionMs, sinceMs, untilMs);
  }

  async prune(): Promise<void> {
    // Chunks carry their time to live.
  }
}

/** In which slot of a chunk a series' last chunk is trimmed: spread, so that no tick does it for all. */
function trimSlotOf(series: string): number {
  let sum = 0;
  for (let index = 0; index < series.length; index++) sum = (sum * 31 + series.charCodeAt(index)) % 1_000_003;
  return 1 + (sum % (SLOTS_PER_CHUNK - 1));
}
