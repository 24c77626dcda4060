import {
  encodePoint,
  type Fence,
  type MetricPoint,
  type MetricStore,
  type Retention,
  type SeriesPoint,
} from '@drover/core';
import { chunkSpanMs, chunkStartOf, decodeChunks, keepMsOf } from '../metric-chunks.js';
import type { PostgresLink } from './postgres-link.js';
import type { StateTables } from './state-tables.js';

const ROWS_PER_DELETE = 2000;
/** Up to 30 points each: about 20 ms of the server a batch. */
const SERIES_PER_FOLD = 200;

/**
 * A row per point while its chunk of 30 slots is open, a row per chunk afterwards. Written
 * twice, then left alone: what lasts has the overhead of a thirtieth of a row a point.
 */
export class PostgresMetricStore implements MetricStore {
  private readonly link: PostgresLink;
  private readonly tables: StateTables;
  private readonly retention: readonly Retention[];
  /** The chunk last written to, by resolution: a later one means that it is complete. */
  private readonly openChunkMs = new Map<number, number>();

  constructor(link: PostgresLink, tables: StateTables, retention: readonly Retention[]) {
    this.link = link;
    this.tables = tables;
    this.retention = retention;
  }

  async append(resolutionMs: number, points: readonly SeriesPoint[], fence: Fence): Promise<void> {
    keepMsOf(this.retention, resolutionMs);
    if (points.length === 0) return;
    // A statement must not touch a row twice; of two points for one slot the last counts.
    const bySlot = new Map(points.map((entry) => [`${entry.point.atMs} ${entry.series}`, entry]));
    const entries = [...bySlot.values()];
    const { metricPoint, requireEpoch } = this.tables;
    // Sorted, so that two statements lock rows in one order and cannot deadlock.
    await this.link.query(
      `INSERT INTO ${metricPoint} (series, resolution_ms, at_ms, data)
       SELECT series, $3::integer, at_ms, data
       FROM unnest($4::text[], $5::bigint[], $6::bytea[]) AS part(series, at_ms, data)
       WHERE (SELECT ${requireEpoch}($1, $2))
       ORDER BY series, at_ms
       ON CONFLICT (series, resolution_ms, at_ms) DO UPDATE SET data = excluded.data`,
      [
        fence.name,
        fence.epoch,
        resolutionMs,
        entries.map(({ series }) => series),
        entries.map(({ point }) => point.atMs),
        entries.map(({ point }) => Buffer.from(encodePoint(point, resolutionMs))),
      ],
    );
    await this.closeChunks(resolutionMs, Math.max(...entries.map(({ point }) => point.atMs)), fence);
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
    const { metricChunk, metricPoint } = this.tables;
    // Points after chunks: of two for one slot the later written wins. One statement, so a
    // chunk that closes meanwhile is seen on one side and not on both or none.
    const rows = await this.link.query<{ series: string; data: Buffer }>(
      `SELECT series, data FROM (
         SELECT series, 0 AS part, chunk_start_ms AS at_ms, data FROM ${metricChunk}
         WHERE series = ANY($1::text[]) AND resolution_ms = $2 AND chunk_start_ms BETWEEN $3 AND $5
         UNION ALL
         SELECT series, 1, at_ms, data FROM ${metricPoint}
         WHERE series = ANY($1::text[]) AND resolution_ms = $2 AND at_ms BETWEEN $4 AND $5
       ) AS found ORDER BY series, part, at_ms`,
      [series, resolutionMs, chunkStartOf(sinceMs, resolutionMs), Math.ceil(sinceMs), Math.ceil(untilMs) - 1],
    );
    const bySeries = new Map<string, Buffer[]>();
    for (const { series: name, data } of rows) {
      const chunks = bySeries.get(name);
      if (chunks === undefined) bySeries.set(name, [data]);
      else chunks.push(data);
    }
    return decodeChunks(bySeries, resolutionMs, sinceMs, untilMs);
  }

  async prune(nowMs: number, fence: Fence): Promise<void> {
    for (const { resolutionMs, keepMs } of this.retention) {
      // A chunk goes when its last slot is too old. A queue that fell silent leaves points
      // whose chunk nobody closed; they go the same way once they are closed here.
      await this.closeChunks(resolutionMs, nowMs, fence);
      await this.deleteBefore(resolutionMs, nowMs - keepMs - chunkSpanMs(resolutionMs), fence);
    }
  }

  /** Moves points into chunks when a later chunk has begun than at the last call. */
  private async closeChunks(resolutionMs: number, atMs: number, fence: Fence): Promise<void> {
    const currentMs = chunkStartOf(atMs, resolutionMs);
    if ((this.openChunkMs.get(resolutionMs) ?? Number.NEGATIVE_INFINITY) >= currentMs) return;
    const { metricChunk, metricPoint, requireEpoch } = this.tables;
    for (;;) {
      const closed = await this.link.query<{ ripe: number }>(
        `WITH ripe AS (
           SELECT DISTINCT series FROM ${metricPoint}
           WHERE resolution_ms = $3 AND at_ms < $4 AND (SELECT ${requireEpoch}($1, $2)) LIMIT ${SERIES_PER_FOLD}
         ), taken AS (
           DELETE FROM ${metricPoint} USING ripe
           WHERE metric_point.series = ripe.series AND resolution_ms = $3 AND at_ms < $4
           RETURNING metric_point.series, at_ms, data
         ), put AS (
           INSERT INTO ${metricChunk} AS stored (series, resolution_ms, chunk_start_ms, data)
           SELECT series, $3, at_ms - at_ms % $5::bigint, string_agg(data, ''::bytea ORDER BY at_ms)
           FROM taken GROUP BY 1, 3
           ON CONFLICT (series, resolution_ms, chunk_start_ms) DO UPDATE SET data = stored.data || excluded.data
         )
         SELECT count(*)::int AS ripe FROM ripe`,
        [fence.name, fence.epoch, resolutionMs, currentMs, chunkSpanMs(resolutionMs)],
      );
      if ((closed[0]?.ripe ?? 0) < SERIES_PER_FOLD) break;
    }
    this.openChunkMs.set(resolutionMs, currentMs);
  }

  /** In bounded batches, so that no statement holds its locks for long. */
  private async deleteBefore(resolutionMs: number, beforeMs: number, fence: Fence): Promise<void> {
    const { metricChunk, requireEpoch } = this.tables;
    for (;;) {
      const gone = await this.link.query(
        `DELETE FROM ${metricChunk} WHERE (SELECT ${requireEpoch}($1, $2)) AND ctid = ANY(ARRAY(
           SELECT ctid FROM ${metricChunk}
           WHERE resolution_ms = $3 AND chunk_start_ms < $4 LIMIT ${ROWS_PER_DELETE}
         )) RETURNING 1`,
        [fence.name, fence.epoch, resolutionMs, beforeMs],
      );
      if (gone.length < ROWS_PER_DELETE) return;
    }
  }
}
