import { z } from 'zod';
import {
  amount,
  count,
  instant,
  MAX_ENTRIES,
  MAX_HISTORY,
  name,
  noBody,
  none,
  noParams,
  noQuery,
  percent,
  queryCount,
  queryInstant,
  text,
} from './primitives.js';

/** Keeps the document below what the engine stores of one. */
const MAX_QUEUE_LIMITS = 1_000;

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

const limitMB = z.number().min(16).max(10_000_000);

export const updateMemoryConfigBody = z.strictObject({
  worker: z
    .strictObject({
      softLimit: limitMB.exactOptional(),
      hardLimit: limitMB.exactOptional(),
      warningThreshold: z.number().min(1).max(100).exactOptional(),
    })
    .exactOptional(),
  jobSpecific: z
    .record(name, limitMB.nullable())
    .refine((limits) => Object.keys(limits).length <= MAX_QUEUE_LIMITS, `at most ${MAX_QUEUE_LIMITS} queues`)
    .exactOptional(),
  recycling: z
    .strictObject({
      afterJobs: z.int().min(0).max(1_000_000_000).exactOptional(),
      afterHours: z.number().min(0).max(8_760).exactOptional(),
    })
    .exactOptional(),
});
export const updateMemoryConfigReply = z.object({ success: z.boolean(), config: memoryConfiguration });

export const workerRecycle = z.object({
  workerId: name,
  queueName: name,
  host: text,
  cause: z.enum(['command', 'soft_limit', 'hard_limit', 'jobs', 'age', 'growth', 'zombies']),
  reason: text,
  graceful: z.boolean(),
  status: z.enum(['requested', 'replacing', 'draining', 'done', 'failed']),
  message: text,
  requestedBy: text.exactOptional(),
  requestedAt: instant,
  updatedAt: instant,
  jobsHandedBack: count.exactOptional(),
});

export const recyclesQuery = z.object({
  workerId: name.exactOptional(),
  queueName: name.exactOptional(),
  limit: queryCount(500).exactOptional(),
  before: z
    .string()
    .regex(/^\d{1,16}-.{1,200}$/, 'must be the `next` of a page')
    .exactOptional(),
});

export const recycles = z.object({
  running: z.array(workerRecycle).max(MAX_ENTRIES),
  finished: z.array(workerRecycle).max(500),
  next: text.exactOptional(),
});

export const memoryHistoryQuery = z
  .object({
    workerId: name.exactOptional(),
    queueName: name.exactOptional(),
    limit: queryCount(MAX_HISTORY).exactOptional(),
    since: queryInstant.exactOptional(),
    until: queryInstant.exactOptional(),
  })
  .refine(({ workerId, queueName }) => workerId === undefined || queueName === undefined, {
    path: ['queueName'],
    message: 'name a worker or a queue, not both',
  })
  .refine(({ since, until }) => since === undefined || until === undefined || since < until, {
    path: ['since'],
    message: 'must be before until',
  });

export const memoryHistory = z.object({
  of: z.enum(['worker', 'queue', 'system']),
  workerId: name.exactOptional(),
  queueName: name.exactOptional(),
  stepMs: count,
  points: z
    .array(
      z.object({
        timestamp: instant,
        rssMB: amount,
        heapUsedMB: amount.exactOptional(),
        percentage: percent.exactOptional(),
        workers: amount.exactOptional(),
      }),
    )
    .max(MAX_HISTORY),
});

export const memoryRouteSchemas = {
  getWorkerMemory: { ...none, reply: workerMemorySummary },
  getCurrentMemory: { ...none, reply: currentMemory },
  getMemoryHistory: { params: noParams, query: memoryHistoryQuery, body: noBody, reply: memoryHistory },
  getMemoryConfig: { ...none, reply: memoryConfiguration },
  updateMemoryConfig: {
    params: noParams,
    query: noQuery,
    body: updateMemoryConfigBody,
    reply: updateMemoryConfigReply,
  },
  getRecycles: { params: noParams, query: recyclesQuery, body: noBody, reply: recycles },
  recycleWorker: {
    params: z.strictObject({ workerId: name }),
    query: noQuery,
    body: recycleWorkerBody,
    reply: recycleWorkerReply,
  },
};
