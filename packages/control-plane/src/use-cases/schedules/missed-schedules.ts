import type { Engine, JobRow, MissedSchedule, Schedule } from '@drover/core';
import { nextRuns } from './run-times.js';
import { runId } from './schedule-info.js';

/** A run that is late by less has a busy worker, or a clock that is a little off. */
export const MISSED_AFTER_MS = 60_000;
const LOOK_EVERY_MS = 15_000;
/** Of one queue, those that came due first. */
const LOOK_PER_QUEUE = 200;

export interface MissedSchedulesOptions {
  readonly engine: Pick<Engine, 'schedules' | 'jobs'>;
  /** A look failed: what is missed is not known until the next. */
  readonly onError: (error: unknown) => void;
}

/** By queue; a queue that is not in it has missed none. */
export type MissedByQueue = ReadonlyMap<string, readonly MissedSchedule[]>;

/** Schedules whose run came due and was not taken, looked for every 15 seconds. */
export class MissedSchedules {
  readonly #options: MissedSchedulesOptions;
  #lookedAtMs = Number.NEGATIVE_INFINITY;
  #seen: MissedByQueue | null = null;

  constructor(options: MissedSchedulesOptions) {
    this.#options = options;
  }

  /** Never rejects: `null` is unknown. */
  async read(queueNames: readonly string[], nowMs: number): Promise<MissedByQueue | null> {
    // Also when the clock went back.
    if (Math.abs(nowMs - this.#lookedAtMs) < LOOK_EVERY_MS) return this.#seen;
    this.#lookedAtMs = nowMs;
    try {
      this.#seen = await this.#look(queueNames, nowMs);
    } catch (error) {
      this.#seen = null;
      this.#options.onError(error);
    }
    return this.#seen;
  }

  async #look(queueNames: readonly string[], nowMs: number): Promise<MissedByQueue> {
    const { schedules, jobs } = this.#options.engine;
    const beforeMs = nowMs - MISSED_AFTER_MS;
    const missed = new Map<string, readonly MissedSchedule[]>();
    for (const { queueName } of await schedules.overdue(queueNames, beforeMs)) {
      const listed = await schedules.list(queueName, LOOK_PER_QUEUE);
      const due = listed.flatMap((schedule) => {
        const { nextAtMs } = schedule;
        return nextAtMs !== null && nextAtMs < beforeMs ? [{ schedule, nextAtMs }] : [];
      });
      const runs = due.map(({ schedule, nextAtMs }) => ({ queueName, jobId: runId(schedule.scheduleId, nextAtMs) }));
      const rows = runs.length === 0 ? [] : await jobs.find(runs);
      const late = due.filter(({ schedule, nextAtMs }, index) => isMissed(schedule, nextAtMs, rows[index] ?? null));
      if (late.length === 0) continue;
      missed.set(
        queueName,
        late.map(({ schedule: { scheduleId }, nextAtMs }) => ({ scheduleId, overdueMs: nowMs - nextAtMs })),
      );
    }
    return missed;
  }
}

function isMissed(schedule: Schedule, nextAtMs: number, run: JobRow | null): boolean {
  if (run?.state === 'active') return false;
  if (run?.state === 'waiting' || run?.state === 'delayed') return true;
  // Its last run is over. BullMQ keeps a schedule that has ended as it was, for ever.
  const { limit, runs } = schedule;
  if (limit !== null && runs >= limit) return false;
  // Otherwise nobody will make its next run: the one made in advance was removed, or failed before it began.
  return nextRuns(schedule, nextAtMs, 2).length > 1;
}
