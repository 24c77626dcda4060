import { Fault, type RateLimiter } from '@drover/core';
import { isPostgres, isRedis } from '../fleet/join-fleet.js';
import { PostgresLimiters } from './postgres-limiters.js';
import { RedisLimiters } from './redis-limiters.js';

/** The limiters over the connection that the worker has anyway; as `joinFleet`. */
export async function joinLimiters(
  backend: object,
  names: { readonly statePrefix: string; readonly droverSchema: string },
): Promise<RateLimiter> {
  if (isPostgres(backend)) return new PostgresLimiters(backend.connection.pool, names.droverSchema);
  if (isRedis(backend)) return new RedisLimiters(await backend.client, names.statePrefix);
  throw new Fault('not_implemented', 'Drover cannot limit over this queue backend');
}
