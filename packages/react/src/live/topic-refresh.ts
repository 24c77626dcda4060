import type { PublishedTopic, TopicEvent } from '@drover/contract';
import type { QueryClient } from '@tanstack/react-query';
import { queueSystemKeys as keys } from '../keys.js';

type Key = readonly unknown[];

/** A storm of events, a hundred alerts at once, is one round of queries. */
const GATHER_MS = 300;

/** What may look different after any event of a topic, by the beginnings of keys. */
const reached: Readonly<Record<PublishedTopic, readonly Key[]>> = {
  alerts: [keys.allAlerts()],
  operations: [keys.operations()],
  workers: [keys.workers(), keys.scaling()],
  audit: [['queue-system', 'audit']],
};

/** Reads anew what an event says has changed; what the stream carries whole comes with its next tick. */
export class TopicRefresh {
  readonly #cache: QueryClient;
  readonly #isCarried: (query: { queryKey: Key }) => boolean;
  readonly #due = new Map<string, Key>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(cache: QueryClient, isCarried: (query: { queryKey: Key }) => boolean) {
    this.#cache = cache;
    this.#isCarried = isCarried;
  }

  /** Without an event: anything may have happened on the topic. */
  after(topic: PublishedTopic, event?: TopicEvent): void {
    for (const key of keysOf(topic, event)) this.#due.set(JSON.stringify(key), key);
    this.#timer ??= setTimeout(() => this.#refresh(), GATHER_MS);
  }

  cancel(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#due.clear();
  }

  #refresh(): void {
    const due = [...this.#due.values()];
    this.cancel();
    for (const queryKey of due) {
      void this.#cache.invalidateQueries({ queryKey, predicate: (query) => !this.#isCarried(query) });
    }
  }
}

/** The progress of one operation moves no list of another. */
function keysOf(topic: PublishedTopic, event: TopicEvent | undefined): readonly Key[] {
  const id = topic === 'operations' && event?.type === 'operation.progress' ? event.id : undefined;
  return typeof id === 'string' ? [keys.operation(id)] : reached[topic];
}
