import { createHash } from 'node:crypto';
import type { RecordStore, Schedule } from '@drover/core';

/** A schedule that was taken off the engine, to be put back as it was. */
export interface PausedSchedule {
  readonly schedule: Schedule;
  readonly pausedAtMs: number;
  readonly pausedBy: string;
}

const COLLECTION = 'paused-schedules';
const MOST = 1_000;

/** BullMQ has no pause of a schedule: it is removed, and kept here. */
export class PausedSchedules {
  constructor(private readonly records: RecordStore) {}

  async get(queueName: string, scheduleId: string): Promise<PausedSchedule | null> {
    const record = await this.records.get(COLLECTION, idOf(queueName, scheduleId));
    return record && (record.value as PausedSchedule);
  }

  async list(queueName?: string): Promise<readonly PausedSchedule[]> {
    const query = { limit: MOST, ...(queueName !== undefined && { subject: queueName }) };
    const records = await this.records.query(COLLECTION, query);
    return records.map(({ value }) => value as PausedSchedule);
  }

  async keep(paused: PausedSchedule): Promise<void> {
    const { queueName, scheduleId } = paused.schedule;
    const id = idOf(queueName, scheduleId);
    const place = { collection: COLLECTION, id, subject: queueName, atMs: paused.pausedAtMs };
    await this.records.write([{ kind: 'put', ...place, value: paused }]);
  }

  async drop(queueName: string, scheduleId: string): Promise<void> {
    await this.records.write([{ kind: 'delete', collection: COLLECTION, id: idOf(queueName, scheduleId) }]);
  }
}

/** Both names together may be longer than the id of a record. */
function idOf(queueName: string, scheduleId: string): string {
  return createHash('sha256')
    .update(JSON.stringify([queueName, scheduleId]))
    .digest('base64url');
}
