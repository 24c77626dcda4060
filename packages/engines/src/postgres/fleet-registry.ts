import {
  type DesiredWorkerState,
  decodeReport,
  type Fence,
  type FleetAssignment,
  type FleetRegistry,
  type HostPresence,
  type WorkerReport,
} from '@drover/core';
import type { PostgresLink } from './postgres-link.js';
import type { StateTables } from './state-tables.js';

const REPORTS_PER_READ = 500;

export class PostgresFleetRegistry implements FleetRegistry {
  private readonly link: PostgresLink;
  private readonly tables: StateTables;

  constructor(link: PostgresLink, tables: StateTables) {
    this.link = link;
    this.tables = tables;
  }

  async readReports(): Promise<readonly WorkerReport[]> {
    await this.dropExpired();
    const reports: WorkerReport[] = [];
    for (let after = ''; ; ) {
      const rows = await this.link.query<{ worker_id: string; report: string }>(
        `SELECT worker_id, report FROM ${this.tables.report}
         WHERE worker_id > $1 AND expires_at > now() ORDER BY worker_id LIMIT ${REPORTS_PER_READ}`,
        [after],
      );
      for (const row of rows) {
        const report = decodeReport(row.report);
        if (report !== null) reports.push(report);
      }
      const last = rows.at(-1);
      if (last === undefined || rows.length < REPORTS_PER_READ) return reports;
      after = last.worker_id;
    }
  }

  async forget(workerId: string): Promise<void> {
    await this.link.query(
      `WITH gone AS (DELETE FROM ${this.tables.report} WHERE worker_id = $1)
       DELETE FROM ${this.tables.desired} WHERE worker_id = $1`,
      [workerId],
    );
  }

  async setDesired(workerId: string, desired: Omit<DesiredWorkerState, 'version'>): Promise<DesiredWorkerState> {
    // At least the engine's clock: once the row was dropped, a counter would start at 1 again
    // and a worker that had acted on version 3 would ignore it.
    const rows = await this.link.query<{ version: string }>(
      `INSERT INTO ${this.tables.desired} AS stored (worker_id, version, state)
       VALUES ($1, floor(extract(epoch FROM clock_timestamp()) * 1000), $2::jsonb)
       ON CONFLICT (worker_id) DO UPDATE SET
         version = greatest(stored.version + 1, excluded.version), state = excluded.state
       RETURNING version`,
      [workerId, JSON.stringify(desired)],
    );
    return { ...desired, version: Number(rows[0]?.version) };
  }

  async announceHost(presence: HostPresence, ttlMs: number): Promise<void> {
    await this.link.query(
      `INSERT INTO ${this.tables.host} (instance_id, presence, expires_at)
       VALUES ($1, $2::jsonb, now() + $3 * interval '1 millisecond')
       ON CONFLICT (instance_id) DO UPDATE SET presence = excluded.presence, expires_at = excluded.expires_at`,
      [presence.instanceId, JSON.stringify(presence), ttlMs],
    );
  }

  async withdrawHost(instanceId: string): Promise<void> {
    await this.link.query(`DELETE FROM ${this.tables.host} WHERE instance_id = $1`, [instanceId]);
  }

  async readHosts(): Promise<readonly HostPresence[]> {
    const rows = await this.link.query<{ presence: HostPresence }>(
      `WITH gone AS (DELETE FROM ${this.tables.host} WHERE expires_at <= now())
       SELECT presence FROM ${this.tables.host} WHERE expires_at > now() ORDER BY instance_id`,
    );
    return rows.map(({ presence }) => presence);
  }

  async assign(assignment: FleetAssignment, fence: Fence): Promise<void> {
    const { requireEpoch } = this.tables;
    await this.link.query(
      `INSERT INTO ${this.tables.assignment} (assignment)
       SELECT $3::jsonb WHERE ${requireEpoch}($1, $2)
       ON CONFLICT (one) DO UPDATE SET assignment = excluded.assignment`,
      [fence.name, fence.epoch, JSON.stringify(assignment)],
    );
  }

  async readAssignment(): Promise<FleetAssignment> {
    const rows = await this.link.query<{ assignment: FleetAssignment }>(
      `SELECT assignment FROM ${this.tables.assignment}`,
    );
    return rows[0]?.assignment ?? {};
  }

  /** Expired reports go, and with them the desired states of their workers. */
  private async dropExpired(): Promise<void> {
    await this.link.query(
      `WITH gone AS (DELETE FROM ${this.tables.report} WHERE expires_at <= now() RETURNING worker_id)
       DELETE FROM ${this.tables.desired} WHERE worker_id IN (SELECT worker_id FROM gone)`,
    );
  }
}
