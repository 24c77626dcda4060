import { Fault, type RecordChange, type StoredRecord } from '@drover/core';
import { encodeJsonValue } from './json-value.js';

const MAX_CHANGES = 500;
/** One write is one script or transaction: it must not hold up the engine's other callers. */
const MAX_WRITE_BYTES = 8 * 1024 * 1024;
/** In characters. Together they fit an index entry of PostgreSQL, whatever they hold. */
const MAX_LENGTHS = { collection: 100, id: 200, subject: 512 } as const;

export interface PreparedPut {
  readonly kind: 'put';
  readonly collection: string;
  readonly id: string;
  readonly subject: string;
  readonly atMs: number;
  /** The value as JSON. */
  readonly text: string;
  readonly expectedVersion: number | undefined;
}

export interface PreparedDelete {
  readonly kind: 'delete';
  readonly collection: string;
  readonly id: string;
  readonly expectedVersion: number | undefined;
}

export type PreparedChange = PreparedPut | PreparedDelete;

/** Checks a write as every engine needs it. Throws `invalid_input` or `too_large`. */
export function prepareChanges(changes: readonly RecordChange[]): PreparedChange[] {
  if (changes.length > MAX_CHANGES) {
    throw new Fault('too_large', `A write holds ${changes.length} records, ${MAX_CHANGES} are allowed.`);
  }
  const prepared = changes.map(prepare);
  const touched = new Set(prepared.map(({ collection, id }) => JSON.stringify([collection, id])));
  if (touched.size < prepared.length) throw new Fault('invalid_input', 'A write names one record twice.');
  const bytes = prepared.reduce((sum, change) => sum + (change.kind === 'put' ? Buffer.byteLength(change.text) : 0), 0);
  if (bytes > MAX_WRITE_BYTES) {
    throw new Fault('too_large', `A write of records has ${bytes} bytes, ${MAX_WRITE_BYTES} are allowed.`);
  }
  return prepared;
}

function prepare(change: RecordChange): PreparedChange {
  const { kind, collection, id, expectedVersion } = change;
  checkText('collection', collection);
  checkText('id', id);
  if (kind === 'delete') return { kind, collection, id, expectedVersion };
  checkText('subject', change.subject);
  const atMs = Math.round(change.atMs);
  if (!Number.isSafeInteger(atMs) || atMs < 0) {
    throw new Fault('invalid_input', `The record ${collection}/${id} has no instant: ${change.atMs}.`);
  }
  const text = encodeJsonValue(`The record ${collection}/${id}`, change.value);
  return { kind, collection, id, subject: change.subject, atMs, text, expectedVersion };
}

/** PostgreSQL stores no NUL, and half a surrogate pair would come back as another character. */
export function checkText(field: keyof typeof MAX_LENGTHS, text: string): void {
  if (text.length > MAX_LENGTHS[field]) {
    throw new Fault('too_large', `A record's ${field} has at most ${MAX_LENGTHS[field]} characters.`);
  }
  if (text.includes('\0') || /\p{Surrogate}/u.test(text)) {
    throw new Fault('invalid_input', `A record's ${field} holds characters that cannot be stored.`);
  }
}

/** What a put made of its record. */
export function recordOf({ id, subject, atMs, text }: PreparedPut, version: number): StoredRecord {
  return { id, subject, atMs, version, value: JSON.parse(text) as unknown };
}

export function recordConflict(
  { collection, id, expectedVersion }: PreparedChange,
  current: StoredRecord | null,
): Fault {
  const found = current === null ? 'it does not exist' : `it has version ${current.version}`;
  return new Fault(
    'conflict',
    `The record ${collection}/${id} was expected at version ${expectedVersion}, but ${found}.`,
    {
      details: { current },
    },
  );
}
