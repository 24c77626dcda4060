import {
  Fault,
  type Fence,
  isFault,
  type RecordChange,
  type RecordStore,
  type Recycle,
  type StoredRecord,
} from '@drover/core';

/** Recycles under way, one a worker: its id is the worker's, so the engine refuses a second. */
const OPEN = 'recycles.open';
const OVER = 'recycles';
const MOST_OPEN = 1_000;
const KEEP_MS = 30 * 24 * 3_600_000;
/** A record's id holds 200 characters. */
export const MAX_WORKER_ID = 150;

export interface HeldRecycle {
  readonly recycle: Recycle;
  readonly version: number;
}

export interface RecyclePage {
  readonly recycles: readonly Recycle[];
  /** Where the next page begins; `null` on the last. */
  readonly next: string | null;
}

export interface RecycleFilter {
  readonly workerId?: string | undefined;
  readonly queueName?: string | undefined;
  readonly limit: number;
  readonly before?: string | undefined;
}

/** Where every recycle is written down, from its request to its end. */
export class RecycleBook {
  constructor(private readonly records: RecordStore) {}

  /** Opens one; the fault `conflict` names the one that is open already. */
  async begin(recycle: Recycle, fence?: Fence): Promise<HeldRecycle> {
    try {
      return held(await this.write([{ ...openRecord(recycle), expectedVersion: 0 }], fence));
    } catch (error) {
      if (!isFault(error, 'conflict')) throw error;
      throw alreadyRecycling(await this.find(recycle.workerId), recycle.workerId);
    }
  }

  /** `null` when somebody else wrote it meanwhile: look again. */
  async update({ version }: HeldRecycle, recycle: Recycle, fence?: Fence): Promise<HeldRecycle | null> {
    const over = recycle.status === 'done' || recycle.status === 'failed';
    const change: RecordChange = over
      ? { kind: 'delete', collection: OPEN, id: recycle.workerId, expectedVersion: version }
      : { ...openRecord(recycle), expectedVersion: version };
    try {
      const written = await this.write(over ? [change, overRecord(recycle)] : [change], fence);
      return over ? { recycle, version } : held(written);
    } catch (error) {
      if (isFault(error, 'conflict')) return null;
      throw error;
    }
  }

  /** Writes down one that ended before anybody saw it begin. */
  async note(recycle: Recycle, fence: Fence): Promise<void> {
    await this.write([overRecord(recycle)], fence);
  }

  async find(workerId: string): Promise<HeldRecycle | null> {
    const record = await this.records.get(OPEN, workerId);
    return record === null ? null : held(record);
  }

  /** True when this worker's recycle was written down as done. */
  async isOver(workerId: string): Promise<boolean> {
    return (await this.records.get(OVER, workerId)) !== null;
  }

  /** Under way, oldest first. */
  async open(queueName?: string): Promise<readonly HeldRecycle[]> {
    const subject = queueName === undefined ? {} : { subject: queueName };
    return (await this.records.query(OPEN, { limit: MOST_OPEN, ...subject })).map(held).reverse();
  }

  /** Over, newest first. */
  async over({ workerId, queueName, limit, before }: RecycleFilter): Promise<RecyclePage> {
    const subject = queueName === undefined ? {} : { subject: queueName };
    const found: StoredRecord[] = [];
    let from = before === undefined ? undefined : parsePlace(before);
    for (;;) {
      const page = await this.records.query(OVER, { limit: limit + 1, ...subject, ...(from && { before: from }) });
      found.push(...page.filter(({ value }) => workerId === undefined || (value as Recycle).workerId === workerId));
      const last = page.at(-1);
      if (last === undefined || page.length <= limit || found.length > limit) break;
      from = last;
    }
    const shown = found.slice(0, limit);
    const last = shown.at(-1);
    const next = found.length > limit && last !== undefined ? `${last.atMs}-${last.id}` : null;
    return { recycles: shown.map(({ value }) => value as Recycle), next };
  }

  async prune(nowMs: number): Promise<void> {
    await this.records.prune(OVER, nowMs - KEEP_MS);
  }

  private async write(changes: readonly RecordChange[], fence: Fence | undefined): Promise<StoredRecord | null> {
    const [written = null] = await this.records.write(changes, fence);
    return written;
  }
}

export function alreadyRecycling(open: HeldRecycle | null, workerId: string): Fault {
  const state = open?.recycle;
  const how = state === undefined ? '' : ` (${state.status}: ${state.message})`;
  return new Fault('conflict', `The worker ${workerId} is being recycled already${how}.`, {
    ...(state && { details: { status: state.status, reason: state.reason, message: state.message } }),
  });
}

function openRecord(recycle: Recycle) {
  const { workerId: id, queueName: subject, requestedAtMs: atMs } = recycle;
  return { kind: 'put', collection: OPEN, id, subject, atMs, value: recycle } as const;
}

/** A worker is recycled once, and is gone; that it failed to may happen again and again. */
function overRecord(recycle: Recycle): RecordChange {
  const { workerId, queueName: subject, requestedAtMs: atMs, status } = recycle;
  const id = status === 'done' ? workerId : `${workerId}:${atMs}`;
  return { kind: 'put', collection: OVER, id, subject, atMs, value: recycle };
}

function held(record: StoredRecord | null): HeldRecycle {
  if (record === null) throw new Fault('internal', 'The engine did not answer with the recycle that it took.');
  return { recycle: record.value as Recycle, version: record.version };
}

function parsePlace(text: string): { atMs: number; id: string } {
  const dash = text.indexOf('-');
  return { atMs: Number(text.slice(0, dash)), id: text.slice(dash + 1) };
}
