import type { Fence, PublishedSnapshot, SnapshotStore } from '@drover/core';
import { fenceCheck } from './lua.js';
import { asArray, type RedisLink, RedisScript } from './redis-link.js';
import type { StateKeys } from './state-keys.js';

const publishScript = new RedisScript(`${fenceCheck('KEYS[2]', 'ARGV[1]')}
redis.call('HSET', KEYS[1], 'epoch', ARGV[1], 'seq', ARGV[2], 'bytes', ARGV[3])
return 1
`);

/** Answers false without reading the bytes when the caller holds the newest already. */
const readScript = new RedisScript(`
local at = redis.call('HMGET', KEYS[1], 'epoch', 'seq')
if not at[1] or (at[1] == ARGV[1] and at[2] == ARGV[2]) then return false end
return { at[1], at[2], redis.call('HGET', KEYS[1], 'bytes') }
`);

export class RedisSnapshotStore implements SnapshotStore {
  private readonly link: RedisLink;
  private readonly keys: StateKeys;

  constructor(link: RedisLink, keys: StateKeys) {
    this.link = link;
    this.keys = keys;
  }

  async publish(seq: number, bytes: Uint8Array, fence: Fence): Promise<void> {
    const keys = [this.keys.snapshot, this.keys.lease(fence.name)];
    const body = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    await this.link.script(publishScript, keys, [fence.epoch, seq, body]);
  }

  async readIfChanged(held: Pick<PublishedSnapshot, 'epoch' | 'seq'> | null): Promise<PublishedSnapshot | null> {
    const args = held === null ? ['', ''] : [held.epoch, held.seq];
    const reply = await this.link.scriptBuffer(readScript, [this.keys.snapshot], args);
    if (reply === null) return null;
    const [epoch, seq, bytes] = asArray(reply);
    return { epoch: Number(epoch), seq: Number(seq), bytes: bytes instanceof Buffer ? bytes : Buffer.alloc(0) };
  }
}
