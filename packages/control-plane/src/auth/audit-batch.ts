import type { AuditEntry, AuditLog } from '@drover/core';

export interface AuditBatchOptions {
  readonly audit: AuditLog;
  readonly nowMs: () => number;
  /** How often what gathered is written. */
  readonly everyMs?: number;
  readonly onFailure?: (error: unknown) => void;
}

/** Refusals alike within this span are one entry, with their count. */
const WINDOW_MS = 60_000;
const MAX_WAITING = 1_000;
const MAX_KINDS = 500;

interface Repeated {
  readonly entry: AuditEntry;
  readonly sinceMs: number;
  again: number;
}

/**
 * Writes audit entries in batches, off the path of the request. Of refusals that are alike
 * (who, from where, what) the first is written at once and the rest of the minute counted:
 * a flood must not fill the log or the engine.
 */
export class AuditBatch {
  readonly #options: AuditBatchOptions;
  readonly #repeated = new Map<string, Repeated>();
  #waiting: AuditEntry[] = [];
  #lost = 0;
  #timer: NodeJS.Timeout | null = null;
  #writing: Promise<void> = Promise.resolve();

  constructor(options: AuditBatchOptions) {
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

  record(entry: Omit<AuditEntry, 'atMs'>): void {
    this.#add({ ...entry, atMs: this.#options.nowMs() });
  }

  refused(entry: Omit<AuditEntry, 'atMs' | 'result'>): void {
    const atMs = this.#options.nowMs();
    this.#closeWindows(atMs);
    const whole: AuditEntry = { ...entry, atMs, result: 'refused' };
    const kind = JSON.stringify([entry.actor, entry.from, entry.action, entry.target]);
    // From ten thousand addresses at once they are no longer told apart.
    const key = this.#repeated.has(kind) || this.#repeated.size < MAX_KINDS ? kind : 'others';
    const held = this.#repeated.get(key);
    if (held) held.again += 1;
    else {
      this.#repeated.set(key, { entry: whole, sinceMs: atMs, again: 0 });
      this.#add(whole);
    }
  }

  flush(): Promise<void> {
    this.#closeWindows(this.#options.nowMs());
    this.#writing = this.#writing.then(() => this.#write());
    return this.#writing;
  }

  async #write(): Promise<void> {
    if (this.#waiting.length === 0) return;
    const entries = this.#waiting.splice(0);
    try {
      await this.#options.audit.append(entries);
    } catch (error) {
      this.#waiting = [...entries, ...this.#waiting];
      this.#bound();
      this.#options.onFailure?.(error);
    }
  }

  #closeWindows(nowMs: number): void {
    for (const [key, { entry, sinceMs, again }] of this.#repeated) {
      if (nowMs - sinceMs < WINDOW_MS) continue;
      this.#repeated.delete(key);
      if (again > 0)
        this.#add({ ...entry, atMs: sinceMs + WINDOW_MS, details: { ...asRecord(entry.details), repeated: again } });
    }
  }

  #add(entry: AuditEntry): void {
    this.#waiting.push(entry);
    this.#bound();
  }

  /** While the engine is away the newest are given up; how many is told once it is back. */
  #bound(): void {
    if (this.#waiting.length <= MAX_WAITING) return;
    this.#lost += this.#waiting.length - MAX_WAITING;
    this.#waiting.length = MAX_WAITING;
    const last = this.#waiting.at(-1);
    if (last)
      this.#waiting[MAX_WAITING - 1] = { ...last, details: { ...asRecord(last.details), entriesLost: this.#lost } };
  }
}

function asRecord(details: unknown): Record<string, unknown> {
  return typeof details === 'object' && details !== null ? (details as Record<string, unknown>) : {};
}
