import { type EventTopic, eventTopics, type PublishedTopic } from '@drover/contract';
import type { TopicFeed } from '../use-cases/live-topics.js';
import type { TopicMessage } from '../use-cases/topic-log.js';
import { EventFrame } from './event-frame.js';
import type { EventSink } from './event-sink.js';

export interface NewEventClient {
  readonly sink: EventSink;
  /** Who it is, for the log. */
  readonly actor: string;
  /** Whether its credentials would still be accepted; asked at each heartbeat. */
  readonly isCurrent: () => boolean;
  readonly topics: readonly EventTopic[];
  readonly lastEventId?: string | undefined;
}

/** Looks at the feed after which a place beyond its head is taken for one of another time. */
const LOOKS_AHEAD = 3;

const messageFrames = new WeakMap<TopicMessage, EventFrame>();

/**
 * A client and what it has received. The id of its events is the snapshot's alone, or with
 * published topics `<snapshot>~<message>`: one id to come back with resumes both.
 */
export class EventClient {
  readonly sink: EventSink;
  readonly actor: string;
  readonly isCurrent: () => boolean;
  readonly wantsSnapshot: boolean;
  readonly published: readonly PublishedTopic[];
  /** Of the newest snapshot or delta that it has. */
  snapshotId: string;
  /** The newest message that it has; `null` until the feed tells where it is. */
  #seq: number | null;
  #looksAhead = 0;

  constructor({ sink, actor, isCurrent, topics, lastEventId = '' }: NewEventClient) {
    this.sink = sink;
    this.actor = actor;
    this.isCurrent = isCurrent;
    this.wantsSnapshot = topics.includes('snapshot');
    this.published = eventTopics.filter((topic) => topic !== 'snapshot').filter((topic) => topics.includes(topic));
    const [snapshotId = '', seq] = lastEventId.split('~');
    this.snapshotId = snapshotId;
    this.#seq = seq !== undefined && /^\d{1,15}$/.test(seq) ? Number(seq) : null;
  }

  writeSnapshot(frame: EventFrame): void {
    this.snapshotId = frame.id;
    this.sink.write(frame.as(this.#id()));
  }

  /** Writes the messages that it has not; `mayWrite` is asked before each. */
  advance(feed: TopicFeed, mayWrite: () => boolean): void {
    const { head } = feed;
    if (head === null || this.published.length === 0) return;
    if (this.#seq === null) {
      this.#seq = head;
      // Its id is a place to come back to, also if nothing ever happens here.
      this.#say('ready');
    }
    // It comes from a control plane that has seen more than this one: that is on its way here.
    if (this.#seq > head && this.#looksAhead++ < LOOKS_AHEAD) return;
    this.#looksAhead = 0;
    const messages = feed.after(this.#seq);
    if (messages === null) {
      this.#seq = head;
      this.#say('reset');
      return;
    }
    for (const message of messages) {
      if (!this.published.includes(message.topic)) continue;
      if (!mayWrite()) return;
      this.#seq = message.seq;
      this.sink.write(frameOf(message).as(this.#id()));
    }
    this.#seq = head;
  }

  #say(event: 'ready' | 'reset'): void {
    this.sink.write(new EventFrame(event, '', { topics: this.published }).as(this.#id()));
  }

  #id(): string {
    return this.published.length === 0 ? this.snapshotId : `${this.snapshotId}~${this.#seq ?? ''}`;
  }
}

function frameOf(message: TopicMessage): EventFrame {
  const frame = messageFrames.get(message) ?? new EventFrame(message.topic, String(message.seq), message.data);
  messageFrames.set(message, frame);
  return frame;
}
