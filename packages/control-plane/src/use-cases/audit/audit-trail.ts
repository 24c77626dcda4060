import { type AuditEntry, type AuditLog, boundedEntry, isFault } from '@drover/core';

export interface AuditTrailOptions {
  readonly audit: Pick<AuditLog, 'append'>;
  readonly nowMs: () => number;
  /** How often what gathered is written. */
  readonly everyMs?: number;
  /** Told once when entries cannot be written any more, and of each that the engine refuses for good. */
  readonly onFailure?: (error: unknown) => void;
  /** Told of entries once they are written. */
  readonly onWritten?: (entries: readonly AuditEntry[]) => void;
}

export type NewAuditEntry = Omit<AuditEntry, 'atMs'>;

/** Attempts alike within this span are one entry, with their count. */
const WINDOW_MS = 60_000;
/** Of refusals the first is told; of failures, whose particulars differ, the first few. */
const FAILURES_TOLD = 20;
const MAX_WAITING = 5_000;
const MAX_KINDS = 500;
const ENTRIES_PER_WRITE = 200;
/** A caller does not wait longer for its entry: it is written when the engine is back. */
const PATIENCE_MS = 2_000;

interface Repeated {
  readonly entry: AuditEntry;
  readonly sinceMs: number;
  told: number;
  again: number;
}

/**
 * The one way into the audit log. While the engine is away entries wait in memory, in their
 * order, up to a bound; beyond it they are counted, and the count is an entry. Of refusals
 * that are alike (who, from where, what) the first is written and the rest of the minute
 * counted: a flood must not fill the log or the engine. An entry whose write was not answered
 * is written again, so one may stand there twice, never not at all.
 */
export class AuditTrail {
  readonly #options: AuditTrailOptions;
  readonly #repeated = new Map<string, Repeated>();
  #waiting: AuditEntry[] = [];
  #lost = 0;
  #failing = false;
  #timer: NodeJS.Timeout | null = null;
  #writing: Promise<void> = Promise.resolve();

  constructor(options: AuditTrailOptions) {
    this.#options = options;
  }

  start(): void {
    this.#timer = setInterval(() => void this.flush(), this.#options.everyMs ?? 1_000);
    this.#timer.unref();
  }

  /** Writes what is left. */
  async stop(): Promise<void> {
    if (this.#timer) clearInterval(this.#timer);
    this.#closeWindows(Number.POSITIVE_INFINITY);
    await this.flush();
  }

  /** Something that was done. Resolves when it is written, or after 2 s: then it waits. Never rejects. */
  async record(entry: NewAuditEntry): Promise<void> {
    this.#add({ ...entry, atMs: this.#options.nowMs() });
    await this.caughtUp();
  }

  /** Resolves when all that waits is written, or the engine did not take it within 2 s. */
  caughtUp(): Promise<void> {
    return within(this.flush(), PATIENCE_MS);
  }

  /** Something that somebody may not do, or was not let in for. */
  refused(entry: Omit<NewAuditEntry, 'result'>): void {
    this.#addOrCount({ ...entry, result: 'refused' }, entry.target, 1);
  }

  /** Something that somebody may do, but that could not be done. */
  failed(entry: Omit<NewAuditEntry, 'result'>): void {
    this.#addOrCount({ ...entry, result: 'failed' }, '', FAILURES_TOLD);
  }

  flush(): Promise<void> {
    this.#closeWindows(this.#options.nowMs());
    this.#writing = this.#writing.then(() => this.#write());
    return this.#writing;
  }

  async #write(): Promise<void> {
    try {
      while (this.#waiting.length > 0) {
        const entries = this.#waiting.slice(0, ENTRIES_PER_WRITE);
        await this.#append(entries);
        this.#waiting.splice(0, entries.length);
        this.#options.onWritten?.(entries);
        if (this.#waiting.length === 0) this.#tellLost();
        this.#failing = false;
      }
    } catch (error) {
      if (!this.#failing) this.#options.onFailure?.(error);
      this.#failing = true;
    }
  }

  /** An entry that the engine does not take must not hold up all that follow it. */
  async #append(entries: readonly AuditEntry[]): Promise<void> {
    try {
      await this.#options.audit.append(entries);
    } catch (error) {
      if (!isFault(error, 'internal')) throw error;
      this.#options.onFailure?.(error);
      if (entries.length === 1) this.#lost += 1;
      else for (const entry of entries) await this.#append([entry]);
    }
  }

  #tellLost(): void {
    if (this.#lost === 0) return;
    const entries = this.#lost;
    this.#lost = 0;
    this.#add({
      atMs: this.#options.nowMs(),
      actor: 'system',
      role: null,
      from: null,
      action: 'audit.lose',
      target: 'audit',
      result: 'failed',
      details: { entries },
    });
  }

  #addOrCount(entry: NewAuditEntry, target: string, most: number): void {
    const atMs = this.#options.nowMs();
    this.#closeWindows(atMs);
    const whole: AuditEntry = { ...entry, atMs };
    const kind = JSON.stringify([entry.result, entry.actor, entry.from, entry.action, target]);
    // From ten thousand addresses at once they are no longer told apart.
    const key = this.#repeated.has(kind) || this.#repeated.size < MAX_KINDS ? kind : 'others';
    const held = this.#repeated.get(key) ?? { entry: whole, sinceMs: atMs, told: 0, again: 0 };
    this.#repeated.set(key, held);
    if (held.told >= most) held.again += 1;
    else {
      held.told += 1;
      this.#add(whole);
    }
  }

  #closeWindows(nowMs: number): void {
    for (const [key, { entry, sinceMs, again }] of this.#repeated) {
      // A clock that was set back must not keep a window open for hours.
      if (nowMs >= sinceMs && nowMs - sinceMs < WINDOW_MS) continue;
      this.#repeated.delete(key);
      if (again > 0)
        this.#add({ ...entry, atMs: sinceMs + WINDOW_MS, details: { ...asRecord(entry.details), repeated: again } });
    }
  }

  #add(entry: AuditEntry): void {
    if (this.#waiting.length >= MAX_WAITING) this.#lost += 1;
    else this.#waiting.push(boundedEntry(entry));
  }
}

async function within(work: Promise<void>, spanMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, spanMs);
  });
  await Promise.race([work, late]);
  clearTimeout(timer);
}

function asRecord(details: unknown): Record<string, unknown> {
  return typeof details === 'object' && details !== null ? (details as Record<string, unknown>) : {};
}
