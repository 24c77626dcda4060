import type { EngineKind, EngineStatus } from '@drover/core';
import type { PostgresLink } from './postgres-link.js';

const SKEW_WARNING_MS = 1000;
/** Beyond this share of max_connections the next worker may not get one. */
const CONNECTIONS_WARNING = 0.8;

interface StatusRow {
  readonly version: string;
  readonly engineMs: number;
  readonly synchronousCommit: string;
  readonly connections: number;
  readonly maxConnections: number;
}

export async function postgresStatus(link: PostgresLink, kind: EngineKind): Promise<EngineStatus> {
  // The first statement may have to open a connection; that is no round trip.
  await link.query('SELECT 1');
  const startMs = performance.now();
  const [row] = await link.query<StatusRow>(
    `SELECT current_setting('server_version') AS version,
       (extract(epoch FROM clock_timestamp()) * 1000)::float8 AS "engineMs",
       current_setting('synchronous_commit') AS "synchronousCommit",
       (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend')::int AS connections,
       current_setting('max_connections')::int AS "maxConnections"`,
  );
  const latencyMs = performance.now() - startMs;
  const clockSkewMs = row === undefined ? 0 : Math.round(row.engineMs - (Date.now() - latencyMs / 2));
  return {
    kind,
    address: link.address,
    version: `PostgreSQL ${row?.version ?? 'unknown'}`,
    latencyMs,
    clockSkewMs,
    warnings: row === undefined ? [] : postgresWarnings(row, clockSkewMs),
  };
}

export function postgresWarnings(
  row: Pick<StatusRow, 'synchronousCommit' | 'connections' | 'maxConnections'>,
  clockSkewMs: number,
): string[] {
  const warnings: string[] = [];
  if (row.synchronousCommit === 'off') {
    warnings.push('synchronous_commit is off: a crash of the server loses acknowledged jobs. Set it to on.');
  }
  if (row.connections >= row.maxConnections * CONNECTIONS_WARNING) {
    warnings.push(
      `${row.connections} of ${row.maxConnections} connections are in use, and a worker needs about three: ` +
        'raise max_connections or run fewer workers.',
    );
  }
  if (Math.abs(clockSkewMs) > SKEW_WARNING_MS) {
    warnings.push(
      `The clock of PostgreSQL is ${clockSkewMs} ms from this machine's: set both by NTP. ` +
        "BullMQ's locks use this machine's clock; beyond 5 seconds Drover refuses to start.",
    );
  }
  return warnings;
}
