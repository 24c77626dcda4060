import type { AuditEntry, AuditLog, AuditPage, AuditQuery } from '@drover/core';
import { Fault } from '@drover/core';
import { MAX_AUDIT_ENTRIES } from '../audit-bound.js';
import type { PostgresLink } from './postgres-link.js';
import type { StateTables } from './state-tables.js';

const ID_DIGITS = 19;
const ROWS_PER_DELETE = 5000;

interface AuditRow extends Omit<AuditEntry, 'from'> {
  readonly id: string;
  readonly fromAddress: string | null;
}

export class PostgresAuditLog implements AuditLog {
  private readonly link: PostgresLink;
  private readonly tables: StateTables;
  private readonly maxEntries: number;

  constructor(link: PostgresLink, tables: StateTables, maxEntries = MAX_AUDIT_ENTRIES) {
    this.link = link;
    this.tables = tables;
    this.maxEntries = maxEntries;
  }

  async append(entries: readonly AuditEntry[]): Promise<void> {
    if (entries.length === 0) return;
    await this.link.query(
      `INSERT INTO ${this.tables.audit} (at_ms, actor, role, from_address, action, target, result, details)
       SELECT * FROM unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::jsonb[])`,
      [
        entries.map(({ atMs }) => Math.round(atMs)),
        entries.map(({ actor }) => actor),
        entries.map(({ role }) => role),
        entries.map(({ from }) => from),
        entries.map(({ action }) => action),
        entries.map(({ target }) => target),
        entries.map(({ result }) => result),
        entries.map(({ details }) => JSON.stringify(details ?? null)),
      ],
    );
  }

  async query(query: AuditQuery): Promise<AuditPage> {
    const rows = await this.link.query<AuditRow>(
      `SELECT id, at_ms::float8 AS "atMs", actor, role, from_address AS "fromAddress", action, target, result, details
       FROM ${this.tables.audit}
       WHERE ($2::bigint IS NULL OR id < $2)
         AND ($3::bigint IS NULL OR at_ms >= $3)
         AND ($4::bigint IS NULL OR at_ms < $4)
         AND ($5::text IS NULL OR actor = $5)
         AND ($6::text IS NULL OR action = $6)
         AND ($7::text IS NULL OR target = $7)
         AND ($8::text IS NULL OR result = $8)
       ORDER BY id DESC LIMIT $1`,
      [
        query.limit,
        query.beforeId === undefined ? null : toRowId(query.beforeId),
        query.sinceMs ?? null,
        query.untilMs ?? null,
        query.actor ?? null,
        query.action ?? null,
        query.target ?? null,
        query.result ?? null,
      ],
    );
    const entries = rows.map(({ id, fromAddress, ...entry }) => ({
      ...entry,
      from: fromAddress,
      id: id.padStart(ID_DIGITS, '0'),
    }));
    return { entries, nextBeforeId: entries.length < query.limit ? null : (entries.at(-1)?.id ?? null) };
  }

  /** Ids have gaps, so by them at most the newest `maxEntries` stay, never more. */
  async prune(olderThanMs: number): Promise<void> {
    await this.deleteWhere('at_ms < $1', olderThanMs);
    await this.deleteWhere(`id <= (SELECT max(id) FROM ${this.tables.audit}) - $1::bigint`, this.maxEntries);
  }

  private async deleteWhere(condition: string, value: number): Promise<void> {
    for (;;) {
      const gone = await this.link.query(
        `DELETE FROM ${this.tables.audit} WHERE id IN (
           SELECT id FROM ${this.tables.audit} WHERE ${condition} LIMIT ${ROWS_PER_DELETE}
         ) RETURNING 1`,
        [value],
      );
      if (gone.length < ROWS_PER_DELETE) return;
    }
  }
}

function toRowId(id: string): string {
  if (!/^\d{1,19}$/.test(id)) throw new Fault('invalid_input', 'beforeId is no id of an audit entry.');
  return BigInt(id).toString();
}
