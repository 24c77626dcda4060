import type { Lease, LeaseGrant } from '@drover/core';
import { NOW_MS } from './lua.js';
import { asArray, type RedisLink, RedisScript } from './redis-link.js';
import type { StateKeys } from './state-keys.js';

/**
 * One hash per lease, never deleted: its epoch must outlive every holder. A new epoch is at
 * least the engine's clock in seconds, so it grows even when a Redis without persistence
 * forgot the last one; a leader from before the loss stays fenced.
 */
const acquireScript = new RedisScript(`${NOW_MS}
local held = redis.call('HMGET', KEYS[1], 'holder', 'epoch', 'untilMs')
local live = held[1] and tonumber(held[3]) > nowMs
if live and held[1] ~= ARGV[1] then return false end
local epoch = tonumber(held[2] or '0')
if not live then epoch = math.max(epoch + 1, math.floor(nowMs / 1000)) end
redis.call('HSET', KEYS[1], 'holder', ARGV[1], 'epoch', epoch, 'untilMs', nowMs + tonumber(ARGV[2]))
return epoch
`);

const readScript = new RedisScript(`${NOW_MS}
local held = redis.call('HMGET', KEYS[1], 'holder', 'epoch', 'untilMs')
if not held[1] or tonumber(held[3]) <= nowMs then return false end
return { held[1], held[2], tonumber(held[3]) - nowMs }
`);

const releaseScript = new RedisScript(`
if redis.call('HGET', KEYS[1], 'holder') == ARGV[1] then
  redis.call('HDEL', KEYS[1], 'holder', 'untilMs')
end
return 1
`);

export class RedisLease implements Lease {
  private readonly link: RedisLink;
  private readonly keys: StateKeys;

  constructor(link: RedisLink, keys: StateKeys) {
    this.link = link;
    this.keys = keys;
  }

  async acquire(name: string, holder: string, ttlMs: number): Promise<LeaseGrant | null> {
    const epoch = await this.link.script(acquireScript, [this.keys.lease(name)], [holder, Math.ceil(ttlMs)]);
    return epoch === null ? null : { name, holder, epoch: Number(epoch), expiresInMs: ttlMs };
  }

  async read(name: string): Promise<LeaseGrant | null> {
    const reply = await this.link.script(readScript, [this.keys.lease(name)], []);
    if (reply === null) return null;
    const [holder, epoch, expiresInMs] = asArray(reply);
    return { name, holder: String(holder), epoch: Number(epoch), expiresInMs: Number(expiresInMs) };
  }

  async release(name: string, holder: string): Promise<void> {
    await this.link.script(releaseScript, [this.keys.lease(name)], [holder]);
  }
}
