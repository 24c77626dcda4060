import type { Fence, RecordChange, RecordQuery, RecordStore, StoredRecord } from '@drover/core';
import type pg from 'pg';
import {
  checkText,
  type PreparedChange,
  type PreparedPut,
  prepareChanges,
  recordConflict,
  recordOf,
} from '../record-changes.js';
import type { PostgresLink } from './postgres-link.js';
import type { StateTables } from './state-tables.js';

/** Spells RECO. Serialises the writers of a collection. */
const WRITERS_LOCK = 0x5245434f;
const ROWS_PER_DELETE = 1000;

interface RecordRow {
  readonly id: string;
  readonly subject: string;
  readonly atMs: number;
  readonly version: number;
  readonly value: string;
}

const columns = `id, subject, at_ms::float8 AS "atMs", version::float8 AS version, value`;

export class PostgresRecordStore implements RecordStore {
  private readonly link: PostgresLink;
  private readonly tables: StateTables;

  constructor(link: PostgresLink, tables: StateTables) {
    this.link = link;
    this.tables = tables;
  }

  async write(changes: readonly RecordChange[], fence?: Fence): Promise<readonly (StoredRecord | null)[]> {
    const prepared = prepareChanges(changes);
    if (prepared.length === 0) return [];
    return this.link.transaction(async (client) => {
      await this.takeTurn(client, prepared);
      if (fence) await client.query(`SELECT ${this.tables.requireEpoch}($1, $2)`, [fence.name, fence.epoch]);
      const current = await this.readCurrent(client, prepared);
      for (const [index, change] of prepared.entries()) {
        const { expectedVersion } = change;
        const found = current[index] ?? null;
        if (expectedVersion !== undefined && expectedVersion !== (found?.version ?? 0)) {
          throw recordConflict(change, found);
        }
      }
      const results = prepared.map((change, index) =>
        change.kind === 'put' ? recordOf(change, (current[index]?.version ?? 0) + 1) : null,
      );
      await this.put(
        client,
        prepared.filter((change) => change.kind === 'put'),
        results.filter((record) => record !== null),
      );
      await this.delete(
        client,
        prepared.filter(({ kind }) => kind === 'delete'),
      );
      return results;
    });
  }

  async get(collection: string, id: string): Promise<StoredRecord | null> {
    checkText('collection', collection);
    checkText('id', id);
    const rows = await this.link.query<RecordRow>(
      `SELECT ${columns} FROM ${this.tables.record} WHERE collection = $1 AND id = $2`,
      [collection, id],
    );
    return rows[0] === undefined ? null : toRecord(rows[0]);
  }

  async query(collection: string, query: RecordQuery): Promise<readonly StoredRecord[]> {
    const { where, values } = rangeOf(collection, query);
    const rows = await this.link.query<RecordRow>(
      `SELECT ${columns} FROM ${this.tables.record} WHERE ${where}
       ORDER BY at_ms DESC, id DESC LIMIT $${values.length + 1}`,
      [...values, query.limit],
    );
    return rows.map(toRecord);
  }

  async count(collection: string, range: Pick<RecordQuery, 'subject' | 'sinceMs' | 'untilMs'> = {}): Promise<number> {
    const { where, values } = rangeOf(collection, range);
    const rows = await this.link.query<{ count: number }>(
      `SELECT count(*)::float8 AS count FROM ${this.tables.record} WHERE ${where}`,
      values,
    );
    return rows[0]?.count ?? 0;
  }

  async prune(collection: string, olderThanMs: number): Promise<number> {
    checkText('collection', collection);
    let total = 0;
    for (;;) {
      const gone = await this.link.query(
        `DELETE FROM ${this.tables.record} WHERE collection = $1 AND id IN (
           SELECT id FROM ${this.tables.record} WHERE collection = $1 AND at_ms < $2
           ORDER BY at_ms LIMIT ${ROWS_PER_DELETE}
         ) AND at_ms < $2 RETURNING 1`,
        [collection, Math.ceil(olderThanMs)],
      );
      total += gone.length;
      if (gone.length < ROWS_PER_DELETE) return total;
    }
  }

  /**
   * Locks the collections, in one order for all writers, in a statement of its own: what is
   * read after it is what the last writer committed, also where no row stood to be locked.
   */
  private async takeTurn(client: pg.PoolClient, changes: readonly PreparedChange[]): Promise<void> {
    const collections = [...new Set(changes.map(({ collection }) => collection))];
    await client.query(
      `SELECT pg_advisory_xact_lock($1, key) FROM (
         SELECT DISTINCT hashtext($2 || '/' || name) AS key FROM unnest($3::text[]) AS name ORDER BY key
       ) AS keys`,
      [WRITERS_LOCK, this.tables.record, collections],
    );
  }

  private async readCurrent(
    client: pg.PoolClient,
    changes: readonly PreparedChange[],
  ): Promise<readonly (StoredRecord | null)[]> {
    const { rows } = await client.query<RecordRow & { ordinal: number }>(
      `SELECT ${columns}, ordinal::float8 AS ordinal
       FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS wanted (collection, id, ordinal)
       JOIN ${this.tables.record} USING (collection, id)`,
      idsOf(changes),
    );
    const found = new Map(rows.map((row) => [row.ordinal - 1, toRecord(row)]));
    return changes.map((_, index) => found.get(index) ?? null);
  }

  private async put(
    client: pg.PoolClient,
    puts: readonly PreparedPut[],
    records: readonly StoredRecord[],
  ): Promise<void> {
    if (puts.length === 0) return;
    await client.query(
      `INSERT INTO ${this.tables.record} (collection, id, subject, at_ms, version, value)
       SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::bigint[], $6::text[])
       ON CONFLICT (collection, id) DO UPDATE SET subject = excluded.subject, at_ms = excluded.at_ms,
         version = excluded.version, value = excluded.value`,
      [
        ...idsOf(puts),
        puts.map(({ subject }) => subject),
        puts.map(({ atMs }) => atMs),
        records.map(({ version }) => version),
        puts.map(({ text }) => text),
      ],
    );
  }

  private async delete(client: pg.PoolClient, changes: readonly PreparedChange[]): Promise<void> {
    if (changes.length === 0) return;
    await client.query(
      `DELETE FROM ${this.tables.record} USING unnest($1::text[], $2::text[]) AS gone (collection, id)
       WHERE record.collection = gone.collection AND record.id = gone.id`,
      idsOf(changes),
    );
  }
}

function idsOf(changes: readonly PreparedChange[]): [string[], string[]] {
  return [changes.map(({ collection }) => collection), changes.map(({ id }) => id)];
}

/** Only the conditions that are asked for, so that each has its index. */
function rangeOf(
  collection: string,
  { subject, sinceMs, untilMs, before }: Omit<RecordQuery, 'limit'>,
): { where: string; values: unknown[] } {
  checkText('collection', collection);
  const values: unknown[] = [collection];
  const parameter = (value: unknown) => `$${values.push(value)}`;
  const conditions = ['collection = $1'];
  if (subject !== undefined) {
    checkText('subject', subject);
    conditions.push(`subject = ${parameter(subject)}`);
  }
  if (sinceMs !== undefined) conditions.push(`at_ms >= ${parameter(Math.ceil(sinceMs))}::bigint`);
  if (untilMs !== undefined) conditions.push(`at_ms < ${parameter(Math.ceil(untilMs))}::bigint`);
  if (before) {
    checkText('id', before.id);
    conditions.push(`(at_ms, id) < (${parameter(Math.round(before.atMs))}::bigint, ${parameter(before.id)}::text)`);
  }
  return { where: conditions.join(' AND '), values };
}

function toRecord({ id, subject, atMs, version, value }: RecordRow): StoredRecord {
  return { id, subject, atMs, version, value: JSON.parse(value) as unknown };
}
