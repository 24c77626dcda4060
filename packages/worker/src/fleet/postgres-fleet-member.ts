import {
  desiredTable,
  encodeReport,
  Fault,
  type FleetLook,
  type FleetMember,
  type FleetNews,
  reportTable,
  settingsRevisionTable,
  settingsTable,
  type WorkerReport,
  workerDocumentKeys,
} from '@drover/core';
import { toDesired } from './desired-codec.js';

/** What is used of a `pg.Pool`. */
export interface ReportingPool {
  query(text: string, values: unknown[]): Promise<{ readonly rows: readonly unknown[] }>;
}

interface LookRow {
  readonly revision: number;
  readonly documents: Readonly<Record<string, string>> | null;
  readonly version: string | null;
  readonly state: object | null;
}

/** undefined_table and invalid_schema_name: no control plane has migrated this database yet. */
const NOT_MIGRATED = new Set(['42P01', '3F000']);
const NOTHING_YET: FleetNews = { settingsRevision: -1, documents: {}, desired: null };

/** Reports and looks over the worker's own pool, in one statement each. */
export class PostgresFleetMember implements FleetMember {
  private readonly pool: ReportingPool;
  private readonly putReport: string;
  private readonly lookAround: string;

  constructor(pool: ReportingPool, schema: string) {
    this.pool = pool;
    const inSchema = (table: string) => `"${schema.replaceAll('"', '""')}".${table}`;
    // By the engine's clock: a worker whose clock is off would else expire at once or never.
    this.putReport = `
      INSERT INTO ${inSchema(reportTable)} (worker_id, report, expires_at)
      VALUES ($1, $2, now() + $3 * interval '1 millisecond')
      ON CONFLICT (worker_id) DO UPDATE SET report = excluded.report, expires_at = excluded.expires_at`;
    // Unequal, not larger: a database restored from a backup goes back.
    this.lookAround = `
      SELECT r.revision::float8 AS revision, d.version, d.state,
        CASE WHEN r.revision <> $2 THEN
          (SELECT coalesce(json_object_agg(key, value), '{}') FROM ${inSchema(settingsTable)} WHERE key = ANY($3))
        END AS documents
      FROM ${inSchema(settingsRevisionTable)} r LEFT JOIN ${inSchema(desiredTable)} d ON d.worker_id = $1`;
  }

  async publish(report: WorkerReport, ttlMs: number): Promise<void> {
    await this.query(this.putReport, [report.workerId, encodeReport(report), ttlMs]);
  }

  async look({ workerId, settingsRevision }: FleetLook): Promise<FleetNews> {
    const rows = await this.query(this.lookAround, [workerId, settingsRevision, workerDocumentKeys]);
    const [row] = rows as readonly LookRow[];
    if (row === undefined) return NOTHING_YET;
    const { revision, documents, version, state } = row;
    const desired = state === null ? null : toDesired({ ...state, version: Number(version) });
    return { settingsRevision: revision, documents, desired };
  }

  private async query(statement: string, values: unknown[]): Promise<readonly unknown[]> {
    try {
      return (await this.pool.query(statement, values)).rows;
    } catch (cause) {
      if (isNotMigrated(cause)) return [];
      throw new Fault('engine_unavailable', 'PostgreSQL did not answer the worker', { cause });
    }
  }
}

function isNotMigrated(error: unknown): boolean {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' && NOT_MIGRATED.has(code);
}
