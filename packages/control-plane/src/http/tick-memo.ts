import { CachedBody } from './cached-body.js';

const MAX_ENTRIES = 500;

/**
 * Replies that ask the engine, remembered until the next tick: a hundred dashboards on the
 * same view cost it what one does. Failures are not remembered.
 */
export class TickMemo {
  readonly #entries = new Map<string, Promise<CachedBody>>();
  readonly #maxAgeMs: number;
  readonly #nowMs: () => number;
  #tick: unknown;
  #sinceMs = 0;

  /** `maxAgeMs`: forget after this long even when no tick comes. */
  constructor(nowMs: () => number, maxAgeMs: number) {
    this.#nowMs = nowMs;
    this.#maxAgeMs = maxAgeMs;
  }

  get(tick: unknown, key: string, read: () => Promise<unknown>): Promise<CachedBody> {
    const nowMs = this.#nowMs();
    if (tick !== this.#tick || nowMs - this.#sinceMs > this.#maxAgeMs || this.#entries.size >= MAX_ENTRIES) {
      this.#entries.clear();
      this.#tick = tick;
      this.#sinceMs = nowMs;
    }
    const held = this.#entries.get(key);
    if (held) return held;
    const body = read().then((value) => new CachedBody(value));
    this.#entries.set(key, body);
    body.catch(() => {
      if (this.#entries.get(key) === body) this.#entries.delete(key);
    });
    return body;
  }
}
