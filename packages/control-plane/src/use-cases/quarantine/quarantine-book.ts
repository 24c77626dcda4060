import { createHash } from 'node:crypto';
import {
  CRASHES_KEPT_MS,
  type CrashedJob,
  type Fence,
  isPoison,
  type JobCrash,
  type JobRef,
  MOST_QUARANTINED,
  parseQuarantine,
  quarantineKey,
  quarantineOf,
  type RecordStore,
  type StoredRecord,
  withCrash,
  withoutRun,
} from '@drover/core';
import { editSetting } from '../alerts/edit-setting.js';
import type { SettingsCache } from '../settings-cache.js';

/** Jobs that crashed with their workers, and may yet be set aside. */
const CRASHED = 'jobs.crashed';
const SET_ASIDE = 'jobs.quarantine';

export interface QuarantineRecord extends CrashedJob {
  readonly id: string;
  readonly sinceMs: number;
  /** Workers may run it, and it is about to be forgotten. */
  readonly releasing?: boolean;
}

export interface QuarantineBookOptions {
  readonly records: RecordStore;
  readonly settings: SettingsCache;
  /** Crashes after which a job is set aside; 0: never. */
  readonly afterCrashes: number;
}

/**
 * Which jobs crashed with their workers, and which are set aside for it. The records are the
 * truth; the settings document, by which workers leave such a job alone, follows them.
 */
export class QuarantineBook {
  readonly afterCrashes: number;
  readonly #records: RecordStore;
  readonly #settings: SettingsCache;

  constructor({ records, settings, afterCrashes }: QuarantineBookOptions) {
    this.#records = records;
    this.#settings = settings;
    this.afterCrashes = afterCrashes;
  }

  /** Notes a crash, once a run. True when the job is set aside by it. */
  async note(job: JobRef & { readonly jobName: string }, crash: JobCrash, fence: Fence): Promise<boolean> {
    const id = idOf(job);
    if ((await this.#records.get(SET_ASIDE, id)) !== null) return false;
    const held = await this.#records.get(CRASHED, id);
    const { queueName, jobId, jobName } = job;
    const before = (held?.value as CrashedJob | undefined) ?? { queueName, jobId, jobName, crashes: [] };
    const after = withCrash(before, crash);
    if (after === before) return false;
    const record = { id, subject: queueName, atMs: crash.noticedAtMs, value: after };
    if (!isPoison(after, this.afterCrashes)) {
      const expectedVersion = held?.version ?? 0;
      await this.#records.write([{ kind: 'put', collection: CRASHED, ...record, expectedVersion }], fence);
      return false;
    }
    await this.#records.write(
      [
        { kind: 'put', collection: SET_ASIDE, ...record, expectedVersion: 0 },
        { kind: 'delete', collection: CRASHED, id },
      ],
      fence,
    );
    await this.#tellWorkers((jobs) => [...jobs, { queueName, jobId }]);
    return true;
  }

  /** That run was no crash. A job that is set aside for too little then is let go. */
  async takeBack(job: JobRef, startedAtMs: number, fence: Fence): Promise<void> {
    const id = idOf(job);
    for (const collection of [CRASHED, SET_ASIDE]) {
      const held = await this.#records.get(collection, id);
      if (held === null) continue;
      const value = withoutRun(held.value as CrashedJob, startedAtMs);
      const letGo = collection === SET_ASIDE && !isPoison(value, this.afterCrashes);
      const { subject, atMs } = held;
      const put = { kind: 'put', collection: letGo ? CRASHED : collection, id, subject, atMs, value } as const;
      if (letGo) await this.freeInWorkers([job]);
      await this.#records.write(letGo ? [{ kind: 'delete', collection, id }, put] : [put], fence);
      return;
    }
  }

  /**
   * Lets workers run these jobs again, within a second. The records stay, marked: the leader
   * would else put the jobs back into the document, and a control plane that dies now leaves
   * them to be released once more.
   */
  async release(records: readonly QuarantineRecord[]): Promise<void> {
    for (const { id, sinceMs: atMs, ...job } of records) {
      const value = { ...job, releasing: true };
      await this.#records.write([{ kind: 'put', collection: SET_ASIDE, id, subject: job.queueName, atMs, value }]);
    }
    await this.freeInWorkers(records);
  }

  async freeInWorkers(jobs: readonly JobRef[]): Promise<void> {
    await this.#tellWorkers((held) => held.filter((one) => !jobs.some((job) => isSame(one, job))));
  }

  /** Forgets a job and its crashes. */
  async forget(id: string): Promise<void> {
    await this.#records.write([{ kind: 'delete', collection: SET_ASIDE, id }]);
  }

  async get(id: string): Promise<QuarantineRecord | null> {
    const record = await this.#records.get(SET_ASIDE, id);
    return record === null ? null : toRecord(record);
  }

  /** Jobs that are set aside, the latest first. */
  async page(
    limit: number,
    queueName?: string,
    before?: { readonly atMs: number; readonly id: string },
  ): Promise<readonly QuarantineRecord[]> {
    const found = await this.#records.query(SET_ASIDE, {
      limit,
      ...(queueName !== undefined && { subject: queueName }),
      ...(before && { before }),
    });
    return found.map(toRecord);
  }

  /** Makes the workers' document follow the records: a control plane may have died between the two. */
  async sync(nowMs: number): Promise<readonly QuarantineRecord[]> {
    const records = await this.page(MOST_QUARANTINED);
    await this.#tellWorkers(() => records.filter(({ releasing }) => releasing !== true).reverse());
    await this.#records.prune(CRASHED, nowMs - CRASHES_KEPT_MS);
    return records;
  }

  async #tellWorkers(change: (jobs: readonly JobRef[]) => readonly JobRef[]): Promise<void> {
    // Another control plane may have written it within this second.
    await this.#settings.refresh();
    const held = this.#settings.get(quarantineKey)?.value;
    // Nothing to tell: a document that is not there says the same as an empty one.
    if (JSON.stringify(quarantineOf(change(parseQuarantine(held)))) === JSON.stringify(held ?? { jobs: [] })) return;
    await editSetting(this.#settings, quarantineKey, undefined, (value) => ({
      value: quarantineOf(change(parseQuarantine(value))),
    }));
  }
}

const isSame = (one: JobRef, other: JobRef) => one.queueName === other.queueName && one.jobId === other.jobId;

/** Names may be longer than a record's id. */
function idOf({ queueName, jobId }: JobRef): string {
  return createHash('sha256')
    .update(JSON.stringify([queueName, jobId]))
    .digest('hex')
    .slice(0, 40);
}

function toRecord(record: StoredRecord): QuarantineRecord {
  return { id: record.id, sinceMs: record.atMs, ...(record.value as CrashedJob) };
}
