/** A settings document as Redis holds it: `version updatedAtMs json`. */
export interface StoredDocument {
  readonly version: number;
  readonly updatedAtMs: number;
  readonly json: string;
}

/** `null` for what does not read as one. */
export function readStoredDocument(stored: string): StoredDocument | null {
  const [, version, updatedAtMs, json] = /^(\d+) (\d+) (.*)$/s.exec(stored) ?? [];
  if (json === undefined) return null;
  return { version: Number(version), updatedAtMs: Number(updatedAtMs), json };
}
