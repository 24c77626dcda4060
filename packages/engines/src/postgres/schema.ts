import { Fault } from '@drover/core';
import { FENCED_CODE } from './faults.js';
import { limiterSchema } from './limiter-schema.js';
import type { PostgresLink } from './postgres-link.js';
import type { StateTables } from './state-tables.js';

/** Spells DROV. Serialises migrations across control planes that start together. */
const MIGRATION_LOCK = 0x44524f56;

/** Forward only: append a step, never change one that was released. */
const migrations: readonly ((t: StateTables) => string)[] = [
  (t) => `
    -- Never deleted: a lease's epoch must outlive every holder.
    CREATE TABLE ${t.lease} (
      name text PRIMARY KEY,
      holder text,
      epoch bigint NOT NULL,
      until timestamptz NOT NULL
    );

    -- Called within every fenced statement. FOR SHARE makes a hand-over wait for the write,
    -- so a write that passed the check commits before the successor's epoch exists.
    CREATE FUNCTION ${t.requireEpoch}(p_name text, p_epoch bigint) RETURNS boolean
    LANGUAGE plpgsql AS $body$
    DECLARE
      v_epoch bigint;
    BEGIN
      SELECT epoch INTO v_epoch FROM ${t.lease} WHERE name = p_name FOR SHARE;
      IF v_epoch > p_epoch THEN
        RAISE EXCEPTION 'a later epoch leads' USING ERRCODE = '${FENCED_CODE}';
      END IF;
      RETURN true;
    END;
    $body$;

    -- Unlogged: one value that is overwritten every few seconds would double the WAL, and
    -- the next tick replaces what a crash lost.
    CREATE UNLOGGED TABLE ${t.snapshot} (
      one boolean PRIMARY KEY DEFAULT true CHECK (one),
      epoch bigint NOT NULL,
      seq bigint NOT NULL,
      bytes bytea NOT NULL
    );

    CREATE TABLE ${t.report} (
      worker_id text PRIMARY KEY,
      report text NOT NULL,
      expires_at timestamptz NOT NULL
    ) WITH (fillfactor = 50);
    CREATE TABLE ${t.desired} (
      worker_id text PRIMARY KEY,
      version bigint NOT NULL,
      state jsonb NOT NULL
    );
    CREATE TABLE ${t.host} (
      instance_id text PRIMARY KEY,
      presence jsonb NOT NULL,
      expires_at timestamptz NOT NULL
    ) WITH (fillfactor = 50);
    CREATE TABLE ${t.assignment} (
      one boolean PRIMARY KEY DEFAULT true CHECK (one),
      assignment jsonb NOT NULL
    );

    CREATE TABLE ${t.settings} (
      key text COLLATE "C" PRIMARY KEY,
      value text NOT NULL,
      version integer NOT NULL,
      updated_at timestamptz NOT NULL,
      revision bigint NOT NULL
    );
    CREATE INDEX settings_revision_idx ON ${t.settings} (revision);
    CREATE TABLE ${t.settingsTombstone} (
      key text COLLATE "C" PRIMARY KEY,
      revision bigint NOT NULL
    );
    CREATE INDEX settings_tombstone_revision_idx ON ${t.settingsTombstone} (revision);
    -- A row, not a sequence: writers take it in turn, so revisions commit in order and a
    -- reader can never see revision 8 while 7 is still to come.
    CREATE TABLE ${t.settingsRevision} (
      one boolean PRIMARY KEY DEFAULT true CHECK (one),
      revision bigint NOT NULL,
      lost_up_to bigint NOT NULL
    );
    INSERT INTO ${t.settingsRevision} (revision, lost_up_to) VALUES (0, 0);

    CREATE TABLE ${t.audit} (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      at_ms bigint NOT NULL,
      actor text NOT NULL,
      role text,
      from_address text,
      action text NOT NULL,
      target text NOT NULL,
      result text NOT NULL,
      details jsonb
    );
    CREATE INDEX audit_at_idx ON ${t.audit} (at_ms);

    -- The open chunks' points, a row each; they move to metric_chunk when their chunk is
    -- complete. Adding each to its chunk's row instead would write every chunk 30 times,
    -- and the dead versions took ten times the room of the data.
    CREATE TABLE ${t.metricPoint} (
      series text COLLATE "C" NOT NULL,
      resolution_ms integer NOT NULL,
      at_ms bigint NOT NULL,
      data bytea NOT NULL,
      PRIMARY KEY (series, resolution_ms, at_ms)
    ) WITH (autovacuum_vacuum_scale_factor = 0.05);
    CREATE TABLE ${t.metricChunk} (
      series text COLLATE "C" NOT NULL,
      resolution_ms integer NOT NULL,
      chunk_start_ms bigint NOT NULL,
      data bytea NOT NULL,
      PRIMARY KEY (series, resolution_ms, chunk_start_ms)
    );
    CREATE INDEX metric_chunk_age_idx ON ${t.metricChunk} (resolution_ms, chunk_start_ms);
  `,
  (t) => `
    -- Byte order of the ids, as on Redis.
    CREATE TABLE ${t.record} (
      collection text COLLATE "C" NOT NULL,
      id text COLLATE "C" NOT NULL,
      subject text COLLATE "C" NOT NULL,
      at_ms bigint NOT NULL,
      version bigint NOT NULL,
      value text NOT NULL,
      PRIMARY KEY (collection, id)
    );
    CREATE INDEX record_at_idx ON ${t.record} (collection, at_ms, id);
    CREATE INDEX record_subject_idx ON ${t.record} (collection, subject, at_ms, id);
  `,
  limiterSchema,
];

/** Brings Drover's schema to this version; refuses that of a newer Drover. */
export async function migratePostgresState(link: PostgresLink, tables: StateTables): Promise<void> {
  await link.transaction(async (client) => {
    await client.query('SELECT pg_advisory_xact_lock($1, hashtext($2))', [MIGRATION_LOCK, tables.schema]);
    await client.query(`CREATE SCHEMA IF NOT EXISTS ${tables.schema}`);
    await client.query(
      `CREATE TABLE IF NOT EXISTS ${tables.version} (version integer PRIMARY KEY, applied_at timestamptz NOT NULL DEFAULT now())`,
    );
    const { rows } = await client.query<{ version: number }>(
      `SELECT coalesce(max(version), 0) AS version FROM ${tables.version}`,
    );
    const version = rows[0]?.version ?? 0;
    if (version > migrations.length) {
      throw new Fault(
        'conflict',
        `Drover's schema on ${link.address} has version ${version}, this Drover knows ${migrations.length}. ` +
          'A newer Drover has run here: upgrade this one.',
      );
    }
    for (const [index, migration] of migrations.entries()) {
      if (index < version) continue;
      await client.query(migration(tables));
      await client.query(`INSERT INTO ${tables.version} (version) VALUES ($1)`, [index + 1]);
    }
  });
}
