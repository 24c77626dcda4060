import { randomUUID } from 'node:crypto';
import type { PublishedTopic, TopicEvent } from '@drover/contract';
import { isFault, type RecordChange, type RecordStore, type StoredRecord } from '@drover/core';
import type { Logger } from 'pino';
import { TopicLog, type TopicMessage } from './topic-log.js';

/** Where services tell of what happened: every client of the topic, at every control plane, hears it within a second. */
export interface LiveTopics {
  /** Returns at once and never throws. Events of one control plane keep their order. At most 16 KiB as JSON. */
  publish(topic: PublishedTopic, event: TopicEvent): void;
}

/** Where the event stream takes them from. */
export interface TopicFeed {
  /** Number of the newest message; `null` until the engine was asked. */
  readonly head: number | null;
  /** Messages after that number, oldest first; `null` when some of them are no longer known. */
  after(seq: number): readonly TopicMessage[] | null;
  /** Calls back after the first look, and when messages came; looks only while somebody is subscribed. */
  subscribe(listener: () => void): () => void;
}

export interface LiveTopicsOptions {
  readonly records: RecordStore;
  readonly nowMs: () => number;
  readonly log: Logger;
  /** How often to look for what other control planes published. 500 ms unless told. */
  readonly everyMs?: number;
}

const BATCHES = 'live.batches';
const HEADS = 'live.head';
const HEAD_ID = 'head';
const MAX_EVENT_BYTES = 16 * 1_024;
const MAX_WAITING = 1_000;
/** So many of the largest stay below a record's bound of 256 KiB. */
const EVENTS_PER_BATCH = 10;
const BATCHES_PER_LOOK = 200;
const KEEP_MS = 600_000;
const PRUNE_EVERY_MS = 60_000;
const RETRY_MS = 1_000;

interface Head {
  readonly seq: number;
  readonly atMs: number;
  readonly batch: string;
}

interface Waiting {
  readonly topic: PublishedTopic;
  readonly data: TopicEvent;
}

interface Batch {
  readonly id: string;
  readonly events: readonly Waiting[];
}

/**
 * One line of messages for all control planes, kept by the engine: a batch is written with
 * the head that numbers it, over the head's version, so numbers have no gaps, the instants of
 * batches only grow whatever the clocks say, and a look for what is newer misses none.
 */
export class EngineTopics implements LiveTopics, TopicFeed {
  readonly #options: Required<LiveTopicsOptions>;
  readonly #listeners = new Set<() => void>();
  readonly #log = new TopicLog();
  #waiting: Waiting[] = [];
  /** Being written, perhaps again and again: then it must not be written twice. */
  #batch: Batch | null = null;
  #lost = 0;
  #sending: Promise<void> | null = null;
  #looking: Promise<void> | null = null;
  #timer: NodeJS.Timeout | null = null;
  #retryTimer: NodeJS.Timeout | null = null;
  #newestAtMs: number | null = null;
  #prunedAtMs = 0;
  /** Whether those who subscribed have heard where the line stands. */
  #told = false;
  #failing = false;
  #stopped = false;

  constructor(options: LiveTopicsOptions) {
    this.#options = { everyMs: 500, ...options };
  }

  get head(): number | null {
    return this.#log.head;
  }

  after(seq: number): readonly TopicMessage[] | null {
    return this.#log.after(seq);
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    if (this.#listeners.size === 1) {
      this.#told = false;
      void this.#watch();
    }
    return () => {
      this.#listeners.delete(listener);
    };
  }

  publish(topic: PublishedTopic, data: TopicEvent): void {
    const bytes = Buffer.byteLength(JSON.stringify(data));
    if (bytes > MAX_EVENT_BYTES) {
      this.#options.log.error({ topic, type: data.type, bytes }, 'an event is too large to be published');
      return;
    }
    this.#waiting.push({ topic, data });
    if (this.#waiting.length > MAX_WAITING) {
      this.#waiting.shift();
      this.#lost += 1;
    }
    void this.#send();
  }

  /** Sends what is waiting, if the engine takes it, and asks no more. */
  async stop(): Promise<void> {
    this.#stopped = true;
    for (const timer of [this.#timer, this.#retryTimer]) if (timer) clearTimeout(timer);
    await this.#send();
    await this.#looking;
  }

  #send(): Promise<void> {
    if (this.#retryTimer !== null && !this.#stopped) return Promise.resolve();
    // A turn of the event loop later, so that events made together travel together.
    this.#sending ??= Promise.resolve()
      .then(() => this.#sendAll())
      .finally(() => {
        this.#sending = null;
      });
    return this.#sending;
  }

  async #sendAll(): Promise<void> {
    try {
      while (this.#batch !== null || this.#waiting.length > 0) {
        this.#batch ??= { id: randomUUID(), events: this.#waiting.splice(0, EVENTS_PER_BATCH) };
        await this.#append(this.#batch);
        this.#batch = null;
      }
      this.#succeeded();
      if (this.#listeners.size > 0) await this.#look();
      await this.#prune();
    } catch (error) {
      this.#failed(error, 'events cannot be published: they wait for the engine');
      if (this.#stopped) return;
      this.#retryTimer = setTimeout(() => {
        this.#retryTimer = null;
        void this.#send();
      }, RETRY_MS);
      this.#retryTimer.unref();
    }
  }

  async #append({ id, events }: Batch): Promise<void> {
    const { records, nowMs } = this.#options;
    let current = await records.get(HEADS, HEAD_ID);
    for (;;) {
      const head = headOf(current);
      // It was written, and only the answer was lost.
      if (head.batch === id) return;
      const atMs = Math.max(nowMs(), head.atMs + 1);
      const next: Head = { seq: head.seq + events.length, atMs, batch: id };
      const at = { kind: 'put', subject: '', atMs } as const;
      const changes: RecordChange[] = [
        { ...at, collection: HEADS, id: HEAD_ID, value: next, expectedVersion: current?.version ?? 0 },
        { ...at, collection: BATCHES, id, value: { first: head.seq + 1, events } },
      ];
      try {
        await records.write(changes);
        return;
      } catch (error) {
        if (!isFault(error, 'conflict')) throw error;
        current = (error.details as { current: StoredRecord | null }).current;
      }
    }
  }

  /** Looks again and again until nobody is subscribed. */
  async #watch(): Promise<void> {
    if (this.#timer) clearTimeout(this.#timer);
    if (this.#listeners.size === 0 || this.#stopped) return;
    try {
      await this.#look();
      this.#succeeded();
    } catch (error) {
      this.#failed(error, 'events of other control planes cannot be read');
    }
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#watch(), this.#options.everyMs);
    this.#timer.unref();
  }

  #look(): Promise<void> {
    this.#looking ??= this.#catchUp().finally(() => {
      this.#looking = null;
    });
    return this.#looking;
  }

  async #catchUp(): Promise<void> {
    const { records } = this.#options;
    const sinceMs = this.#newestAtMs === null ? undefined : this.#newestAtMs + 1;
    // The head before the batches: whatever is written in between has a later number.
    const head = this.#log.head === null ? headOf(await records.get(HEADS, HEAD_ID)) : null;
    const found = await records.query(BATCHES, { limit: BATCHES_PER_LOOK, ...(sinceMs !== undefined && { sinceMs }) });
    const messages = [...found].reverse().flatMap(messagesOf);
    this.#newestAtMs = found[0]?.atMs ?? this.#newestAtMs ?? head?.atMs ?? null;
    if (head) this.#log.start(messages, head.seq);
    else this.#log.add(messages);
    if (messages.length === 0 && this.#told) return;
    this.#told = true;
    for (const listener of this.#listeners) listener();
  }

  async #prune(): Promise<void> {
    const nowMs = this.#options.nowMs();
    if (nowMs - this.#prunedAtMs < PRUNE_EVERY_MS) return;
    this.#prunedAtMs = nowMs;
    await this.#options.records.prune(BATCHES, nowMs - KEEP_MS);
  }

  #succeeded(): void {
    if (this.#lost > 0) this.#options.log.warn({ lost: this.#lost }, 'events were lost while the engine was away');
    this.#lost = 0;
    this.#failing = false;
  }

  #failed(error: unknown, message: string): void {
    if (!this.#failing) this.#options.log.warn({ err: error }, message);
    this.#failing = true;
  }
}

function headOf(record: StoredRecord | null): Head {
  return (record?.value as Head | undefined) ?? { seq: 0, atMs: 0, batch: '' };
}

function messagesOf({ value }: StoredRecord): TopicMessage[] {
  const { first, events } = value as { first: number; events: readonly Waiting[] };
  return events.map(({ topic, data }, index) => ({ seq: first + index, topic, data }));
}
