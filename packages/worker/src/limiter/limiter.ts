import { Fault } from '@drover/core';
import type { Permit } from './limiter-line.js';
import type { WorkerLimiters } from './worker-limiters.js';

export interface LimiterWait {
  /** How much of the limit it takes: a whole number. Default 1. */
  readonly weight?: number;
  /** Ends the wait: the handler's own signal. */
  readonly signal?: AbortSignal;
  /**
   * The longest wait within the handler. A longer one rejects with `RateLimitedError` as soon
   * as it is known; let through, it puts the job back until then. Default 5,000 ms.
   */
  readonly maxWaitMs?: number;
}

/** One limiter, shared by every process on the engine. */
export interface Limiter {
  /** Waits for a permit. Rejects with `RateLimitedError`, with the signal's reason, or with the fault `invalid_input`. */
  acquire(options?: LimiterWait): Promise<Permit>;
  /** Waits for a permit, then calls. */
  run<T>(work: () => T | Promise<T>, options?: LimiterWait): Promise<T>;
  /** Holds everybody for so long: the service answered 429. At most a day. */
  penalize(penaltyMs: number): Promise<void>;
}

const DEFAULT_MAX_WAIT_MS = 5_000;

/**
 * The open workers of this process. On globalThis: `drover worker` carries this package
 * bundled, and a handler that imports it gets a copy of its own.
 */
const REGISTRY = Symbol.for('@drover/worker/limiters/1');
type Registry = Map<object, WorkerLimiters>;

function openWorkers(): Registry {
  const home = globalThis as { [REGISTRY]?: Registry };
  home[REGISTRY] ??= new Map();
  return home[REGISTRY];
}

/** Until the returned function is called, when the worker's connection closes. */
export function offerLimiters(worker: object, limiters: WorkerLimiters): () => void {
  openWorkers().set(worker, limiters);
  return () => {
    openWorkers().delete(worker);
    limiters.close();
  };
}

/**
 * The limiter of that name, for use in a job's handler. It goes over a worker of this
 * process: where one has workers on several engines, `of` says which, by the job or the
 * worker. Not in sandboxed processors, whose process has no worker: use the queue's `limiter`.
 */
export function limiter(name: string, of?: object): Limiter {
  const acquire = ({ maxWaitMs = DEFAULT_MAX_WAIT_MS, ...options }: LimiterWait = {}) =>
    limitersFor(name, of).acquire(name, { ...options, maxWaitMs });
  return {
    acquire: async (options) => acquire(options),
    async run(work, options) {
      await acquire(options);
      return work();
    },
    penalize: async (penaltyMs) => limitersFor(name, of).penalize(name, penaltyMs),
  };
}

function limitersFor(name: string, of: object | undefined): WorkerLimiters {
  const workers = openWorkers();
  // A job knows its worker, but says so in a field that is not public.
  const named = of && (workers.get(of) ?? workers.get((of as { readonly queue?: object }).queue ?? of));
  const [found] = of === undefined ? workers.values() : [named];
  if (found !== undefined) return found;
  throw new Fault(
    'not_implemented',
    `limiter('${name}') found no worker of Drover in this process. It works in the handlers of @drover/worker; ` +
      "sandboxed processors have none: give their queue the option 'limiter' instead.",
  );
}

/**
 * What a `Retry-After` header asks for, in ms: seconds, or a date. `fallbackMs` without one,
 * or when it makes no sense.
 */
export function retryAfterMs(header: string | null | undefined, fallbackMs: number, nowMs = Date.now()): number {
  const text = header?.trim() ?? '';
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1_000;
  const atMs = Date.parse(text);
  return Number.isNaN(atMs) ? fallbackMs : Math.max(0, atMs - nowMs);
}
