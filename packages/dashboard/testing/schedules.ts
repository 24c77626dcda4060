import type { ScheduleInfo } from '@drover/contract';
import { at } from './queues';

/** A nightly schedule of New York that is on time. */
export function schedule(scheduleId: string, changes: Partial<ScheduleInfo> = {}): ScheduleInfo {
  return {
    queueName: 'reports',
    scheduleId,
    jobName: 'daily',
    pattern: '0 3 * * *',
    tz: 'America/New_York',
    runs: 12,
    paused: false,
    nextAt: at(3_600),
    nextRuns: [at(3_600), at(3_600 + 86_400)],
    lastRuns: [
      { jobId: 'r-2', dueAt: at(-86_400), startedAt: at(-86_399), finishedAt: at(-86_300), state: 'failed' },
      { jobId: 'r-1', dueAt: at(-172_800), startedAt: at(-172_800), finishedAt: at(-172_700), state: 'completed' },
    ],
    dataBytes: 20,
    ...changes,
  };
}
