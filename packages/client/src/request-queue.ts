import { ApiError } from './api-error.js';

/** Requests that a client sends at most; further ones wait their turn. */
export interface RequestLimit {
  /** Requests in any span of `perMs`. */
  readonly requests: number;
  readonly perMs: number;
  /** Calls that wait at once; one more is refused with `rate_limited`. 1,000 unless told. */
  readonly maxQueued?: number;
  /** Share of `requests` from which `onChange` says `near`. 0.8 unless told. */
  readonly nearShare?: number;
  /** Told when the phase changes: show a warning while it is not `clear`. */
  readonly onChange?: (state: RequestLimitState) => void;
}

/** `near`: few requests are left in the span. `queued`: calls wait. */
export interface RequestLimitState {
  readonly phase: 'clear' | 'near' | 'queued';
  /** Requests sent in the last `perMs`. */
  readonly used: number;
  readonly limit: number;
  readonly queued: number;
}

interface Waiting {
  go(): void;
  fail(error: ApiError): void;
}

/** Lets calls through in their order, never more than the limit in any span of its length. */
export class RequestQueue {
  readonly #limit: Required<RequestLimit>;
  /** Monotonic instants of the requests of the last span, oldest first. */
  #sentMs: number[] = [];
  #waiting: Waiting[] = [];
  #heldUntilMs = 0;
  #phase: RequestLimitState['phase'] = 'clear';
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(limit: RequestLimit) {
    this.#limit = { maxQueued: 1_000, nearShare: 0.8, onChange: () => undefined, ...limit };
  }

  /** Resolves when the request may be sent; rejects when the signal fires or too many wait already. */
  turn(signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#waiting.length >= this.#limit.maxQueued) {
        const message = 'Too many requests wait to be sent. Try again in a moment.';
        reject(new ApiError(message, { code: 'rate_limited', status: 0, retryAfterMs: this.#limit.perMs }));
        return;
      }
      const onAbort = () => {
        this.#waiting = this.#waiting.filter((other) => other !== entry);
        entry.fail(new ApiError('The call was given up.', { code: 'aborted', status: 0 }));
        this.#run();
      };
      const entry: Waiting = {
        go: () => {
          signal?.removeEventListener('abort', onAbort);
          resolve();
        },
        fail: reject,
      };
      if (signal?.aborted) {
        onAbort();
        return;
      }
      signal?.addEventListener('abort', onAbort, { once: true });
      this.#waiting.push(entry);
      this.#run();
    });
  }

  /** The server asked for a pause: nothing is sent before its end. */
  hold(delayMs: number): void {
    this.#heldUntilMs = Math.max(this.#heldUntilMs, performance.now() + delayMs);
    this.#run();
  }

  #run(): void {
    clearTimeout(this.#timer);
    const { requests, perMs } = this.#limit;
    const now = performance.now();
    this.#sentMs = this.#sentMs.filter((sentMs) => now - sentMs < perMs);
    while (this.#waiting.length > 0 && now >= this.#heldUntilMs && this.#sentMs.length < requests) {
      this.#sentMs.push(now);
      this.#waiting.shift()?.go();
    }
    this.#tell();
    const wakeMs = this.#wakeMs(now);
    if (wakeMs === undefined) return;
    // Rounded up: a timer that fires a fraction early would find nothing to do and spin.
    this.#timer = setTimeout(() => this.#run(), Math.max(1, Math.ceil(wakeMs - now)));
    // Node must not stay alive only to say that the limit is far again.
    if (this.#waiting.length === 0) (this.#timer as { unref?: () => void }).unref?.();
  }

  /** When something can change: a place comes free, or the pause ends. */
  #wakeMs(now: number): number | undefined {
    if (this.#phase === 'clear') return undefined;
    const freeMs = (this.#sentMs[0] ?? now) + this.#limit.perMs;
    if (this.#waiting.length === 0) return freeMs;
    return this.#sentMs.length < this.#limit.requests ? this.#heldUntilMs : Math.max(freeMs, this.#heldUntilMs);
  }

  #tell(): void {
    const { requests, nearShare, onChange } = this.#limit;
    const [used, queued] = [this.#sentMs.length, this.#waiting.length];
    const phase = queued > 0 ? 'queued' : used >= requests * nearShare ? 'near' : 'clear';
    if (phase === this.#phase) return;
    this.#phase = phase;
    onChange({ phase, used, limit: requests, queued });
  }
}
