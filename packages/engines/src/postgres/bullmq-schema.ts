import { Fault } from '@drover/core';
import { assertSchemaCompatibility, LATEST_SCHEMA_VERSION, runMigrations } from 'bullmq';
import { postgresFault } from './faults.js';
import type { PostgresLink } from './postgres-link.js';

/**
 * Makes BullMQ's schema ready: a pool that is handed to BullMQ is never migrated by it. Reads
 * first, because migrations take a lock and rights that a plain program need not have.
 */
export async function prepareBullMQSchema(link: PostgresLink, schema: string, migrate: boolean): Promise<void> {
  try {
    const client = await link.pool.connect();
    try {
      const version = await assertSchemaCompatibility(client, schema).catch((error: unknown) => {
        if (isUninitialised(error)) return 0;
        throw error;
      });
      if (version >= LATEST_SCHEMA_VERSION) return;
      if (!migrate) {
        if (version > 0) return;
        throw new Fault(
          'not_found',
          `There is no BullMQ in schema ${schema} on ${link.address}: check the schema's name.`,
        );
      }
      await runMigrations(client, schema);
    } finally {
      client.release();
    }
  } catch (error) {
    if (error instanceof Error && /^BullMQ: /.test(error.message)) {
      throw new Fault('conflict', error.message, { cause: error });
    }
    throw postgresFault(error, link.address);
  }
}

/** The schema has no ledger, or does not exist at all. */
function isUninitialised(error: unknown): boolean {
  const { name, code } = error as { name?: unknown; code?: unknown };
  return name === 'SchemaMigrationRequiredError' || code === '3F000';
}
