import { Fault } from '@drover/core';
import pg from 'pg';
import type { EngineLog } from '../engine-options.js';

export interface SilenceWatchOptions {
  readonly address: string;
  readonly pool: pg.Pool;
  /** Resolves when the server says anything at all, be it that it has no connection left. */
  readonly probe: (withinMs: number) => Promise<boolean>;
  readonly log: EngineLog;
}

const LOOK_EVERY_MS = 500;
/** When nothing was answered for so long, we ask whether the server lives: the work may also just be long. */
const SUSPECT_AFTER_MS = 3_000;
/** A busy machine takes a while to begin a connection. */
const PROBE_WITHIN_MS = 4_000;

/**
 * Notices a server that keeps its connections and answers nothing: stopped, on a frozen disk,
 * behind a network that swallows packets. TCP tells of none of these for a quarter of an hour,
 * and each statement would wait for its own deadline. Within 8 s the statements under way
 * fail, and until the server answers a probe all further ones are refused at once.
 */
export class SilenceWatch {
  readonly #options: SilenceWatchOptions;
  readonly #startedAtMs = new Set<{ readonly atMs: number }>();
  readonly #inUse = new Set<pg.PoolClient>();
  readonly #timer: NodeJS.Timeout;
  #probing = false;
  /** When it last answered a probe or a statement. */
  #answeredAtMs = Number.NEGATIVE_INFINITY;
  #silent = false;

  constructor(options: SilenceWatchOptions) {
    this.#options = options;
    options.pool.on('acquire', (client) => this.#inUse.add(client));
    options.pool.on('release', (_error, client) => this.#inUse.delete(client));
    this.#timer = setInterval(() => void this.#look(), LOOK_EVERY_MS);
    this.#timer.unref();
  }

  /** Runs work on the pool. Rejects with `engine_unavailable` at once while the server is silent. */
  async during<T>(work: () => Promise<T>): Promise<T> {
    if (this.#silent) {
      const message = `${this.#options.address} takes connections but does not answer.`;
      throw new Fault('engine_unavailable', message, { retryAfterMs: 2000 });
    }
    const started = { atMs: performance.now() };
    this.#startedAtMs.add(started);
    try {
      const result = await work();
      this.#answeredAtMs = performance.now();
      return result;
    } finally {
      this.#startedAtMs.delete(started);
    }
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  async #look(): Promise<void> {
    if (this.#probing || !(this.#silent || this.#isSuspect(performance.now()))) return;
    this.#probing = true;
    const askedAtMs = performance.now();
    const probed = await this.#options.probe(PROBE_WITHIN_MS);
    this.#probing = false;
    if (probed) this.#answeredAtMs = performance.now();
    const answers = this.#answeredAtMs >= askedAtMs;
    if (answers === !this.#silent) return;
    this.#silent = !answers;
    const { address, log } = this.#options;
    log(answers ? 'info' : 'warn', answers ? `${address} answers again` : `${address} does not answer any more`);
    // Their statements fail now, and their places in the pool are free when the server is back.
    if (this.#silent) for (const client of this.#inUse) void endNow(client);
  }

  #isSuspect(nowMs: number): boolean {
    const [oldest] = this.#startedAtMs;
    if (oldest === undefined || nowMs - oldest.atMs < SUSPECT_AFTER_MS) return false;
    return nowMs - this.#answeredAtMs >= SUSPECT_AFTER_MS;
  }
}

/** With a statement under way `end` cuts the connection, rather than ask the server to close it. */
function endNow(client: pg.PoolClient): Promise<void> {
  return (client as unknown as pg.Client).end().catch(() => undefined);
}

/** Asks over a connection of its own: those of the pool may all be waiting. */
export async function answersConnection(connectionString: string, withinMs: number): Promise<boolean> {
  const client = new pg.Client({ connectionString, application_name: 'drover' });
  // Unheard, it would end the process.
  client.on('error', () => undefined);
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(resolve, withinMs, false);
  });
  const answer = client.connect().then(
    () => true,
    // Refused, or no connection left: no silence. What is wrong, statements learn by themselves.
    () => true,
  );
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
    client.end().catch(() => undefined);
  }
}
