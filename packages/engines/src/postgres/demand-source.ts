import pg from 'pg';
import type { DemandLook, DemandSource } from '../demand/demand-loop.js';
import { postgresFault } from './faults.js';
import type { PostgresLink } from './postgres-link.js';

/** BullMQ notifies it of every queue that got a job, also a delayed one; the payload is the queue's name. */
const CHANNEL = 'bullmq_jobs';
const CONNECT_TIMEOUT_MS = 5_000;
/** A count goes no further: nobody asks for more, and a backlog can be millions. */
const COUNTED = 10_000;

const lookStatement = `
SELECT asked.queue,
  (SELECT count(*) FROM (SELECT 1 FROM job WHERE queue = asked.queue AND state = 'waiting' LIMIT ${COUNTED}) w)::float8
  + (SELECT count(*) FROM (SELECT 1 FROM job
     WHERE queue = asked.queue AND state = 'delayed' AND process_at_ms <= $2 LIMIT ${COUNTED}) d)::float8 AS ready,
  (SELECT process_at_ms FROM job WHERE queue = asked.queue AND state = 'delayed'
   ORDER BY process_at_ms LIMIT 1)::float8 AS "nextDueAtMs"
FROM unnest($1::text[]) AS asked (queue)`;

interface Ear {
  readonly client: pg.Client;
  /** Why it hears nothing any more. */
  broken: Error | null;
}

/** Listens to what BullMQ notifies. */
export class PostgresDemandSource implements DemandSource {
  readonly #link: PostgresLink;
  readonly #url: string;
  /** Queues notified since they were last looked at. */
  readonly #heard = new Set<string>();
  #ear: Ear | null = null;
  #wake: (queueName?: string) => void = () => undefined;

  constructor(link: PostgresLink, url: string) {
    this.#link = link;
    this.#url = url;
  }

  async look(queueNames: readonly string[], nowMs: number): Promise<ReadonlyMap<string, DemandLook>> {
    // First the ear, then the look: nothing falls between.
    await this.#listen();
    for (const queueName of queueNames) this.#heard.delete(queueName);
    const rows = await this.#link.query<{ queue: string; ready: number; nextDueAtMs: number | null }>(lookStatement, [
      queueNames,
      nowMs,
    ]);
    return new Map(rows.map(({ queue, ready, nextDueAtMs }) => [queue, { ready, nextDueAtMs, mark: '' }]));
  }

  async next(marks: ReadonlyMap<string, string>, timeoutMs: number): Promise<readonly string[]> {
    const ear = await this.#listen();
    const heard = (): string[] => [...marks.keys()].filter((queueName) => this.#heard.has(queueName));
    if (heard().length === 0) {
      // Of queues that nobody waits for; the others are looked at anyway.
      this.#heard.clear();
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, timeoutMs);
        this.#wake = (queueName) => {
          if (queueName !== undefined && !marks.has(queueName)) return;
          clearTimeout(timer);
          resolve();
        };
      });
      this.#wake = () => undefined;
    }
    if (ear.broken !== null) throw postgresFault(ear.broken, this.#link.address);
    return heard();
  }

  interrupt(): void {
    this.#wake();
  }

  async rest(): Promise<void> {
    const ear = this.#ear;
    this.#ear = null;
    // The server may be gone without a word: nobody waits for its goodbye.
    ear?.client.end().catch(() => undefined);
  }

  async #listen(): Promise<Ear> {
    if (this.#ear !== null) return this.#ear;
    const client = new pg.Client({
      connectionString: this.#url,
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      query_timeout: CONNECT_TIMEOUT_MS,
      keepAlive: true,
      keepAliveInitialDelayMillis: 10_000,
      application_name: 'drover-demand',
    });
    const ear: Ear = { client, broken: null };
    const broke = (error: Error): void => {
      ear.broken ??= error;
      this.#wake();
    };
    client.on('error', broke);
    client.on('end', () => broke(new Error('Connection terminated')));
    client.on('notification', ({ payload }) => {
      if (payload === undefined) return;
      this.#heard.add(payload);
      this.#wake(payload);
    });
    try {
      await client.connect();
      await client.query(`LISTEN ${CHANNEL}`);
    } catch (error) {
      client.end().catch(() => undefined);
      throw postgresFault(error, this.#link.address);
    }
    this.#ear = ear;
    return ear;
  }
}
