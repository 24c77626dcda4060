import type { LimiterStanding, RecordChange, RecordStore, StoredRecord } from '@drover/core';

export const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const KEEP_MS = 30 * 24 * HOUR_MS;
const COLLECTION = 'limiter.minutes';
/** What one query reads at most: ten days of hours; longer ranges take several. */
const PAGE = 240;

export interface LimiterMinute {
  readonly atMs: number;
  readonly allowed: number;
  readonly delayed: number;
  readonly delayedMs: number;
  readonly waiting: number;
}

export type LimiterTotals = Pick<LimiterStanding, 'allowed' | 'delayed' | 'delayedMs'>;

/** An hour of one limiter. About 1.5 KB when every minute has something. */
interface StoredHour {
  /** Minute of the hour, weight allowed, requests delayed, their ms, most waiting. */
  readonly minutes: readonly (readonly [number, number, number, number, number])[];
  /** The cumulative counters at its last minute: where the next leader goes on. */
  readonly totals: LimiterTotals;
}

/** Where it is kept what limiters let through, minute by minute, for 30 days. */
export class LimiterMinutes {
  constructor(private readonly records: RecordStore) {}

  /** Oldest first; a minute in which nothing happened is absent. */
  async of(limiterName: string, sinceMs: number, untilMs: number): Promise<readonly LimiterMinute[]> {
    const range = { subject: limiterName, sinceMs: hourOf(sinceMs), untilMs, limit: PAGE };
    const found: StoredRecord[] = [];
    for (;;) {
      const before = found.at(-1);
      const page = await this.records.query(COLLECTION, { ...range, ...(before && { before }) });
      found.push(...page);
      if (page.length < PAGE) break;
    }
    return found
      .reverse()
      .flatMap(minutesOf)
      .filter(({ atMs }) => atMs >= sinceMs && atMs < untilMs);
  }

  /** The latest hour that was kept. */
  async latest(limiterName: string): Promise<{ minutes: readonly LimiterMinute[]; totals: LimiterTotals } | null> {
    const [record] = await this.records.query(COLLECTION, { subject: limiterName, limit: 1 });
    if (record === undefined) return null;
    return { minutes: minutesOf(record), totals: (record.value as StoredHour).totals };
  }

  /** The record of a minute's hour, from all of its minutes that are known. */
  hour(limiterName: string, minutes: readonly LimiterMinute[], atMs: number, totals: LimiterTotals): RecordChange {
    const startMs = hourOf(atMs);
    const value: StoredHour = {
      minutes: minutes
        .filter((minute) => hourOf(minute.atMs) === startMs)
        .map(({ atMs: minuteMs, allowed, delayed, delayedMs, waiting }) => [
          Math.floor((minuteMs - startMs) / MINUTE_MS),
          allowed,
          delayed,
          delayedMs,
          waiting,
        ]),
      totals: { allowed: totals.allowed, delayed: totals.delayed, delayedMs: totals.delayedMs },
    };
    const id = `${startMs}@${limiterName}`;
    return { kind: 'put', collection: COLLECTION, id, subject: limiterName, atMs: startMs, value };
  }

  prune(nowMs: number): Promise<number> {
    return this.records.prune(COLLECTION, nowMs - KEEP_MS);
  }
}

function minutesOf({ atMs, value }: StoredRecord): readonly LimiterMinute[] {
  return (value as StoredHour).minutes.map(([minute, allowed, delayed, delayedMs, waiting]) => ({
    atMs: atMs + minute * MINUTE_MS,
    allowed,
    delayed,
    delayedMs,
    waiting,
  }));
}

function hourOf(atMs: number): number {
  return Math.floor(atMs / HOUR_MS) * HOUR_MS;
}
