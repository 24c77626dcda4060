import { Fault, type Fence, isFault, type Operation, type RecordChange, type RecordStore } from '@drover/core';

/** An operation with the place and version of its record. */
export interface HeldOperation {
  readonly id: string;
  readonly version: number;
  readonly operation: Operation;
}

/** Where operations are kept: every one in a collection by time, the open ones listed in another. */
export interface OperationStore {
  create(id: string, operation: Operation): Promise<HeldOperation>;
  get(id: string): Promise<HeldOperation | null>;
  /** Newest first, older than `before`. */
  list(limit: number, before?: HeldOperation): Promise<readonly HeldOperation[]>;
  count(): Promise<number>;
  /** Ids of those that are not finished, oldest first. */
  open(): Promise<readonly string[]>;
  /**
   * Writes over the version held, fenced; `null` when there is another version by now. A
   * finished operation is listed as open no more.
   */
  save(held: HeldOperation, operation: Operation, fence?: Fence): Promise<HeldOperation | null>;
  /** Takes an id off the open ones whose record is gone. */
  drop(id: string): Promise<void>;
  prune(olderThanMs: number): Promise<number>;
}

const ALL = 'operations';
const OPEN = 'operations.open';
const MAX_OPEN = 100;
/** A record holds 256 KiB; counts and messages are still to come. */
const MAX_BYTES = 190 * 1_024;

export function createOperationStore(records: RecordStore): OperationStore {
  const put = (id: string, operation: Operation, expectedVersion: number): RecordChange => ({
    ...{ kind: 'put', collection: ALL, id, subject: '', atMs: operation.requestedAtMs },
    ...{ value: operation, expectedVersion },
  });

  return {
    async create(id, operation) {
      if (Buffer.byteLength(JSON.stringify(operation)) > MAX_BYTES) {
        throw new Fault('too_large', 'These are too many queues with long names for one operation: start several.');
      }
      if ((await records.count(OPEN)) >= MAX_OPEN) {
        throw new Fault('engine_full', `${MAX_OPEN} operations are not finished yet: wait for them, or cancel some.`, {
          retryAfterMs: 10_000,
        });
      }
      const { requestedAtMs: atMs } = operation;
      const opened: RecordChange = { kind: 'put', collection: OPEN, id, subject: '', atMs, value: {} };
      const isDone = operation.finishedAtMs !== undefined;
      await records.write([put(id, operation, 0), ...(isDone ? [] : [opened])]);
      return { id, version: 1, operation };
    },

    async get(id) {
      const record = await records.get(ALL, id);
      return record && { id, version: record.version, operation: record.value as Operation };
    },

    async list(limit, before) {
      const found = await records.query(ALL, {
        limit,
        ...(before && { before: { atMs: before.operation.requestedAtMs, id: before.id } }),
      });
      return found.map(({ id, version, value }) => ({ id, version, operation: value as Operation }));
    },

    count: () => records.count(ALL),

    async open() {
      const found = await records.query(OPEN, { limit: MAX_OPEN });
      return found.map(({ id }) => id).reverse();
    },

    async save({ id, version }, operation, fence) {
      const closed: RecordChange[] =
        operation.finishedAtMs === undefined ? [] : [{ kind: 'delete', collection: OPEN, id }];
      try {
        await records.write([put(id, operation, version), ...closed], fence);
        return { id, version: version + 1, operation };
      } catch (error) {
        if (isFault(error, 'conflict')) return null;
        throw error;
      }
    },

    async drop(id) {
      await records.write([{ kind: 'delete', collection: OPEN, id }]);
    },

    prune: (olderThanMs) => records.prune(ALL, olderThanMs),
  };
}
