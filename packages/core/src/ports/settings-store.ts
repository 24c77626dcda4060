export interface SettingsDocument {
  readonly key: string;
  readonly value: unknown;
  /** 1 for a new document, one more with every write. */
  readonly version: number;
  readonly updatedAtMs: number;
}

export interface SettingsChanges {
  /** Pass it to the next call. */
  readonly revision: number;
  readonly documents: readonly SettingsDocument[];
  /** Keys deleted since. */
  readonly deleted: readonly string[];
}

/** Versioned JSON documents: policies, users, tokens, limits. Values are at most 256 KiB. */
export interface SettingsStore {
  get(key: string): Promise<SettingsDocument | null>;
  /** Documents whose key starts with `prefix`, by key. */
  list(prefix: string): Promise<readonly SettingsDocument[]>;
  /**
   * Writes a document. With `expectedVersion` only if it stands at that version (0: it does
   * not exist), else the fault `conflict` with the current document in `details`. Without,
   * the last write wins.
   */
  put(key: string, value: unknown, expectedVersion?: number): Promise<SettingsDocument>;
  /** Deletes a document; false when there was none. Conflicts as `put`. */
  delete(key: string, expectedVersion?: number): Promise<boolean>;
  /** What changed since a revision, in one cheap call: how replicas stay current. 0 reads all. */
  changesSince(revision: number): Promise<SettingsChanges>;
}
