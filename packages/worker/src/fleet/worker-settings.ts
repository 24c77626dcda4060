/**
 * The settings documents that a worker goes by, as the engine last had them: `get` costs no
 * round trip, so it may be asked for every job. Values are JSON that anybody may have
 * written: check them with a parse function of core.
 */
export class WorkerSettings {
  /** Resolves when the documents were read for the first time. Never, while the engine is away from the start. */
  readonly loaded: Promise<void>;
  private readonly texts = new Map<string, string>();
  private readonly values = new Map<string, unknown>();
  private readonly listeners = new Set<() => void>();
  private noteLoaded: () => void = () => undefined;

  constructor() {
    this.loaded = new Promise((resolve) => {
      this.noteLoaded = resolve;
    });
  }

  /** The document's value, the same object until it changes; `undefined` when there is none, or none was read yet. */
  get(key: string): unknown {
    return this.values.get(key);
  }

  /** Calls back after any document changed, within a second of its writing. Returns how to end that. */
  subscribe(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Takes what the engine holds now, JSON by key. A document that is no JSON changes nothing. */
  apply(documents: Readonly<Record<string, string>>): void {
    let changed = false;
    for (const key of [...this.texts.keys()]) {
      if (documents[key] !== undefined) continue;
      this.texts.delete(key);
      changed = this.values.delete(key) || changed;
    }
    for (const [key, text] of Object.entries(documents)) {
      if (this.texts.get(key) === text) continue;
      this.texts.set(key, text);
      const value = parse(text);
      if (value === undefined) continue;
      this.values.set(key, value);
      changed = true;
    }
    this.noteLoaded();
    if (changed) for (const listener of [...this.listeners]) listener();
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
