import type { LiveDelta, LiveSnapshot, PublishedTopic, TopicEvent } from '@drover/contract';
import { CancelledError, type Query, type QueryClient } from '@tanstack/react-query';
import { queueSystemKeys as keys } from '../keys.js';
import type { FirstSnapshot, LivePart } from '../queries.js';
import { type LiveState, retryDelayMs } from './live-state.js';
import { TopicRefresh } from './topic-refresh.js';
import { isActiveAlerts, writeDelta, writeSnapshot } from './write-live.js';

export interface StreamHandlers {
  onSnapshot(snapshot: LiveSnapshot): void;
  onDelta(delta: LiveDelta): void;
  onTopic(topic: PublishedTopic, event: TopicEvent): void;
  /** What was missed of these topics is lost. */
  onReset(topics: readonly PublishedTopic[]): void;
  /** The stream broke or did not open; it goes on trying by itself. */
  onDown(): void;
}

/** Opens the stream and returns what closes it. */
export type OpenStream = (handlers: StreamHandlers) => () => void;

export interface LiveLinkOptions {
  readonly cache: QueryClient;
  /** Absent: polling only. */
  readonly openStream?: OpenStream;
  /** Fetches one small query through the cache, where its outcome is seen. */
  readonly probe: () => Promise<unknown>;
  readonly now?: () => number;
  readonly random?: () => number;
}

/** A proxy that swallows streams accepts the connection and stays silent: then fetch. */
const firstSnapshotMs = 2_000;

/**
 * Keeps the cache fresh: by the stream while it delivers, by polling while it does not, by
 * probes while the server is away. It knows nothing of React; `DroverProvider` shows its state.
 */
export class LiveLink implements FirstSnapshot {
  readonly #options: LiveLinkOptions;
  readonly #now: () => number;
  readonly #listeners = new Set<() => void>();
  #state: LiveState = { phase: 'connecting' };
  #pausedByHand = false;
  #hidden = false;
  #running = false;
  #closeStream: (() => void) | undefined;
  #unwatchCache: (() => void) | undefined;
  #retryTimer: ReturnType<typeof setTimeout> | undefined;
  #failures = 0;
  #newestTick = 0;
  readonly #refresh: TopicRefresh;
  #opening: PromiseWithResolve<LiveSnapshot | undefined> | undefined;

  constructor(options: LiveLinkOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
    this.#refresh = new TopicRefresh(options.cache, isCovered);
    // Queries below the provider start before its effect does: they wait from the first render on.
    if (options.openStream) this.#opening = withResolve(firstSnapshotMs);
  }

  readonly getState = (): LiveState => this.#state;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  start(): void {
    if (this.#running) return;
    this.#running = true;
    this.#unwatchCache = this.#options.cache.getQueryCache().subscribe((event) => {
      if (event.type === 'updated') this.#onQuery(event.query, event.action);
    });
    this.#connect();
  }

  stop(): void {
    this.#running = false;
    this.#unwatchCache?.();
    this.#disconnect();
  }

  /** By hand: nothing moves until `resume`, whatever happens to the page. */
  readonly pause = (): void => {
    this.#pausedByHand = true;
    this.#applyPause();
  };

  readonly resume = (): void => {
    this.#pausedByHand = false;
    this.#applyPause();
  };

  setHidden(hidden: boolean): void {
    this.#hidden = hidden;
    this.#applyPause();
  }

  /** Fetches all that is shown, now, paused or not. */
  readonly refresh = async (): Promise<void> => {
    await this.#options.cache.invalidateQueries({ queryKey: keys.all });
  };

  async first<Part extends LivePart>(part: Part): Promise<LiveSnapshot[Part] | undefined> {
    const snapshot = await this.#opening?.promise;
    return snapshot?.[part];
  }

  #applyPause(): void {
    if (!this.#running) return;
    const pausedBy = this.#pausedByHand ? 'hand' : this.#hidden ? 'hidden' : undefined;
    if (pausedBy === undefined) {
      if (this.#state.phase === 'paused') this.#comeBack();
      return;
    }
    if (this.#state.phase !== 'paused') {
      this.#disconnect();
      void this.#options.cache.cancelQueries({ queryKey: keys.all });
    }
    this.#set({ phase: 'paused', pausedBy });
  }

  /** One refresh: the stream's snapshot brings what it covers, the rest is fetched. */
  #comeBack(): void {
    this.#connect();
    void this.#options.cache.invalidateQueries({
      queryKey: keys.all,
      predicate: (query) => this.#closeStream === undefined || !isCovered(query),
    });
  }

  #connect(): void {
    const { openStream } = this.#options;
    if (!openStream) {
      this.#set({ phase: 'polling' });
      return;
    }
    this.#set({ phase: 'connecting' });
    this.#opening ??= withResolve(firstSnapshotMs);
    this.#closeStream = openStream({
      onSnapshot: (snapshot) => {
        writeSnapshot(this.#options.cache, snapshot);
        this.#onTick(snapshot);
        this.#opening?.resolve(snapshot);
      },
      onDelta: (delta) => {
        writeDelta(this.#options.cache, delta);
        this.#onTick(delta);
      },
      onTopic: (topic, event) => this.#refresh.after(topic, event),
      onReset: (topics) => {
        for (const topic of topics) this.#refresh.after(topic);
      },
      onDown: () => this.#onStreamDown(),
    });
    const opening = this.#opening;
    void opening.promise.then((snapshot) => {
      if (snapshot === undefined && this.#opening === opening) this.#onStreamDown();
    });
  }

  #disconnect(): void {
    this.#closeStream?.();
    this.#closeStream = undefined;
    this.#refresh.cancel();
    this.#opening?.resolve(undefined);
    this.#opening = undefined;
    this.#cancelRetry();
  }

  #onTick({ timestamp }: LiveSnapshot | LiveDelta): void {
    this.#failures = 0;
    this.#cancelRetry();
    this.#newestTick = timestamp.getTime();
    this.#set({ phase: 'live', updatedAt: this.#now() });
  }

  #onStreamDown(): void {
    this.#opening?.resolve(undefined);
    this.#opening = undefined;
    const { phase } = this.#state;
    if (phase !== 'live' && phase !== 'connecting') return;
    this.#set({ phase: 'polling' });
    // What the stream carried is as old as its last tick: fetch once, then at the intervals.
    const stale = { queryKey: keys.all, predicate: isCovered };
    void this.#options.cache.invalidateQueries(stale, { cancelRefetch: false });
  }

  #onQuery(query: Query, action: { type: string; manual?: boolean | undefined; error?: unknown }): void {
    if (query.queryKey[0] !== keys.all[0] || this.#state.phase === 'live') return;
    if (action.type === 'success' && action.manual !== true) this.#onFetched(query);
    if (action.type === 'error' && isUnreachable(action.error)) this.#onUnreachable();
  }

  #onFetched(query: Query): void {
    this.#failures = 0;
    const tick = tickOf(query.state.data);
    // A server whose monitor stands still repeats an old tick: that is not fresh.
    const isNew = tick !== undefined && tick > this.#newestTick;
    if (isNew) this.#newestTick = tick;
    const { phase } = this.#state;
    if (phase === 'offline') {
      this.#cancelRetry();
      this.#set({ phase: 'polling', ...(isNew && { updatedAt: this.#now() }) });
      void this.#options.cache.invalidateQueries({
        queryKey: keys.all,
        predicate: ({ queryHash }) => queryHash !== query.queryHash,
      });
    } else if (isNew) this.#set({ ...this.#state, updatedAt: this.#now() });
  }

  #onUnreachable(): void {
    if (this.#state.phase !== 'polling' && this.#state.phase !== 'offline') return;
    // The other queries of the same round fail with the first: one round counts once.
    if (this.#retryTimer !== undefined) return;
    const delayMs = retryDelayMs(this.#failures, (this.#options.random ?? Math.random)());
    this.#failures += 1;
    this.#set({ phase: 'offline', retryAt: this.#now() + delayMs });
    this.#retryTimer = setTimeout(() => this.retryNow(), delayMs);
  }

  /** Probes at once instead of at `retryAt`. */
  readonly retryNow = (): void => {
    this.#cancelRetry();
    // Either outcome arrives as an event of the cache.
    this.#options.probe().catch(() => undefined);
  };

  #cancelRetry(): void {
    clearTimeout(this.#retryTimer);
    this.#retryTimer = undefined;
  }

  #set(next: LiveState): void {
    const { updatedAt = this.#state.updatedAt, ...rest } = next;
    this.#state = updatedAt === undefined ? rest : { ...rest, updatedAt };
    for (const listener of this.#listeners) listener();
  }
}

const covered = [
  keys.dashboard(),
  keys.health(),
  keys.status(),
  keys.queuesHealth(),
  keys.workerMemory(),
  keys.currentMemory(),
].map((key) => key.join('/'));

/** Whether a snapshot carries this query. */
export function isCovered({ queryKey }: { queryKey: readonly unknown[] }): boolean {
  return isActiveAlerts({ queryKey }) || covered.includes(queryKey.join('/'));
}

/** The server did not answer, or says that it cannot: not a refusal such as 401, 404 or 501. */
export function isUnreachable(error: unknown): boolean {
  if (typeof error !== 'object' || error === null || error instanceof CancelledError) return false;
  if ('code' in error && error.code === 'aborted') return false;
  const status = 'status' in error ? error.status : undefined;
  return typeof status !== 'number' || status === 0 || (status >= 502 && status <= 504);
}

function tickOf(data: unknown): number | undefined {
  if (typeof data !== 'object' || data === null || !('timestamp' in data)) return undefined;
  return data.timestamp instanceof Date ? data.timestamp.getTime() : undefined;
}

interface PromiseWithResolve<T> {
  readonly promise: Promise<T>;
  resolve(value: T): void;
}

function withResolve<T>(timeoutMs: number): PromiseWithResolve<T | undefined> {
  let settle: (value: T | undefined) => void = () => undefined;
  const promise = new Promise<T | undefined>((resolve) => {
    settle = resolve;
  });
  const timer = setTimeout(() => settle(undefined), timeoutMs);
  return {
    promise,
    resolve: (value) => {
      clearTimeout(timer);
      settle(value);
    },
  };
}
