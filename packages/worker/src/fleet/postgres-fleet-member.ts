import {
  type DesiredWorkerState,
  desiredTable,
  encodeReport,
  Fault,
  type FleetMember,
  reportTable,
  type WorkerReport,
} from '@drover/core';
import { toDesired } from './desired-codec.js';

/** What is used of a `pg.Pool`. */
export interface ReportingPool {
  query(text: string, values: unknown[]): Promise<{ readonly rows: readonly unknown[] }>;
}

/** undefined_table and invalid_schema_name: no control plane has migrated this database yet. */
const NOT_MIGRATED = new Set(['42P01', '3F000']);

/** Reports over the worker's own pool, in one statement. */
export class PostgresFleetMember implements FleetMember {
  private readonly pool: ReportingPool;
  private readonly statement: string;

  constructor(pool: ReportingPool, schema: string) {
    this.pool = pool;
    const inSchema = (table: string) => `"${schema.replaceAll('"', '""')}".${table}`;
    // By the engine's clock: a worker whose clock is off would else expire at once or never.
    this.statement = `
      WITH put AS (
        INSERT INTO ${inSchema(reportTable)} (worker_id, report, expires_at)
        VALUES ($1, $2, now() + $3 * interval '1 millisecond')
        ON CONFLICT (worker_id) DO UPDATE SET report = excluded.report, expires_at = excluded.expires_at
      )
      SELECT version, state FROM ${inSchema(desiredTable)} WHERE worker_id = $1`;
  }

  async publish(report: WorkerReport, ttlMs: number): Promise<DesiredWorkerState | null> {
    try {
      const { rows } = await this.pool.query(this.statement, [report.workerId, encodeReport(report), ttlMs]);
      const [row] = rows as readonly { version: string | number; state: object }[];
      return row === undefined ? null : toDesired({ ...row.state, version: Number(row.version) });
    } catch (cause) {
      if (isNotMigrated(cause)) return null;
      throw new Fault('engine_unavailable', 'PostgreSQL did not take the report', { cause });
    }
  }

  /** The pool is the worker's, and closes with it. */
  async close(): Promise<void> {}
}

function isNotMigrated(error: unknown): boolean {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' && NOT_MIGRATED.has(code);
}
