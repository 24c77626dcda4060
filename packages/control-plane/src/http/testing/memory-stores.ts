import {
  type AuditEntry,
  type AuditLog,
  type AuditPage,
  type AuditQuery,
  type Clock,
  Fault,
  type SettingsChanges,
  type SettingsDocument,
  type SettingsStore,
} from '@drover/core';

export class FakeClock implements Clock {
  ms = Date.parse('2026-05-04T10:00:00Z');
  nowMs = () => this.ms;
  monotonicMs = () => this.ms;
  advance(ms: number): void {
    this.ms += ms;
  }
}

interface Change {
  readonly key: string;
  readonly document: SettingsDocument | null;
}

/** A settings store in memory; several caches on it stand for several control planes on one engine. */
export class MemorySettings implements SettingsStore {
  readonly documents = new Map<string, SettingsDocument>();
  readonly #changes: Change[] = [];
  /** Calls of any kind: what the engine would have been asked. */
  calls = 0;
  failure: Error | null = null;

  async get(key: string): Promise<SettingsDocument | null> {
    this.#called();
    return this.documents.get(key) ?? null;
  }

  async list(prefix: string): Promise<readonly SettingsDocument[]> {
    this.#called();
    return [...this.documents.values()].filter(({ key }) => key.startsWith(prefix));
  }

  async put(key: string, value: unknown, expectedVersion?: number): Promise<SettingsDocument> {
    this.#called();
    this.#expect(key, expectedVersion);
    const document: SettingsDocument = {
      key,
      value: structuredClone(value),
      version: (this.documents.get(key)?.version ?? 0) + 1,
      updatedAtMs: 0,
    };
    this.documents.set(key, document);
    this.#changes.push({ key, document });
    return document;
  }

  async delete(key: string, expectedVersion?: number): Promise<boolean> {
    this.#called();
    this.#expect(key, expectedVersion);
    this.#changes.push({ key, document: null });
    return this.documents.delete(key);
  }

  async changesSince(revision: number): Promise<SettingsChanges> {
    this.#called();
    const latest = new Map(this.#changes.slice(revision).map(({ key, document }) => [key, document]));
    const documents = [...latest.values()].filter((document) => document !== null);
    const deleted = [...latest].filter(([, document]) => document === null).map(([key]) => key);
    return { revision: this.#changes.length, documents, deleted };
  }

  #called(): void {
    this.calls += 1;
    if (this.failure) throw this.failure;
  }

  #expect(key: string, expectedVersion: number | undefined): void {
    const current = this.documents.get(key);
    if (expectedVersion === undefined || (current?.version ?? 0) === expectedVersion) return;
    throw new Fault('conflict', `${key} has changed.`, { details: current });
  }
}

export class MemoryAudit implements AuditLog {
  readonly entries: AuditEntry[] = [];
  failure: Error | null = null;

  async append(entries: readonly AuditEntry[]): Promise<void> {
    if (this.failure) throw this.failure;
    this.entries.push(...entries);
  }

  async query(query: AuditQuery): Promise<AuditPage> {
    if (this.failure) throw this.failure;
    const { limit, beforeId, sinceMs = 0, untilMs = Number.POSITIVE_INFINITY, ...fields } = query;
    const entries = this.entries
      .map((entry, index) => ({ ...entry, id: String(index).padStart(6, '0') }))
      .reverse()
      .filter(({ id, atMs }) => (beforeId === undefined || id < beforeId) && atMs >= sinceMs && atMs < untilMs)
      .filter((entry) => Object.entries(fields).every(([name, value]) => entry[name as keyof AuditEntry] === value));
    const page = entries.slice(0, limit);
    return { entries: page, nextBeforeId: page.length < entries.length ? (page.at(-1)?.id ?? null) : null };
  }

  async prune(): Promise<void> {
    this.entries.length = 0;
  }
}
