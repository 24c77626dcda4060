import { Fault, type FinishedSample, type QueueGateway, type QueueReading } from '@drover/core';
import { newestSamples } from '../bullmq/finished-sample.js';
import { type QueueTender, TEND_DEADLINE_MS } from '../bullmq/queue-tender.js';
import { chunked } from '../chunked.js';
import { withDeadline } from '../deadline.js';
import { redisFault } from './faults.js';
import { OldestWaiting } from './oldest-waiting.js';
import { QueueDiscovery } from './queue-discovery.js';
import { FIRST_CURSOR, numberOrNull, parseStateRow, queueStatesScript, type ScriptedState } from './queue-states.js';
import { asArray, type RedisLink } from './redis-link.js';

/** 32 queues keep a script call well under 1 ms of Redis, and 1,000 queues at 32 calls. */
const QUEUES_PER_CALL = 32;
const sampleFields = ['name', 'timestamp', 'processedOn', 'finishedOn', 'ats', 'opts'] as const;

export class RedisQueueGateway implements QueueGateway {
  private readonly link: RedisLink;
  private readonly prefix: string;
  private readonly tender: QueueTender;
  private readonly discovery: QueueDiscovery;
  private readonly oldest = new Map<string, OldestWaiting>();

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
    const batches = await Promise.all(
      chunked(queueNames, QUEUES_PER_CALL).map(async (names) => {
        const keys = names.map((name) => `${this.prefix}:${name}:`);
        const cursors = names.map((name) => this.oldest.get(name)?.cursor ?? FIRST_CURSOR);
        const rows = asArray(await this.link.script(queueStatesScript, keys, cursors));
        return names.map((name, index) => this.toReading(name, parseStateRow(rows[index]), nowMs));
      }),
    );
    return batches.flat();
  }

  async sampleFinished(queueName: string, limit: number): Promise<readonly FinishedSample[]> {
    const base = `${this.prefix}:${queueName}:`;
    return this.link.run(async (client) => {
      const lists = await Promise.all(
        (['completed', 'failed'] as const).map(async (outcome) => {
          const ids = await client.zrevrange(`${base}${outcome}`, 0, Math.max(0, limit - 1));
          return ids.map((jobId) => ({ jobId, outcome }));
        }),
      );
      const records = await Promise.all(
        lists.flat().map(async ({ jobId, outcome }) => {
          const [name, timestamp, processedOn, finishedOn, ats, opts] = await client.hmget(
            `${base}${jobId}`,
            ...sampleFields,
          );
          return {
            jobId,
            outcome,
            jobName: name ?? '',
            timestampMs: numberOrNull(timestamp),
            processedOnMs: numberOrNull(processedOn),
            finishedOnMs: numberOrNull(finishedOn),
            attemptsStarted: numberOrNull(ats) ?? 0,
            optsJson: opts ?? null,
          };
        }),
      );
      return newestSamples(records, limit);
    });
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
