import { z } from 'zod';
import { eventTopics } from '../live.js';
import { alerts } from './alerts.js';
import { dashboardSummary, queuesHealth, systemHealth } from './health.js';
import { currentMemory, workerMemorySummary } from './memory.js';
import { amount, count, instant, MAX_ENTRIES, name, queryCount, text } from './primitives.js';

export const controlPlaneStatus = z.object({
  version: text,
  environment: text,
  engine: z.object({
    kind: text,
    address: text,
    healthy: z.boolean(),
    message: text.exactOptional(),
    warnings: z.array(text).exactOptional(),
  }),
  leader: text.exactOptional(),
  instanceId: text,
  instances: count,
  tickMs: amount,
});

const tick = {
  seq: count,
  epoch: count,
  timestamp: instant,
  status: controlPlaneStatus,
  dashboard: dashboardSummary,
  health: systemHealth,
  workers: workerMemorySummary,
  memory: currentMemory,
  alerts: alerts.exactOptional(),
};

export const liveSnapshot = z.object({ ...tick, queues: queuesHealth });
export const liveDelta = z.object({
  ...tick,
  previousSeq: count,
  changedQueues: queuesHealth,
  removedQueues: z.array(name).max(MAX_ENTRIES),
});

const publishedTopic = z.enum(['alerts', 'operations', 'workers', 'audit']);
const topicEvent = z.looseObject({ type: text });

export const liveEvent = z.discriminatedUnion('event', [
  z.object({ event: z.literal('snapshot'), data: liveSnapshot }),
  z.object({ event: z.literal('delta'), data: liveDelta }),
  z.object({ event: publishedTopic, data: topicEvent }),
  z.object({ event: z.enum(['ready', 'reset']), data: z.object({ topics: z.array(publishedTopic) }) }),
  z.object({ event: z.literal('dropped'), data: z.object({ reason: text }) }),
]);

const series = z.array(z.number().nullable()).max(5_000);

export const trends = z.object({
  since: instant,
  stepMs: amount,
  system: z.object({ waiting: series, jobsPerMinute: series, errorRate: series, memoryMB: series }),
  queues: z.record(name, z.object({ waiting: series })),
});

const DAYS_30_MS = 30 * 86_400_000;

export const trendsQuery = z.object({ rangeMs: queryCount(DAYS_30_MS).optional() });
export const eventsQuery = z.object({
  lastEventId: z.string().max(64).optional(),
  topics: z
    .string()
    .max(200)
    .transform((text) => text.split(','))
    .pipe(z.array(z.enum(eventTopics)))
    .optional(),
});
