import type { Lease, LeaseGrant } from '@drover/core';
import type { PostgresLink } from './postgres-link.js';
import type { StateTables } from './state-tables.js';

/**
 * One row per lease. A new epoch is at least the engine's clock in seconds, so it grows even
 * when a restored backup holds an older one.
 */
export class PostgresLease implements Lease {
  private readonly link: PostgresLink;
  private readonly tables: StateTables;

  constructor(link: PostgresLink, tables: StateTables) {
    this.link = link;
    this.tables = tables;
  }

  async acquire(name: string, holder: string, ttlMs: number): Promise<LeaseGrant | null> {
    // clock_timestamp(), not now(): the statement may have waited for the row.
    const rows = await this.link.query<{ epoch: string }>(
      `INSERT INTO ${this.tables.lease} AS held (name, holder, epoch, until)
       VALUES ($1, $2, floor(extract(epoch FROM clock_timestamp())), clock_timestamp() + $3 * interval '1 millisecond')
       ON CONFLICT (name) DO UPDATE SET
         holder = excluded.holder,
         until = clock_timestamp() + $3 * interval '1 millisecond',
         epoch = CASE
           WHEN held.holder IS NOT NULL AND held.until > clock_timestamp() THEN held.epoch
           ELSE greatest(held.epoch + 1, excluded.epoch)
         END
       WHERE held.holder IS NULL OR held.holder = excluded.holder OR held.until <= clock_timestamp()
       RETURNING epoch`,
      [name, holder, ttlMs],
    );
    const epoch = rows[0]?.epoch;
    return epoch === undefined ? null : { name, holder, epoch: Number(epoch), expiresInMs: ttlMs };
  }

  async read(name: string): Promise<LeaseGrant | null> {
    const rows = await this.link.query<{ holder: string; epoch: string; expiresInMs: string }>(
      `SELECT holder, epoch, ceil(extract(epoch FROM until - clock_timestamp()) * 1000) AS "expiresInMs"
       FROM ${this.tables.lease}
       WHERE name = $1 AND holder IS NOT NULL AND until > clock_timestamp()`,
      [name],
    );
    const held = rows[0];
    if (held === undefined) return null;
    return { name, holder: held.holder, epoch: Number(held.epoch), expiresInMs: Number(held.expiresInMs) };
  }

  async release(name: string, holder: string): Promise<void> {
    await this.link.query(`UPDATE ${this.tables.lease} SET holder = NULL WHERE name = $1 AND holder = $2`, [
      name,
      holder,
    ]);
  }
}
