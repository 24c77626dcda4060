import type { SettingsChanges, SettingsDocument, SettingsStore } from '@drover/core';
import type pg from 'pg';
import { encodeJsonValue } from '../json-value.js';
import { byKey, changesLost, MAX_TOMBSTONES, settingsConflict } from '../settings-value.js';
import type { PostgresLink } from './postgres-link.js';
import type { StateTables } from './state-tables.js';

interface SettingsRow {
  readonly key: string;
  readonly value: string;
  readonly version: number;
  readonly updatedAtMs: number;
}

const columns = `key, value, version, (extract(epoch FROM updated_at) * 1000)::float8 AS "updatedAtMs"`;

export class PostgresSettingsStore implements SettingsStore {
  private readonly link: PostgresLink;
  private readonly tables: StateTables;

  constructor(link: PostgresLink, tables: StateTables) {
    this.link = link;
    this.tables = tables;
  }

  async get(key: string): Promise<SettingsDocument | null> {
    const rows = await this.link.query<SettingsRow>(`SELECT ${columns} FROM ${this.tables.settings} WHERE key = $1`, [
      key,
    ]);
    return rows[0] === undefined ? null : toDocument(rows[0]);
  }

  async list(prefix: string): Promise<readonly SettingsDocument[]> {
    const rows = await this.link.query<SettingsRow>(
      `SELECT ${columns} FROM ${this.tables.settings} WHERE starts_with(key, $1)`,
      [prefix],
    );
    return rows.map(toDocument).sort(byKey);
  }

  async put(key: string, value: unknown, expectedVersion?: number): Promise<SettingsDocument> {
    const text = encodeJsonValue(`The settings document ${key}`, value);
    return this.link.transaction(async (client) => {
      const current = await this.lockCurrent(client, key, expectedVersion);
      const revision = await this.nextRevision(client);
      await client.query(`DELETE FROM ${this.tables.settingsTombstone} WHERE key = $1`, [key]);
      const { rows } = await client.query<SettingsRow>(
        `INSERT INTO ${this.tables.settings} (key, value, version, updated_at, revision)
         VALUES ($1, $2, $3, clock_timestamp(), $4)
         ON CONFLICT (key) DO UPDATE SET value = excluded.value, version = excluded.version,
           updated_at = excluded.updated_at, revision = excluded.revision
         RETURNING ${columns}`,
        [key, text, (current?.version ?? 0) + 1, revision],
      );
      return toDocument(rows[0] ?? { key, value: text, version: 1, updatedAtMs: 0 });
    });
  }

  async delete(key: string, expectedVersion?: number): Promise<boolean> {
    return this.link.transaction(async (client) => {
      const current = await this.lockCurrent(client, key, expectedVersion);
      if (current === null) return false;
      const revision = await this.nextRevision(client);
      await client.query(`DELETE FROM ${this.tables.settings} WHERE key = $1`, [key]);
      await client.query(`INSERT INTO ${this.tables.settingsTombstone} (key, revision) VALUES ($1, $2)`, [
        key,
        revision,
      ]);
      await client.query(
        `WITH gone AS (
           DELETE FROM ${this.tables.settingsTombstone}
           WHERE revision <= (SELECT revision FROM ${this.tables.settingsTombstone} ORDER BY revision DESC OFFSET $1 LIMIT 1)
           RETURNING revision
         )
         UPDATE ${this.tables.settingsRevision} SET lost_up_to = greatest(lost_up_to, (SELECT max(revision) FROM gone))
         WHERE EXISTS (SELECT 1 FROM gone)`,
        [MAX_TOMBSTONES],
      );
      return true;
    });
  }

  async changesSince(revision: number): Promise<SettingsChanges> {
    // One statement, one snapshot: the revision and the documents belong together.
    const [row] = await this.link.query<{
      revision: number;
      lostUpTo: number;
      documents: SettingsRow[] | null;
      deleted: string[] | null;
    }>(
      `WITH state AS (
         SELECT revision, lost_up_to, CASE WHEN $1::bigint > revision THEN 0 ELSE $1::bigint END AS since
         FROM ${this.tables.settingsRevision}
       )
       SELECT state.revision::float8 AS revision, state.lost_up_to::float8 AS "lostUpTo",
         (SELECT json_agg(found) FROM (
            SELECT ${columns} FROM ${this.tables.settings} WHERE settings.revision > state.since
          ) found) AS documents,
         (SELECT array_agg(key) FROM ${this.tables.settingsTombstone}
          WHERE settings_tombstone.revision > state.since AND state.since > 0) AS deleted
       FROM state`,
      [revision],
    );
    if (row === undefined) return { revision: 0, documents: [], deleted: [] };
    if (revision > 0 && revision <= row.revision && revision < row.lostUpTo) throw changesLost(revision);
    return {
      revision: row.revision,
      documents: (row.documents ?? []).map(toDocument).sort(byKey),
      deleted: (row.deleted ?? []).sort(),
    };
  }

  /** Takes the writers' turn, then reads the document; throws `conflict` when it is not as expected. */
  private async lockCurrent(
    client: pg.PoolClient,
    key: string,
    expectedVersion: number | undefined,
  ): Promise<SettingsDocument | null> {
    await client.query(`SELECT 1 FROM ${this.tables.settingsRevision} FOR UPDATE`);
    const { rows } = await client.query<SettingsRow>(`SELECT ${columns} FROM ${this.tables.settings} WHERE key = $1`, [
      key,
    ]);
    const current = rows[0] === undefined ? null : toDocument(rows[0]);
    if (expectedVersion !== undefined && expectedVersion !== (current?.version ?? 0)) {
      throw settingsConflict(key, expectedVersion, current);
    }
    return current;
  }

  private async nextRevision(client: pg.PoolClient): Promise<string | undefined> {
    const { rows } = await client.query<{ revision: string }>(
      `UPDATE ${this.tables.settingsRevision} SET revision = revision + 1 RETURNING revision`,
    );
    return rows[0]?.revision;
  }
}

function toDocument({ key, value, version, updatedAtMs }: SettingsRow): SettingsDocument {
  return { key, value: JSON.parse(value) as unknown, version, updatedAtMs: Math.floor(updatedAtMs) };
}
