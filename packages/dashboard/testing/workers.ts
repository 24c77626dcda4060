import type { MemoryConfiguration, WorkerMemoryState, WorkerRecycle } from '@drover/contract';
import { at } from './queues';

interface WorkerChanges extends Partial<Omit<WorkerMemoryState, 'lastMemoryCheck'>> {
  rss?: number;
  /** RSS of the hard limit. */
  percentage?: number;
}

/** A ready worker at 100 MB of 1,000. */
export function worker(
  workerId: string,
  { rss = 100, percentage = rss / 10, ...rest }: WorkerChanges = {},
): WorkerMemoryState {
  return {
    workerId,
    queueName: 'mail',
    jobsProcessed: 10,
    startTime: at(-3_600),
    lastMemoryCheck: { heapUsed: 50, heapTotal: 60, external: 1, rss, arrayBuffers: 0, percentage, timestamp: at(0) },
    shouldRecycle: false,
    host: 'node-a',
    pid: 100,
    state: 'ready',
    active: 1,
    concurrency: 4,
    cpuPercent: 10,
    reportedAt: at(0),
    ...rest,
  };
}

export const memoryConfig: MemoryConfiguration = {
  worker: { softLimit: 700, hardLimit: 1_000, warningThreshold: 80 },
  jobSpecific: { assets: 400 },
  recycling: { afterJobs: 0, afterHours: 0 },
};

export function recycle(workerId: string, changes: Partial<WorkerRecycle> = {}): WorkerRecycle {
  return {
    workerId,
    queueName: 'mail',
    host: 'node-a',
    cause: 'command',
    reason: 'new certificates',
    graceful: true,
    status: 'draining',
    message: 'It finishes 2 jobs',
    requestedBy: 'user:ada',
    requestedAt: at(-20),
    updatedAt: at(-5),
    ...changes,
  };
}
