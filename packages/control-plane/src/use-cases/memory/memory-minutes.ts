import type { MemorySample, RecordChange, RecordStore, StoredRecord, WorkerReport } from '@drover/core';

export const MINUTE_MS = 60_000;
export const HOUR_MS = 3_600_000;
/** Days of minutes are the queues' and the system's; a worker's say how it got where it is. */
export const KEEP_MINUTES_MS = 24 * HOUR_MS;

/** An hour of one worker, a mean per minute in whole MB; `null` where nothing was seen. About 600 bytes. */
interface StoredHour {
  readonly queueName: string;
  readonly rssMB: (number | null)[];
  readonly heapUsedMB: (number | null)[];
}

export interface MemoryMinute extends MemorySample {
  readonly heapUsedMB: number;
}

const COLLECTION = 'memory.minutes';
const MINUTES = 60;
const PAGE = 500;

/** Where the memory of each worker is kept, minute by minute. */
export class MemoryMinutes {
  constructor(private readonly records: RecordStore) {}

  /** The minutes of one worker, oldest first. */
  async of(workerId: string, sinceMs: number, untilMs: number): Promise<MemoryMinute[]> {
    const found = await this.records.query(COLLECTION, {
      subject: workerId,
      limit: 2 + KEEP_MINUTES_MS / HOUR_MS,
      sinceMs: hourOf(sinceMs),
      untilMs,
    });
    return [...found]
      .reverse()
      .flatMap(minutesOf)
      .filter(({ atMs }) => atMs >= sinceMs && atMs < untilMs);
  }

  /** The latest minutes of all workers, by worker: with what a new leader goes on. */
  async latest(sinceMs: number): Promise<Map<string, MemoryMinute[]>> {
    const byWorker = new Map<string, MemoryMinute[]>();
    let before: { atMs: number; id: string } | undefined;
    for (;;) {
      const range = { sinceMs: hourOf(sinceMs), ...(before && { before }) };
      const page = await this.records.query(COLLECTION, { limit: PAGE, ...range });
      for (const record of page) {
        const later = byWorker.get(record.subject) ?? [];
        byWorker.set(record.subject, [...minutesOf(record).filter(({ atMs }) => atMs >= sinceMs), ...later]);
      }
      before = page.at(-1);
      if (before === undefined || page.length < PAGE) return byWorker;
    }
  }

  /** The record of one worker's hour, from all of its minutes that are known. */
  hour(report: Pick<WorkerReport, 'workerId' | 'queueName'>, minutes: readonly MemoryMinute[], atMs: number) {
    const startMs = hourOf(atMs);
    const value: StoredHour = {
      queueName: report.queueName,
      rssMB: Array.from({ length: MINUTES }, () => null),
      heapUsedMB: Array.from({ length: MINUTES }, () => null),
    };
    for (const minute of minutes) {
      const index = Math.floor((minute.atMs - startMs) / MINUTE_MS);
      if (index < 0 || index >= MINUTES) continue;
      value.rssMB[index] = Math.round(minute.rssMB);
      value.heapUsedMB[index] = Math.round(minute.heapUsedMB);
    }
    const { workerId: subject } = report;
    const id = `${subject}@${startMs}`;
    return { kind: 'put', collection: COLLECTION, id, subject, atMs: startMs, value } as const satisfies RecordChange;
  }

  prune(nowMs: number): Promise<number> {
    return this.records.prune(COLLECTION, nowMs - KEEP_MINUTES_MS);
  }
}

function minutesOf({ atMs, value }: StoredRecord): MemoryMinute[] {
  const { rssMB, heapUsedMB } = value as StoredHour;
  return rssMB.flatMap((rss, index) =>
    rss === null ? [] : [{ atMs: atMs + index * MINUTE_MS, rssMB: rss, heapUsedMB: heapUsedMB[index] ?? 0 }],
  );
}

function hourOf(atMs: number): number {
  return Math.floor(atMs / HOUR_MS) * HOUR_MS;
}
