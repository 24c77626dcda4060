import type { Fence, MetricPoint, MetricStore, Retention, SeriesPoint } from '@drover/core';
import { chunkSpanMs, chunkStartsIn, decodeChunks, encodeChunkParts, keepMsOf } from '../metric-chunks.js';
import type { PostgresLink } from './postgres-link.js';
import type { StateTables } from './state-tables.js';

const ROWS_PER_DELETE = 2000;

/** One row per chunk of 30 slots; points are added at its end. */
export class PostgresMetricStore implements MetricStore {
  private readonly link: PostgresLink;
  private readonly tables: StateTables;
  private readonly retention: readonly Retention[];

  constructor(link: PostgresLink, tables: StateTables, retention: readonly Retention[]) {
    this.link = link;
    this.tables = tables;
    this.retention = retention;
  }

  async append(resolutionMs: number, points: readonly SeriesPoint[], fence: Fence): Promise<void> {
    keepMsOf(this.retention, resolutionMs);
    const parts = encodeChunkParts(points, resolutionMs);
    if (parts.length === 0) return;
    const { metricChunk, requireEpoch } = this.tables;
    // Sorted, so that two statements lock rows in one order and cannot deadlock.
    await this.link.query(
      `INSERT INTO ${metricChunk} AS stored (series, resolution_ms, chunk_start_ms, data)
       SELECT series, $3::integer, chunk_start_ms, data
       FROM unnest($4::text[], $5::bigint[], $6::bytea[]) AS part(series, chunk_start_ms, data)
       WHERE (SELECT ${requireEpoch}($1, $2))
       ORDER BY series, chunk_start_ms
       ON CONFLICT (series, resolution_ms, chunk_start_ms) DO UPDATE SET data = stored.data || excluded.data`,
      [
        fence.name,
        fence.epoch,
        resolutionMs,
        parts.map(({ series }) => series),
        parts.map(({ chunkStartMs }) => chunkStartMs),
        parts.map(({ bytes }) => bytes),
      ],
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
    const rows = await this.link.query<{ series: string; data: Buffer }>(
      `SELECT series, data FROM ${this.tables.metricChunk}
       WHERE series = ANY($1::text[]) AND resolution_ms = $2 AND chunk_start_ms BETWEEN $3 AND $4
       ORDER BY series, chunk_start_ms`,
      [series, resolutionMs, starts.at(0) ?? 0, starts.at(-1) ?? -1],
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
      // A chunk goes when its last slot is too old.
      const beforeMs = nowMs - keepMs - chunkSpanMs(resolutionMs);
      await this.deleteBefore(resolutionMs, beforeMs, fence);
    }
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
