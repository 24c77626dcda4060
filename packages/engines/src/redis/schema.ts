import { Fault } from '@drover/core';
import { type RedisLink, RedisScript } from './redis-link.js';
import type { StateKeys } from './state-keys.js';

/**
 * Version of Drover's own keys. Forward only: a step is a script that takes the keys from
 * version n-1 to n, appended here; none is needed yet, version 1 starts on empty ground.
 */
const SCHEMA_VERSION = 1;

/** Sets the version where there is none, in one step: any number of control planes may start at once. */
const claimScript = new RedisScript(`
local version = tonumber(redis.call('GET', KEYS[1]) or '0')
if version == 0 then
  version = tonumber(ARGV[1])
  redis.call('SET', KEYS[1], ARGV[1])
end
return version
`);

/** Brings Drover's keys to this version; refuses those of a newer Drover. */
export async function migrateRedisState(link: RedisLink, keys: StateKeys): Promise<void> {
  const version = Number(await link.script(claimScript, [keys.schema], [SCHEMA_VERSION]));
  if (version > SCHEMA_VERSION) {
    throw new Fault(
      'conflict',
      `Drover's state on ${link.address} has version ${version}, this Drover knows ${SCHEMA_VERSION}. ` +
        'A newer Drover has run here: upgrade this one.',
    );
  }
}
