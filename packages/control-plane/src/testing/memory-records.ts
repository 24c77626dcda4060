import {
  Fault,
  type Fence,
  type RecordChange,
  type RecordQuery,
  type RecordStore,
  type StoredRecord,
} from '@drover/core';

type Range = Pick<RecordQuery, 'subject' | 'sinceMs' | 'untilMs' | 'before'>;

/** A record store in memory. `guard` runs before each call, to count it or to make it fail. */
export class MemoryRecords implements RecordStore {
  readonly #collections = new Map<string, Map<string, StoredRecord>>();

  constructor(private readonly guard: (call: string, fence?: Fence) => Promise<void> = async () => undefined) {}

  /** All of a collection, newest first. */
  all(collection: string): readonly StoredRecord[] {
    return [...this.#of(collection).values()].sort((a, b) => (isBefore(a, b) ? 1 : -1));
  }

  async write(changes: readonly RecordChange[], fence?: Fence): Promise<readonly (StoredRecord | null)[]> {
    await this.guard('records.write', fence);
    for (const { collection, id, expectedVersion } of changes) {
      const current = this.#of(collection).get(id) ?? null;
      if (expectedVersion === undefined || (current?.version ?? 0) === expectedVersion) continue;
      throw new Fault('conflict', `The record ${collection}/${id} has changed.`, { details: { current } });
    }
    return changes.map((change) => {
      const records = this.#of(change.collection);
      if (change.kind === 'delete') {
        records.delete(change.id);
        return null;
      }
      const { id, subject, atMs } = change;
      const value: unknown = JSON.parse(JSON.stringify(change.value));
      const record = { id, subject, atMs, version: (records.get(id)?.version ?? 0) + 1, value };
      records.set(id, record);
      return record;
    });
  }

  async get(collection: string, id: string): Promise<StoredRecord | null> {
    await this.guard('records.get');
    return this.#of(collection).get(id) ?? null;
  }

  async query(collection: string, { limit, ...range }: RecordQuery): Promise<readonly StoredRecord[]> {
    await this.guard('records.query');
    return this.all(collection)
      .filter((record) => isWithin(record, range))
      .slice(0, limit);
  }

  async count(collection: string, range: Range = {}): Promise<number> {
    await this.guard('records.count');
    return this.all(collection).filter((record) => isWithin(record, range)).length;
  }

  async prune(collection: string, olderThanMs: number): Promise<number> {
    await this.guard('records.prune');
    const old = this.all(collection).filter(({ atMs }) => atMs < olderThanMs);
    for (const { id } of old) this.#of(collection).delete(id);
    return old.length;
  }

  #of(collection: string): Map<string, StoredRecord> {
    const found = this.#collections.get(collection) ?? new Map<string, StoredRecord>();
    this.#collections.set(collection, found);
    return found;
  }
}

function isWithin(record: StoredRecord, { subject, sinceMs = 0, untilMs = Number.POSITIVE_INFINITY, before }: Range) {
  if (subject !== undefined && record.subject !== subject) return false;
  if (before !== undefined && !isBefore(record, before)) return false;
  return record.atMs >= sinceMs && record.atMs < untilMs;
}

function isBefore(a: { atMs: number; id: string }, b: { atMs: number; id: string }): boolean {
  return a.atMs === b.atMs ? a.id < b.id : a.atMs < b.atMs;
}
