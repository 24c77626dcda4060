import type { PublishedTopic, TopicEvent } from '@drover/contract';

export interface TopicMessage {
  /** Grows by one per message, over all control planes. */
  readonly seq: number;
  readonly topic: PublishedTopic;
  readonly data: TopicEvent;
}

const KEPT_MESSAGES = 2_000;

/** The newest messages in memory, for clients that come back. */
export class TopicLog {
  #messages: TopicMessage[] = [];
  /** Every message after it, up to the head, is held. */
  #floor = 0;
  #head: number | null = null;

  /** Number of the newest message; `null` before `start`. */
  get head(): number | null {
    return this.#head;
  }

  /** Begins with what the engine holds; `head` counts when it holds no message any more. */
  start(messages: readonly TopicMessage[], head: number): void {
    this.#messages = [...messages];
    this.#floor = (messages[0]?.seq ?? head + 1) - 1;
    this.#head = messages.at(-1)?.seq ?? head;
    this.#bound();
  }

  /** Takes what came since. Where numbers are missing, or begin again, what was held is let go. */
  add(messages: readonly TopicMessage[]): void {
    const [first] = messages;
    if (first === undefined) return;
    if (first.seq !== (this.#head ?? 0) + 1) {
      this.start(messages, 0);
      return;
    }
    this.#messages.push(...messages);
    this.#head = messages.at(-1)?.seq ?? this.#head;
    this.#bound();
  }

  /** Messages after that number, oldest first; `null` when not all of them are held. */
  after(seq: number): readonly TopicMessage[] | null {
    if (this.#head === null || seq < this.#floor || seq > this.#head) return null;
    return this.#messages.slice(seq - this.#floor);
  }

  #bound(): void {
    const surplus = this.#messages.length - KEPT_MESSAGES;
    if (surplus > 0) this.#floor = this.#messages.splice(0, surplus).at(-1)?.seq ?? this.#floor;
  }
}
