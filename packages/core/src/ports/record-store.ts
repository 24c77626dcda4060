import type { Fence } from './lease.js';

/** A JSON document of a collection that grows with time: an alert, a decision, an operation. */
export interface StoredRecord {
  /** Unique within its collection, at most 200 characters. */
  readonly id: string;
  /** What it is about: a queue's name, or `''`. Queries can ask for one. */
  readonly subject: string;
  /** Its place in the collection, ms since 1970; records at the same instant are in order of their ids. */
  readonly atMs: number;
  /** 1 for a new record, one more with every write. */
  readonly version: number;
  /** At most 256 KiB as JSON. */
  readonly value: unknown;
}

export type RecordChange =
  | {
      readonly kind: 'put';
      readonly collection: string;
      readonly id: string;
      readonly subject: string;
      readonly atMs: number;
      readonly value: unknown;
      /** Only if it stands at that version (0: it does not exist), else the fault `conflict`. */
      readonly expectedVersion?: number;
    }
  | {
      readonly kind: 'delete';
      readonly collection: string;
      readonly id: string;
      readonly expectedVersion?: number;
    };

export interface RecordQuery {
  readonly limit: number;
  readonly subject?: string;
  /** Inclusive. */
  readonly sinceMs?: number;
  /** Exclusive. */
  readonly untilMs?: number;
  /** Only records older than this one: pages do not shift when new records arrive. */
  readonly before?: { readonly atMs: number; readonly id: string };
}

/** Collections of records in time, on the engine: what must outlive leaders and restarts. */
export interface RecordStore {
  /**
   * Does all of the changes or, with a fault, none: `conflict` (with the current record in
   * `details`, `null` when there is none), or `fenced` when a fence is given and a later
   * leader exists. Answers the records as they stand now, `null` for each deleted one. At most 500,
   * each record once, together at most 8 MiB as JSON.
   */
  write(changes: readonly RecordChange[], fence?: Fence): Promise<readonly (StoredRecord | null)[]>;
  get(collection: string, id: string): Promise<StoredRecord | null>;
  /** Newest first. */
  query(collection: string, query: RecordQuery): Promise<readonly StoredRecord[]>;
  /** How many records a query without `limit` and `before` would find. */
  count(collection: string, range?: Pick<RecordQuery, 'subject' | 'sinceMs' | 'untilMs'>): Promise<number>;
  /** Deletes what is older, in bounded batches; answers how many. */
  prune(collection: string, olderThanMs: number): Promise<number>;
}
