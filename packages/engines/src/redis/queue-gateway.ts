import { Fault, type FinishedSample, type QueueGateway, type QueueReading } from '@drover/core';
import { newestSamples } from '../bullmq/finished-sample.js';
import { type QueueTender, TEND_DEADLINE_MS } from '../bullmq/queue-tender.js';
import { chunked } from '../chunked.js';
import { withDeadline } from '../deadline.js';
import { redisFault } from './faults.js';
import { finishedJobsScript, parseFinishedRow } from './finished-jobs.js';
import { OldestWaiting } from './oldest-waiting.js';
import { QueueDiscovery } from './queue-discovery.js';
import { FIRST_CURSOR, NO_LOOK, parseStateRow, queueStatesScript, type ScriptedState } from './queue-states.js';
import { asArray, type RedisLink, RedisScript } from './redis-link.js';

/** KEYS: sets of delayed jobs. ARGV: the largest score that counts; its low 12 bits order jobs within a millisecond. */
const countDueScript = new RedisScript(`
local counts = {}
for index, key in ipairs(KEYS) do
  local ok, count = pcall(redis.call, 'ZCOUNT', key, 0, ARGV[1])
  counts[index] = ok and type(count) == 'number' and count or -1
end
return counts
`);

/** 36 queues keep a script call under 1 ms of Redis, and 1,000 queues at 28 calls. */
const QUEUES_PER_CALL = 36;
/** Of more queues than this, a reading looks at the oldest jobs of every other one: looks are a third of its cost. */
const LOOK_AT_ALL = 200;

export class RedisQueueGateway implements QueueGateway {
  private readonly link: RedisLink;
  private readonly prefix: string;
  private readonly tender: QueueTender;
  private readonly discovery: QueueDiscovery;
  private readonly oldest = new Map<string, OldestWaiting>();
  private readings = 0;

  constructor(link: RedisLink, prefix: string, tender: QueueTender) {
    this.link = link;
    this.prefix = prefix;
    this.tender = tender;
    this.discovery = new QueueDiscovery(link, prefix);
  }

  async discover(): Promise<readonly string[]> {
    const names = await this.discovery.discover();
    const known = new Set(names);
    for (const name of this.oldest.keys()) if (!known.has(name)) this.oldest.delete(name);
    return names;
  }

  async readStates(queueNames: readonly string[], nowMs: number): Promise<readonly QueueReading[]> {
    const stride = queueNames.length > LOOK_AT_ALL ? 2 : 1;
    const turn = this.readings++;
    const batches = await Promise.all(
      chunked(queueNames, QUEUES_PER_CALL).map(async (names) => {
        const keys = names.map((name) => `${this.prefix}:${name}:`);
        const cursors = names.map((name, index) => {
          const memory = this.oldest.get(name);
          if (memory === undefined) return FIRST_CURSOR;
          return (index + turn) % stride === 0 ? memory.cursor : NO_LOOK;
        });
        const rows = asArray(await this.link.script(queueStatesScript, keys, cursors));
        return names.map((name, index) => this.toReading(name, parseStateRow(rows[index]), nowMs));
      }),
    );
    return batches.flat();
  }

  async countDue(queueNames: readonly string[], untilMs: number): Promise<ReadonlyMap<string, number>> {
    const batches = await Promise.all(
      chunked(queueNames, QUEUES_PER_CALL).map(async (names) => {
        const keys = names.map((name) => `${this.prefix}:${name}:delayed`);
        const counts = asArray(await this.link.script(countDueScript, keys, [(untilMs + 1) * 0x1000 - 1]));
        return names.map((name, index) => [name, Number(counts[index])] as const);
      }),
    );
    return new Map(batches.flat().filter(([, count]) => count >= 0));
  }

  async sampleFinished(queueName: string, limit: number): Promise<readonly FinishedSample[]> {
    const reply = await this.link.script(finishedJobsScript, [`${this.prefix}:${queueName}:`], [limit]);
    return newestSamples(asArray(reply).map(parseFinishedRow), limit);
  }

  async tend(queueName: string): Promise<readonly string[]> {
    this.link.requireConnection();
    try {
      return await withDeadline(this.tender.tend(queueName), TEND_DEADLINE_MS, this.link.address);
    } catch (error) {
      throw redisFault(error, this.link.address);
    }
  }

  private toReading(queueName: string, state: ScriptedState | string, nowMs: number): QueueReading {
    if (typeof state === 'string') {
      this.oldest.delete(queueName);
      const fault = new Fault('internal', `Queue ${queueName} cannot be read: ${state}. Look at its keys in Redis.`);
      return { ok: false, queueName, fault };
    }
    let memory = this.oldest.get(queueName);
    if (memory === undefined) {
      memory = new OldestWaiting();
      this.oldest.set(queueName, memory);
    }
    const oldestWaitingMs = memory.update(state, nowMs);
    const { wait, active, prioritized, delayed, completed, failed, waitingChildren, paused } = state;
    const waiting = wait + prioritized;
    return {
      ok: true,
      queueName,
      state: {
        ...{ queueName, waiting, prioritized, active, delayed, completed, failed, waitingChildren, paused },
        oldestWaitingMs,
      },
    };
  }
}
