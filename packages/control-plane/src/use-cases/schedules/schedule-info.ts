import type { ScheduleInfo } from '@drover/contract';
import type { JobRow, Schedule } from '@drover/core';
import type { PausedSchedule } from './paused-schedules.js';
import { nextRuns } from './run-times.js';

/** Id of the job that BullMQ makes for a run. */
export function runId(scheduleId: string, dueAtMs: number): string {
  return `repeat:${scheduleId}:${dueAtMs}`;
}

export interface FoundRun {
  readonly dueAtMs: number;
  readonly row: JobRow;
}

/** As the API shows it: without payload, options and error texts, which may hold what some may not see. */
export function toInfo(
  found: Schedule | PausedSchedule,
  runs: readonly FoundRun[],
  nowMs: number,
  count: number,
): ScheduleInfo {
  const paused = 'schedule' in found ? found : null;
  const schedule = 'schedule' in found ? found.schedule : found;
  const { pattern, everyMs, tz, startAtMs, endAtMs, limit } = schedule;
  const nextAtMs = paused ? null : schedule.nextAtMs;
  return {
    queueName: schedule.queueName,
    scheduleId: schedule.scheduleId,
    jobName: schedule.jobName,
    ...(pattern !== null && { pattern }),
    ...(everyMs !== null && { everyMs }),
    ...(tz !== null && { tz }),
    ...(startAtMs !== null && { startAt: new Date(startAtMs) }),
    ...(endAtMs !== null && { endAt: new Date(endAtMs) }),
    ...(limit !== null && { limit }),
    runs: schedule.runs,
    paused: paused !== null,
    ...(paused && { pausedAt: new Date(paused.pausedAtMs), pausedBy: paused.pausedBy }),
    ...(nextAtMs !== null && { nextAt: new Date(nextAtMs) }),
    ...(nextAtMs !== null && nextAtMs < nowMs && { overdueMs: nowMs - nextAtMs }),
    nextRuns: nextRuns(schedule, nextAtMs, count).map((atMs) => new Date(atMs)),
    lastRuns: runs.map(({ dueAtMs, row }) => ({
      jobId: row.jobId,
      dueAt: new Date(dueAtMs),
      state: row.state,
      ...(row.startedAtMs !== null && { startedAt: new Date(row.startedAtMs) }),
      ...(row.finishedAtMs !== null && { finishedAt: new Date(row.finishedAtMs) }),
      ...(row.processedBy !== null && { workerId: row.processedBy }),
    })),
    dataBytes: Buffer.byteLength(schedule.data),
  };
}
