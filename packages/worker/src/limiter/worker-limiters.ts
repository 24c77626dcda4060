import {
  applyOverrides,
  Fault,
  type LimiterDefinitions,
  type LimiterWindows,
  limiterNamed,
  limitersKey,
  parseLimiterOverrides,
  type RateLimiter,
} from '@drover/core';
import type { WorkerSettings } from '../fleet/worker-settings.js';
import { type AcquireOptions, type LimiterClock, LimiterLine, type Permit } from './limiter-line.js';
import { QueueGate } from './queue-gate.js';

export interface WorkerLimitersOptions {
  /** Of the configuration; what the control plane set at run time goes over it. */
  readonly base: LimiterDefinitions;
  /** Limiters that each job of this worker's queue takes a permit of. */
  readonly ofQueue: readonly string[];
  readonly settings: Pick<WorkerSettings, 'get' | 'subscribe'>;
  /** Resolves when the worker's own connection is up. */
  readonly join: () => Promise<RateLimiter>;
  readonly clock: LimiterClock;
  readonly onError: (error: unknown) => void;
}

/** One worker's way to the limiters, for its queue and for its handlers. */
export class WorkerLimiters {
  readonly queue: QueueGate;
  private readonly options: WorkerLimitersOptions;
  private readonly lines = new Map<string, LimiterLine>();
  private joined: Promise<RateLimiter> | null = null;
  private stored: unknown;
  private definitions: LimiterDefinitions;
  private closed = false;

  constructor(options: WorkerLimitersOptions) {
    this.options = options;
    this.definitions = applyOverrides(options.base, {});
    this.queue = new QueueGate({
      names: options.ofQueue,
      windows: (name) => this.windows(name),
      join: () => this.join(),
      clock: options.clock,
      onError: options.onError,
    });
    options.settings.subscribe(() => {
      for (const line of this.lines.values()) line.askAgain();
      this.queue.interrupt();
    });
  }

  acquire(name: string, options: AcquireOptions): Promise<Permit> {
    return this.line(name).acquire(options);
  }

  async penalize(name: string, penaltyMs: number): Promise<void> {
    this.windows(name);
    await (await this.join()).penalize(name, penaltyMs);
  }

  /** How many wait now, by limiter; `undefined` when nobody does. */
  get waiting(): Readonly<Record<string, number>> | undefined {
    const counts = new Map<string, number>();
    for (const [name, { waiting }] of this.lines) if (waiting > 0) counts.set(name, waiting);
    const { waitingFor } = this.queue;
    if (waitingFor !== null) counts.set(waitingFor, (counts.get(waitingFor) ?? 0) + 1);
    return counts.size === 0 ? undefined : Object.fromEntries(counts);
  }

  /** When the worker's connection closes. */
  close(): void {
    for (const line of this.lines.values()) line.close();
    this.closed = true;
  }

  private line(name: string): LimiterLine {
    let line = this.lines.get(name);
    if (line === undefined) {
      const { clock, onError } = this.options;
      line = new LimiterLine({ name, windows: () => this.windows(name), join: () => this.join(), clock, onError });
      // Unknown names get no line: they could be any number.
      this.windows(name);
      if (this.closed) line.close();
      this.lines.set(name, line);
    }
    return line;
  }

  private windows(name: string): LimiterWindows {
    const stored = this.options.settings.get(limitersKey);
    if (stored !== this.stored) {
      this.stored = stored;
      this.definitions = applyOverrides(this.options.base, parseLimiterOverrides(stored));
    }
    const windows = limiterNamed(this.definitions, name);
    if (windows !== undefined) return windows;
    const known = Object.keys(this.definitions).sort().join(', ');
    throw new Fault('not_found', `There is no limiter named ${name}; there are: ${known}`);
  }

  private join(): Promise<RateLimiter> {
    this.joined ??= this.options.join().catch((error: unknown) => {
      this.joined = null;
      throw new Fault('engine_unavailable', 'The worker is not connected', { cause: error });
    });
    return this.joined;
  }
}

export const systemLimiterClock: LimiterClock = {
  nowMs: () => performance.now(),
  after(delayMs, callback) {
    // A timer's millisecond is rounded down; too early, the call would be refused again.
    const timer = setTimeout(callback, Math.ceil(delayMs));
    return () => clearTimeout(timer);
  },
  random: Math.random,
};
