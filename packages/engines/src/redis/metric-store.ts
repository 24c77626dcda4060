import type { Fence, MetricPoint, MetricStore, Retention, SeriesPoint } from '@drover/core';
import { chunked } from '../chunked.js';
import { chunkSpanMs, chunkStartsIn, decodeChunks, encodeChunkParts, keepMsOf } from '../metric-chunks.js';
import { fenceCheck } from './lua.js';
import { asArray, type RedisLink, RedisScript } from './redis-link.js';
import type { StateKeys } from './state-keys.js';

const SERIES_PER_APPEND = 200;
const CHUNKS_PER_READ = 250;

/**
 * KEYS: the lease, then a chunk per part. ARGV: epoch, time to live, then the parts.
 *
 * SET of the whole chunk instead of APPEND: APPEND doubles the string's allocation as it
 * grows, which would cost up to half of the store's memory.
 */
const appendScript = new RedisScript(`${fenceCheck('KEYS[1]', 'ARGV[1]')}
for index = 2, #KEYS do
  local chunk = redis.call('GET', KEYS[index])
  redis.call('SET', KEYS[index], (chunk or '') .. ARGV[index + 1], 'PX', ARGV[2])
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
    await Promise.all(
      chunked(encodeChunkParts(points, resolutionMs), SERIES_PER_APPEND).map((parts) => {
        const keys = parts.map(({ series, chunkStartMs }) => this.keys.metricChunk(series, resolutionMs, chunkStartMs));
        const args = [fence.epoch, ttlMs, ...parts.map(({ bytes }) => bytes)];
        return this.link.script(appendScript, [leaseKey, ...keys], args);
      }),
    );
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
