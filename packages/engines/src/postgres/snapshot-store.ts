import type { Fence, PublishedSnapshot, SnapshotStore } from '@drover/core';
import type { PostgresLink } from './postgres-link.js';
import type { StateTables } from './state-tables.js';

/** One row of an unlogged table: empty after a crash of the server, until the next tick. */
export class PostgresSnapshotStore implements SnapshotStore {
  private readonly link: PostgresLink;
  private readonly tables: StateTables;

  constructor(link: PostgresLink, tables: StateTables) {
    this.link = link;
    this.tables = tables;
  }

  async publish(seq: number, bytes: Uint8Array, fence: Fence): Promise<void> {
    const { snapshot, requireEpoch } = this.tables;
    await this.link.query(
      `INSERT INTO ${snapshot} (epoch, seq, bytes)
       SELECT $2::bigint, $3::bigint, $4::bytea WHERE ${requireEpoch}($1, $2)
       ON CONFLICT (one) DO UPDATE SET epoch = excluded.epoch, seq = excluded.seq, bytes = excluded.bytes`,
      [fence.name, fence.epoch, seq, Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)],
    );
  }

  async readIfChanged(held: Pick<PublishedSnapshot, 'epoch' | 'seq'> | null): Promise<PublishedSnapshot | null> {
    const rows = await this.link.query<{ epoch: string; seq: string; bytes: Buffer }>(
      `SELECT epoch, seq, bytes FROM ${this.tables.snapshot}
       WHERE (epoch, seq) IS DISTINCT FROM ($1::bigint, $2::bigint)`,
      [held?.epoch ?? null, held?.seq ?? null],
    );
    const found = rows[0];
    return found === undefined ? null : { epoch: Number(found.epoch), seq: Number(found.seq), bytes: found.bytes };
  }
}
