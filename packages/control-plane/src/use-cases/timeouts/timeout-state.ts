import {
  emptyTimeoutBasis,
  emptyTimeouts,
  parseTimeoutBasis,
  parseTimeouts,
  type SettingsDocument,
  type TimeoutBasis,
  type TimeoutsDocument,
  timeoutBasisKey,
  timeoutsKey,
} from '@drover/core';
import type { SettingsCache } from '../settings-cache.js';

/** The timeouts' documents as this replica last saw them, parsed when they change and not at every look. */
export class TimeoutState {
  readonly #settings: SettingsCache;
  readonly #config: TimeoutsDocument;
  #changes: Parsed<TimeoutsDocument> = { document: undefined, value: emptyTimeouts };
  #published: Parsed<TimeoutBasis> = { document: undefined, value: emptyTimeoutBasis };

  /** `config` is this replica's configuration file. */
  constructor(settings: SettingsCache, config: TimeoutsDocument) {
    this.#settings = settings;
    this.#config = config;
  }

  get config(): TimeoutsDocument {
    return this.#config;
  }

  /** What admins changed. */
  get changes(): TimeoutsDocument {
    this.#changes = parsed(this.#changes, this.#settings.get(timeoutsKey), parseTimeouts, emptyTimeouts);
    return this.#changes.value;
  }

  /** As workers read it; until a leader has published any, this replica's own configuration. */
  get basis(): TimeoutBasis {
    const own = { config: this.#config, adapted: {} };
    this.#published = parsed(this.#published, this.#settings.get(timeoutBasisKey), parseTimeoutBasis, own);
    return this.#published.document === undefined ? own : this.#published.value;
  }

  get version(): number {
    return this.#settings.get(timeoutsKey)?.version ?? 0;
  }
}

interface Parsed<T> {
  readonly document: SettingsDocument | undefined;
  readonly value: T;
}

/** A damaged document changes nothing, as in the workers. */
function parsed<T>(
  held: Parsed<T>,
  document: SettingsDocument | undefined,
  parse: (value: unknown) => T | null,
  none: T,
): Parsed<T> {
  if (held.document === document) return held;
  return { document, value: document === undefined ? none : (parse(document.value) ?? held.value) };
}
