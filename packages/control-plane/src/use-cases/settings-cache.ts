import type { SettingsDocument, SettingsStore } from '@drover/core';

export interface SettingsCacheOptions {
  readonly settings: SettingsStore;
  /** How often to look for changes. 1 s unless told: the time in which an admin's change reaches every replica. */
  readonly everyMs?: number;
  /** Told once when the engine goes away, not at every look. */
  readonly onFailure?: (error: unknown) => void;
}

/**
 * All settings in memory, refreshed by one cheap call a second, so that checking a session
 * or a limit costs the engine nothing. While the engine is away it keeps what it had.
 */
export class SettingsCache {
  readonly #settings: SettingsStore;
  readonly #options: SettingsCacheOptions;
  readonly #documents = new Map<string, SettingsDocument>();
  readonly #listeners = new Set<() => void>();
  #revision = 0;
  #writes = 0;
  #failing = false;
  #running: Promise<void> | null = null;
  #timer: NodeJS.Timeout | null = null;
  #stopped = false;

  constructor(options: SettingsCacheOptions) {
    this.#settings = options.settings;
    this.#options = options;
  }

  /** Reads everything once, then keeps up until `stop`. Rejects when the first read fails. */
  async start(): Promise<void> {
    await this.refresh();
    const again = async (): Promise<void> => {
      try {
        await this.refresh();
        this.#failing = false;
      } catch (error) {
        if (!this.#failing) this.#options.onFailure?.(error);
        this.#failing = true;
      }
      if (!this.#stopped) this.#schedule(again);
    };
    this.#schedule(again);
  }

  stop(): void {
    this.#stopped = true;
    if (this.#timer) clearTimeout(this.#timer);
  }

  get(key: string): SettingsDocument | undefined {
    return this.#documents.get(key);
  }

  /** Documents whose key starts with `prefix`, by key. */
  list(prefix: string): SettingsDocument[] {
    return [...this.#documents.values()]
      .filter(({ key }) => key.startsWith(prefix))
      .sort((a, b) => (a.key < b.key ? -1 : 1));
  }

  /** Calls back after each change, ours or another replica's. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Writes through: readers of this cache see it at once, other replicas within a second. As `SettingsStore.put`. */
  async put(key: string, value: unknown, expectedVersion?: number): Promise<SettingsDocument> {
    const document = await this.#settings.put(key, value, expectedVersion);
    this.#writes += 1;
    this.#documents.set(key, document);
    this.#notify();
    return document;
  }

  async delete(key: string, expectedVersion?: number): Promise<boolean> {
    const existed = await this.#settings.delete(key, expectedVersion);
    this.#writes += 1;
    this.#documents.delete(key);
    this.#notify();
    return existed;
  }

  /** Catches up now. Calls at the same time share one look. */
  refresh(): Promise<void> {
    this.#running ??= this.#catchUp().finally(() => {
      this.#running = null;
    });
    return this.#running;
  }

  async #catchUp(): Promise<void> {
    for (;;) {
      const writesBefore = this.#writes;
      const changes = await this.#settings.changesSince(this.#revision);
      // A write of ours went through meanwhile: this answer may be older than it, and must
      // not take a fresh password or revocation back. Look again from where we were.
      if (writesBefore !== this.#writes) continue;
      this.#revision = changes.revision;
      for (const document of changes.documents) this.#documents.set(document.key, document);
      for (const key of changes.deleted) this.#documents.delete(key);
      if (changes.documents.length > 0 || changes.deleted.length > 0) this.#notify();
      return;
    }
  }

  #schedule(task: () => Promise<void>): void {
    this.#timer = setTimeout(() => void task(), this.#options.everyMs ?? 1_000);
    this.#timer.unref();
  }

  #notify(): void {
    for (const listener of this.#listeners) listener();
  }
}
