import type { DemandWatch } from '@drover/core';
import type { EngineLog } from '../engine-options.js';

/** What a look at a queue showed. */
export interface DemandLook {
  /** Jobs that could run now, delayed ones that are due included. */
  readonly ready: number;
  /** When the next delayed job comes due, by this machine's clock. */
  readonly nextDueAtMs: number | null;
  /** Where to listen from, so that nothing falls between the look and the wait. */
  readonly mark: string;
}

/** What an engine offers to a `DemandLoop`; each call rejects when the engine is away. */
export interface DemandSource {
  look(queueNames: readonly string[], nowMs: number): Promise<ReadonlyMap<string, DemandLook>>;
  /** Waits for something to happen in one of the queues after its mark; empty when the wait ended without. */
  next(marks: ReadonlyMap<string, string>, timeoutMs: number): Promise<readonly string[]>;
  /** Ends a wait early. */
  interrupt(): void;
  /** Gives the connection up; the next call opens another. */
  rest(): Promise<void>;
}

interface Watched {
  enough: number;
  /** Monotonic: when to look at it, whatever happens. */
  lookAtMs: number;
  lookedAtMs: number;
  /** `null` while it is not listened to. */
  mark: string | null;
}

/** A queue in which much happens is looked at so often at most. */
const REARM_MS = 500;
/** A wait that could not be interrupted ends by itself. */
const LONGEST_WAIT_MS = 2_000;
const RETRY_MS = 1_000;
/** A job that comes due much later is seen again then: the clock may have been set meanwhile. */
const LONGEST_SLEEP_MS = 60_000;

/** Looks at a queue when something happened in it, and tells when enough jobs are ready. */
export class DemandLoop implements DemandWatch {
  readonly #source: DemandSource;
  readonly #log: EngineLog;
  readonly #watched = new Map<string, Watched>();
  readonly #listeners = new Set<(queueNames: readonly string[]) => void>();
  #running: Promise<void> | null = null;
  #wake: () => void = () => undefined;
  #closed = false;

  constructor(source: DemandSource, log: EngineLog) {
    this.#source = source;
    this.#log = log;
  }

  watch(queues: ReadonlyMap<string, number>): void {
    let changed = false;
    for (const queueName of this.#watched.keys()) if (!queues.has(queueName)) this.#watched.delete(queueName);
    for (const [queueName, enough] of queues) {
      const known = this.#watched.get(queueName);
      if (known?.enough === enough) continue;
      changed = true;
      const lookedAtMs = known?.lookedAtMs ?? Number.NEGATIVE_INFINITY;
      this.#watched.set(queueName, { enough, lookAtMs: lookedAtMs + REARM_MS, lookedAtMs, mark: null });
    }
    if (changed) this.#begin();
  }

  onDemand(listener: (queueNames: readonly string[]) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#watched.clear();
    this.#begin();
    await this.#running;
  }

  #begin(): void {
    if (this.#running === null && !this.#closed) {
      this.#running = this.#run().finally(() => {
        this.#running = null;
        if (this.#watched.size > 0) this.#begin();
      });
    }
    this.#source.interrupt();
    this.#wake();
  }

  async #run(): Promise<void> {
    while (this.#watched.size > 0) {
      try {
        await this.#lookWhereDue();
        await this.#listen();
      } catch (error) {
        this.#log('debug', `cannot watch for demand: ${error instanceof Error ? error.message : String(error)}`);
        await this.#source.rest().catch(() => undefined);
        // What came meanwhile was not heard.
        for (const watched of this.#watched.values()) Object.assign(watched, { lookAtMs: 0, mark: null });
        await this.#sleep(RETRY_MS);
      }
    }
    await this.#source.rest().catch(() => undefined);
  }

  async #lookWhereDue(): Promise<void> {
    const due = [...this.#watched].filter(([, { lookAtMs }]) => lookAtMs <= performance.now());
    if (due.length === 0) return;
    const nowMs = Date.now();
    const looks = await this.#source.look(
      due.map(([queueName]) => queueName),
      nowMs,
    );
    const told: string[] = [];
    for (const [queueName, watched] of due) {
      // Asked for anew meanwhile, or not at all any more: what was seen is not what is asked.
      if (this.#watched.get(queueName) !== watched) continue;
      const look = looks.get(queueName);
      watched.lookedAtMs = performance.now();
      if (look === undefined || look.ready >= watched.enough) {
        watched.lookAtMs = watched.lookedAtMs + REARM_MS;
        watched.mark = null;
        if (look !== undefined) told.push(queueName);
        continue;
      }
      const dueInMs = look.nextDueAtMs === null ? LONGEST_SLEEP_MS : Math.max(1, look.nextDueAtMs - nowMs);
      watched.lookAtMs = watched.lookedAtMs + Math.min(dueInMs, LONGEST_SLEEP_MS);
      watched.mark = look.mark;
    }
    if (told.length > 0) for (const listener of this.#listeners) listener(told);
  }

  async #listen(): Promise<void> {
    const marks = new Map<string, string>();
    let untilMs = performance.now() + LONGEST_WAIT_MS;
    for (const [queueName, { mark, lookAtMs }] of this.#watched) {
      untilMs = Math.min(untilMs, lookAtMs);
      if (mark !== null) marks.set(queueName, mark);
    }
    const timeoutMs = Math.ceil(untilMs - performance.now());
    if (timeoutMs <= 0) return;
    if (marks.size === 0) return this.#sleep(timeoutMs);
    for (const queueName of await this.#source.next(marks, timeoutMs)) {
      const watched = this.#watched.get(queueName);
      if (watched === undefined) continue;
      watched.mark = null;
      watched.lookAtMs = watched.lookedAtMs + REARM_MS;
    }
  }

  async #sleep(spanMs: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, spanMs);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.#wake = () => undefined;
  }
}
