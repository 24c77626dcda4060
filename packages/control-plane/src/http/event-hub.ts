import type { Logger } from 'pino';
import type { TopicFeed } from '../use-cases/live-topics.js';
import { EventClient, type NewEventClient } from './event-client.js';
import { EventFrame } from './event-frame.js';
import { deltaBetween } from './live-delta.js';
import type { ServedSnapshot, SnapshotFeed } from './served-snapshot.js';

export interface EventHubOptions {
  readonly feed: SnapshotFeed;
  readonly topics: TopicFeed;
  readonly log: Logger;
  /** Clients beyond it are refused. */
  readonly maxClients?: number;
  /** A client with more unsent bytes than this when the next frame comes is dropped. */
  readonly maxUnsentBytes?: number;
  readonly heartbeatMs?: number;
}

interface Delta {
  /** Id of the event that it follows. */
  readonly after: string;
  readonly frame: EventFrame;
}

const HEARTBEAT = Buffer.from(': heartbeat\n\n');
/** Browsers' own EventSource waits this long before it comes back. */
const HELLO = Buffer.from('retry: 3000\n\n');
const KEPT_DELTAS = 30;
const KEPT_BYTES = 8 * 1_024 * 1_024;
/** Ticks without a client after which deltas are no longer made for those who might return. */
const IDLE_TICKS = 12;
/** A dropped client that does not even read why is cut off. */
const FAREWELL_MS = 5_000;

/**
 * Sends each tick to every client of the event stream: one delta computed, serialised once,
 * the same buffer written to all; and to those who asked for topics what is published on
 * them. A client that returns gets what it missed, or a snapshot.
 */
export class EventHub {
  readonly #options: Required<EventHubOptions>;
  readonly #clients = new Set<EventClient>();
  readonly #unsubscribe: () => void;
  readonly #heartbeat: NodeJS.Timeout;
  #unsubscribeTopics: (() => void) | null = null;
  #held: ServedSnapshot | null;
  #deltas: Delta[] = [];
  #idleTicks = IDLE_TICKS;
  #closed = false;

  constructor(options: EventHubOptions) {
    this.#options = { maxClients: 2_000, maxUnsentBytes: 4 * 1_024 * 1_024, heartbeatMs: 15_000, ...options };
    this.#held = options.feed.current();
    this.#unsubscribe = options.feed.subscribe((served) => this.#onSnapshot(served));
    this.#heartbeat = setInterval(() => this.#beat(), this.#options.heartbeatMs);
    this.#heartbeat.unref();
  }

  get clients(): number {
    return this.#clients.size;
  }

  get isFull(): boolean {
    return this.#closed || this.#clients.size >= this.#options.maxClients;
  }

  add(asked: NewEventClient): void {
    const client = new EventClient(asked);
    const missed = client.wantsSnapshot ? this.#missedBy(client.snapshotId) : [];
    this.#clients.add(client);
    client.sink.onClose(() => this.#remove(client));
    client.sink.write(HELLO);
    for (const frame of missed) client.writeSnapshot(frame);
    if (client.published.length === 0) return;
    // Else the feed calls back once it has looked: what it holds from before may be old.
    if (this.#unsubscribeTopics) this.#advance(client);
    this.#unsubscribeTopics ??= this.#options.topics.subscribe(() => this.#onMessages());
  }

  /** Ends all streams; clients come back to another replica, or to the next start. */
  close(): void {
    this.#closed = true;
    this.#unsubscribe();
    this.#unsubscribeTopics?.();
    clearInterval(this.#heartbeat);
    for (const { sink } of this.#clients) sink.end();
    this.#clients.clear();
  }

  #onSnapshot(next: ServedSnapshot): void {
    const previous = this.#held;
    this.#held = next;
    this.#idleTicks = this.#clients.size > 0 ? 0 : this.#idleTicks + 1;
    // A new leader counts its own ticks: a delta would only say a number that means another tick.
    if (!previous || previous.snapshot.epoch !== next.snapshot.epoch || this.#idleTicks > IDLE_TICKS) {
      this.#deltas = [];
      if (this.#clients.size > 0) this.#broadcast(next.frame());
      return;
    }
    const frame = new EventFrame('delta', next.id, deltaBetween(previous.snapshot, next.snapshot));
    this.#keep({ after: previous.id, frame });
    this.#broadcast(frame);
  }

  #keep(delta: Delta): void {
    this.#deltas.push(delta);
    let bytes = this.#deltas.reduce((sum, { frame }) => sum + frame.bytes, 0);
    while (this.#deltas.length > KEPT_DELTAS || bytes > KEPT_BYTES) bytes -= this.#deltas.shift()?.frame.bytes ?? 0;
  }

  #missedBy(lastEventId: string): readonly EventFrame[] {
    if (!this.#held) return [];
    // The first that follows it: a tick that failed repeats its number, and repeating it again harms nobody.
    const from = this.#deltas.findIndex(({ after }) => after === lastEventId);
    if (from !== -1) return this.#deltas.slice(from).map(({ frame }) => frame);
    return lastEventId === this.#held.id ? [] : [this.#held.frame()];
  }

  #broadcast(frame: EventFrame): void {
    for (const client of this.#clients) {
      if (client.wantsSnapshot && this.#keepsUp(client)) client.writeSnapshot(frame);
    }
  }

  #onMessages(): void {
    for (const client of this.#clients) this.#advance(client);
  }

  #advance(client: EventClient): void {
    client.advance(this.#options.topics, () => this.#keepsUp(client));
  }

  #keepsUp(client: EventClient): boolean {
    const unsentBytes = client.sink.unsentBytes();
    if (unsentBytes <= this.#options.maxUnsentBytes) return true;
    this.#drop(client, 'it reads too slowly', { unsentBytes });
    return false;
  }

  #beat(): void {
    for (const client of this.#clients) {
      if (client.isCurrent()) client.sink.write(HEARTBEAT);
      else this.#drop(client, 'its session or token has ended');
    }
  }

  /** Tells the client why, after what it has not read yet. */
  #drop(client: EventClient, reason: string, details: object = {}): void {
    this.#remove(client);
    this.#options.log.info({ actor: client.actor, reason, ...details }, 'dropped a client of the event stream');
    client.sink.write(Buffer.from(`event: dropped\ndata: ${JSON.stringify({ reason })}\n\n`));
    client.sink.end();
    setTimeout(() => client.sink.drop(), FAREWELL_MS).unref();
  }

  #remove(client: EventClient): void {
    this.#clients.delete(client);
    if ([...this.#clients].some(({ published }) => published.length > 0)) return;
    this.#unsubscribeTopics?.();
    this.#unsubscribeTopics = null;
  }
}
