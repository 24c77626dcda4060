import type { JobTrashResponse, TrashedJob } from '@drover/contract';
import { type Clock, Fault, type JobRecord, type RecordStore, type StoredRecord } from '@drover/core';

const COLLECTION = 'jobs.trash';
const KEEP_MS = 7 * 86_400_000;
const PRUNE_EVERY_MS = 3_600_000;
const PAGE = 100;

/** What it takes to add a job again. */
interface Trashed {
  readonly jobId: string;
  readonly name: string;
  readonly state: TrashedJob['state'];
  readonly removedBy: string;
  readonly data: string;
  readonly options: string;
}

export interface KeptJob extends Trashed {
  readonly id: string;
  readonly queueName: string;
}

/** Removed jobs, kept for seven days. */
export interface JobTrash {
  /** Keeps a copy; rejects with `too_large` for a job that does not fit a record of 256 KB. Answers its id. */
  keep(record: JobRecord, removedBy: string): Promise<string>;
  /** Takes a copy back: its job was not removed. */
  drop(id: string): Promise<void>;
  get(id: string): Promise<KeptJob | null>;
  page(queueName: string | undefined, cursor: string | undefined): Promise<JobTrashResponse>;
}

/** Of this process: several may keep jobs in it. */
let kept = 0;

export function createJobTrash(records: RecordStore, clock: Clock): JobTrash {
  let prunedMs = Number.NEGATIVE_INFINITY;

  const prune = async (): Promise<void> => {
    if (clock.monotonicMs() - prunedMs < PRUNE_EVERY_MS) return;
    prunedMs = clock.monotonicMs();
    await records.prune(COLLECTION, clock.nowMs() - KEEP_MS);
  };

  return {
    async keep({ row, values }, removedBy) {
      await prune();
      const { queueName, jobId, name, state } = row;
      const [data, options] = [values.data.json, values.options.json];
      if (data === null || options === null) {
        throw new Fault('too_large', `Job "${jobId}" is too large for the trash: remove it with "trash": false.`);
      }
      kept += 1;
      const atMs = clock.nowMs();
      // Unique among control planes and within a millisecond.
      const id = `${atMs.toString(36)}-${process.pid.toString(36)}-${kept.toString(36)}`;
      const value: Trashed = { jobId, name, state, removedBy, data, options };
      await records.write([
        { kind: 'put', collection: COLLECTION, id, subject: queueName, atMs, value, expectedVersion: 0 },
      ]);
      return id;
    },

    async drop(id) {
      await records.write([{ kind: 'delete', collection: COLLECTION, id }]);
    },

    async get(id) {
      const record = await records.get(COLLECTION, id);
      if (record === null || record.atMs < clock.nowMs() - KEEP_MS) return null;
      return { id, queueName: record.subject, ...(record.value as Trashed) };
    },

    async page(queueName, cursor) {
      const sinceMs = clock.nowMs() - KEEP_MS;
      const found = await records.query(COLLECTION, {
        limit: PAGE + 1,
        sinceMs,
        ...(queueName !== undefined && { subject: queueName }),
        ...(cursor !== undefined && { before: readCursor(cursor) }),
      });
      const page = found.slice(0, PAGE);
      const last = page.at(-1);
      return {
        jobs: page.map(trashedJob),
        ...(found.length > PAGE && last !== undefined && { next: `${last.atMs}:${last.id}` }),
      };
    },
  };
}

function trashedJob({ id, subject, atMs, value }: StoredRecord): TrashedJob {
  const { jobId, name, state, removedBy } = value as Trashed;
  const removedAt = new Date(atMs);
  return { id, queueName: subject, jobId, name, state, removedAt, removedBy, until: new Date(atMs + KEEP_MS) };
}

function readCursor(text: string): { atMs: number; id: string } {
  const found = /^(\d{1,15}):([\w-]{1,200})$/.exec(text);
  if (found === null) throw new Fault('invalid_input', 'This is no cursor of the trash.');
  return { atMs: Number(found[1]), id: found[2] ?? '' };
}
