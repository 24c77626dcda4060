import { encodeReport } from '@drover/core';
import { type EngineOptions, openEngine, openQueues } from '@drover/engines';
import pg from 'pg';
import type { PostgresServer } from './postgres-server.js';
import type { TestEngine } from './test-engine.js';

/** A database of its own on a shared server. */
export async function openPostgresTestEngine(server: PostgresServer, options: EngineOptions = {}): Promise<TestEngine> {
  const url = await server.createDatabase();
  const closers: (() => Promise<unknown>)[] = [];
  const open = async (more: EngineOptions = {}) => {
    const engine = await openEngine(url, { ...options, ...more });
    closers.unshift(() => engine.close());
    return engine;
  };
  const engine = await open();
  const queues = await openQueues(url);
  closers.unshift(() => queues.close());
  const pool = new pg.Pool({ connectionString: url, max: 3, options: '-c search_path=bullmq' });
  // Unheard, a connection that the server ends would end the test run.
  pool.on('error', () => undefined);
  closers.push(() => pool.end());
  const { options: workerOptions, backendFactory } = queues.workerArgs();
  const storeReport = async (workerId: string, text: string, ttlMs: number) => {
    await pool.query(
      `INSERT INTO drover.worker_report (worker_id, report, expires_at)
       VALUES ($1, $2, now() + $3 * interval '1 millisecond')
       ON CONFLICT (worker_id) DO UPDATE SET report = excluded.report, expires_at = excluded.expires_at`,
      [workerId, text, ttlMs],
    );
  };
  return {
    engine,
    queues,
    capabilities: { prunesHistory: true, breakQueue: null, readingsToSee: () => 1 },
    replica: open,
    report: (report, ttlMs) => storeReport(report.workerId, encodeReport(report), ttlMs),
    reportText: storeReport,
    desired: async (workerId) => {
      const { rows } = await pool.query<{ version: string; state: object }>(
        'SELECT version, state FROM drover.worker_desired WHERE worker_id = $1',
        [workerId],
      );
      return rows[0] === undefined ? null : { ...rows[0].state, version: Number(rows[0].version) };
    },
    pretendNewer: async () => {
      await pool.query('INSERT INTO drover.schema_version (version) VALUES (1000)');
    },
    historyBytes: async () => {
      const { rows } = await pool.query<{ lasting: number; open: number }>(
        `SELECT pg_total_relation_size('drover.metric_chunk')::float8 AS lasting,
           pg_total_relation_size('drover.metric_point')::float8 AS open`,
      );
      return rows[0] ?? { lasting: 0, open: 0 };
    },
    bullmq: { connection: workerOptions.connection, factory: backendFactory },
    close: async () => {
      for (const close of closers) await close();
    },
  };
}
