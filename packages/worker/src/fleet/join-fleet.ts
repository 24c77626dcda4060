import { Fault, type FleetMember } from '@drover/core';
import { PostgresFleetMember, type ReportingPool } from './postgres-fleet-member.js';
import { RedisFleetMember, type ReportingRedis } from './redis-fleet-member.js';

/** The public parts of BullMQ's two backends that hold a connection. */
interface RedisBackend {
  readonly client: Promise<ReportingRedis>;
}
interface PostgresBackend {
  readonly connection: { readonly pool: ReportingPool };
}

/**
 * A place in the fleet over the connection that the worker has anyway: opening another one
 * would take one of about 100 that PostgreSQL has. Told apart by shape, not by class: a
 * backend may come from another copy of BullMQ than this package's.
 */
export async function joinFleet(
  backend: object,
  names: { readonly statePrefix: string; readonly droverSchema: string },
): Promise<FleetMember> {
  if (isPostgres(backend)) return new PostgresFleetMember(backend.connection.pool, names.droverSchema);
  if (isRedis(backend)) return new RedisFleetMember(await backend.client, names.statePrefix);
  throw new Fault('not_implemented', 'Drover cannot report over this queue backend');
}

export function isPostgres(backend: object): backend is PostgresBackend {
  const pool = (backend as Partial<PostgresBackend>).connection?.pool;
  return typeof pool?.query === 'function';
}

export function isRedis(backend: object): backend is RedisBackend {
  return 'client' in backend && 'redisVersion' in backend;
}
