import { z } from 'zod';
import { amount, count, instant, MAX_ENTRIES, name, none, noQuery, percent, text } from './primitives.js';

export const memoryStats = z.object({
  heapUsed: amount,
  heapTotal: amount,
  external: amount,
  rss: amount,
  arrayBuffers: amount,
  percentage: percent,
  timestamp: instant,
});

export const workerMemoryState = z.object({
  workerId: name,
  queueName: name,
  jobsProcessed: count,
  startTime: instant,
  lastMemoryCheck: memoryStats,
  shouldRecycle: z.boolean(),
  recycleReason: text.exactOptional(),
  host: text.exactOptional(),
  pid: count.exactOptional(),
  state: z.enum(['starting', 'ready', 'draining', 'stopped']).exactOptional(),
  active: count.exactOptional(),
  concurrency: count.exactOptional(),
  cpuPercent: percent.exactOptional(),
  eventLoopDelayMs: amount.exactOptional(),
  reportedAt: instant.exactOptional(),
  version: text.exactOptional(),
});

export const workerMemorySummary = z.object({
  totalWorkers: count,
  totalJobsProcessed: count,
  averageMemoryUsage: amount,
  workersNeedingRecycle: count,
  workers: z.array(workerMemoryState).max(MAX_ENTRIES),
});

export const currentMemory = z.object({
  stats: memoryStats,
  limits: z.object({ softLimitMB: amount, hardLimitMB: amount, warningThresholdPercent: percent }),
  status: z.object({ withinLimits: z.boolean(), exceedsWarning: z.boolean(), exceedsCritical: z.boolean() }),
  hosts: z
    .array(
      z.object({
        host: text,
        workers: count,
        rssMB: amount,
        totalMemoryMB: amount.exactOptional(),
        freeMemoryMB: amount.exactOptional(),
      }),
    )
    .max(MAX_ENTRIES)
    .exactOptional(),
});

export const memoryConfiguration = z.object({
  worker: z.object({ softLimit: amount, hardLimit: amount, warningThreshold: percent }),
  jobSpecific: z.record(name, amount),
  recycling: z.object({ afterJobs: count, afterHours: amount }),
});

export const recycleWorkerBody = z.strictObject({
  reason: z.string().trim().min(1).max(500),
  graceful: z.boolean().optional(),
});

export const recycleWorkerReply = z.object({
  success: z.boolean(),
  workerId: name,
  queueName: name,
  status: z.enum(['recycling', 'failed']),
  message: text,
});

export const memoryRouteSchemas = {
  getWorkerMemory: { ...none, reply: workerMemorySummary },
  getCurrentMemory: { ...none, reply: currentMemory },
  getMemoryConfig: { ...none, reply: memoryConfiguration },
  recycleWorker: {
    params: z.strictObject({ workerId: name }),
    query: noQuery,
    body: recycleWorkerBody,
    reply: recycleWorkerReply,
  },
};
