import { chunked } from '../chunked.js';
import type { DemandLook, DemandSource } from '../demand/demand-loop.js';
import type { EngineLog } from '../engine-options.js';
import { redisFault } from './faults.js';
import {
  asArray,
  createRedisClient,
  type RedisClient,
  type RedisLink,
  RedisScript,
  type RedisTarget,
  waitUntilReady,
} from './redis-link.js';

/** KEYS: each queue's base key (`bull:name:`). ARGV: the largest score of a delayed job that is due. */
const lookScript = new RedisScript(`
local call = redis.call
local function look(base)
  local next = call('ZRANGE', base .. 'delayed', 0, 0, 'WITHSCORES')
  local last = call('XREVRANGE', base .. 'events', '+', '-', 'COUNT', 1)
  return {
    call('LLEN', base .. 'wait') + call('ZCARD', base .. 'prioritized') + call('ZCOUNT', base .. 'delayed', 0, ARGV[1]),
    next[2] or '', last[1] and last[1][1] or '0-0',
  }
end
local rows = {}
for index, base in ipairs(KEYS) do
  local ok, row = pcall(look, base)
  rows[index] = ok and row or {0, '', '0-0'}
end
return rows
`);

const QUEUES_PER_CALL = 50;
const CONNECT_TIMEOUT_MS = 5_000;
/** Beyond the wait that was asked for: the engine hangs. */
const LATE_MS = 3_000;

/** Waits on the queues' event streams, all in one blocking XREAD: BullMQ writes there in the script that adds a job. */
export class RedisDemandSource implements DemandSource {
  readonly #link: RedisLink;
  readonly #target: RedisTarget;
  readonly #prefix: string;
  readonly #log: EngineLog;
  #waiting: { readonly client: RedisClient; readonly id: number } | null = null;

  constructor(link: RedisLink, target: RedisTarget, prefix: string, log: EngineLog) {
    this.#link = link;
    this.#target = target;
    this.#prefix = prefix;
    this.#log = log;
  }

  async look(queueNames: readonly string[], nowMs: number): Promise<ReadonlyMap<string, DemandLook>> {
    const dueScore = (nowMs + 1) * 0x1000 - 1;
    const batches = await Promise.all(
      chunked(queueNames, QUEUES_PER_CALL).map(async (names) => {
        const keys = names.map((name) => `${this.#prefix}:${name}:`);
        const rows = asArray(await this.#link.script(lookScript, keys, [dueScore]));
        return names.map((name, index) => [name, toLook(asArray(rows[index]))] as const);
      }),
    );
    return new Map(batches.flat());
  }

  async next(marks: ReadonlyMap<string, string>, timeoutMs: number): Promise<readonly string[]> {
    const { client } = await this.#connection();
    const names = [...marks.keys()];
    const keys = names.map((name) => `${this.#prefix}:${name}:events`);
    try {
      const streams = [...keys, ...marks.values()];
      const reply = await client.xread('COUNT', 1, 'BLOCK', timeoutMs, 'STREAMS', ...streams);
      if (reply === null) return [];
      const spoke = new Set(reply.map(([key]) => key));
      return names.filter((_, index) => spoke.has(keys[index] ?? ''));
    } catch (error) {
      throw redisFault(error, this.#link.address);
    }
  }

  interrupt(): void {
    // Refused by some hosts: then the wait ends by its own time.
    if (this.#waiting) this.#link.client.call('CLIENT', 'UNBLOCK', this.#waiting.id).catch(() => undefined);
  }

  async rest(): Promise<void> {
    this.#waiting?.client.disconnect();
    this.#waiting = null;
  }

  async #connection(): Promise<{ readonly client: RedisClient }> {
    if (this.#waiting !== null) return this.#waiting;
    const client = createRedisClient(
      this.#target,
      // Not again by itself: after a break the loop begins anew, with a look at every queue.
      { lazyConnect: true, enableOfflineQueue: false, maxRetriesPerRequest: 0, commandTimeout: LATE_MS * 2 },
      this.#log,
    );
    client.connect().catch(() => undefined);
    await waitUntilReady(client, this.#link.address, CONNECT_TIMEOUT_MS);
    const id = await client.call('CLIENT', 'ID').catch(() => -1);
    this.#waiting = { client, id: Number(id) };
    return this.#waiting;
  }
}

/** The low 12 bits of a delayed job's score order jobs within its millisecond. */
function toLook([ready, nextScore, mark]: readonly unknown[]): DemandLook {
  return {
    ready: Number(ready),
    nextDueAtMs: nextScore === '' ? null : Math.floor(Number(nextScore) / 0x1000),
    mark: String(mark),
  };
}
