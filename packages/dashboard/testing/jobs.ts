import type { JobDetail, JobSummary } from '@drover/contract';
import { at } from './queues';

/** A job that failed twice of three times, a minute ago. */
export function job(jobId: string, changes: Partial<JobSummary> = {}): JobSummary {
  return {
    queueName: 'mail',
    jobId,
    name: 'send',
    state: 'failed',
    priority: 0,
    attemptsMade: 2,
    maxAttempts: 3,
    addedAt: at(-120),
    startedAt: at(-62),
    finishedAt: at(-60),
    error: 'connect ECONNREFUSED',
    processedBy: 'mail-1',
    dataBytes: 12,
    resultBytes: 0,
    ...changes,
  };
}

const nothing = { bytes: 0, cut: false };

export function jobDetail(jobId: string, changes: Partial<JobDetail> = {}): JobDetail {
  return {
    ...job(jobId),
    data: { value: { to: 'ada' }, bytes: 12, cut: false },
    options: { value: { attempts: 3 }, bytes: 14, cut: false },
    result: nothing,
    progress: nothing,
    attempts: [
      { attempt: 1, error: 'Error: first', stack: 'Error: first\n    at one' },
      { attempt: 2, error: 'Error: second', stack: 'Error: second\n    at two' },
    ],
    timeline: [{ kind: 'added', at: at(-120) }],
    stalledCount: 0,
    logCount: 0,
    children: { pending: 0, processed: 0, ignored: 0, failed: 0 },
    redacted: false,
    ...changes,
  };
}
