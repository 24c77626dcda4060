import { z } from 'zod';
import { memoryStats } from './memory.js';
import {
  amount,
  count,
  fieldNames,
  instant,
  MAX_ENTRIES,
  MAX_HISTORY,
  name,
  percent,
  queryCount,
  queryFlag,
  queryInstant,
  text,
} from './primitives.js';

export const queueStatus = z.enum(['healthy', 'warning', 'critical']);
export const alertSeverity = z.enum(['warning', 'critical']);
const timingSource = z.enum(['workers', 'sampled', 'none']);

export const systemHealth = z.object({
  timestamp: instant,
  healthy: z.boolean(),
  queues: z.object({
    totalQueues: count,
    healthyQueues: count,
    warningQueues: count,
    criticalQueues: count,
    totalWaiting: count,
    totalActive: count,
    totalFailed: count,
    activeAlerts: count,
    avgJobsPerMinute: amount,
    avgErrorRate: percent,
  }),
  workers: z.object({
    totalWorkers: count,
    totalJobsProcessed: count,
    averageMemoryUsage: amount,
    workersNeedingRecycle: count,
  }),
  memory: memoryStats,
});

export const dashboardSummary = z.object({
  totalQueues: count,
  healthyQueues: count,
  warningQueues: count,
  criticalQueues: count,
  totalWaiting: count,
  totalActive: count,
  totalFailed: count,
  activeAlerts: count,
  avgJobsPerMinute: amount,
  avgErrorRate: percent,
  timestamp: instant,
  totalDelayed: count.exactOptional(),
  pausedQueues: count.exactOptional(),
  oldestWaitingMs: amount.exactOptional(),
  unknown: fieldNames.exactOptional(),
});

export const queueMetrics = z.object({
  queueName: name,
  waiting: count,
  active: count,
  delayed: count,
  failed: count,
  completed: count,
  jobsPerMinute: amount,
  errorRate: percent,
  timeoutRate: percent,
  avgProcessingTimeMs: amount,
  p50ProcessingTimeMs: amount,
  p95ProcessingTimeMs: amount,
  p99ProcessingTimeMs: amount,
  oldestWaitingMs: amount,
  memoryUsageMB: amount,
  memoryPercentage: percent,
  timestamp: instant,
  unknown: fieldNames.exactOptional(),
  prioritized: count.exactOptional(),
  waitingChildren: count.exactOptional(),
  workers: count.exactOptional(),
  arrivalsPerMinute: amount.exactOptional(),
  completedTotal: count.exactOptional(),
  failedTotal: count.exactOptional(),
  timedOutTotal: count.exactOptional(),
  stalledTotal: count.exactOptional(),
  handedBackTotal: count.exactOptional(),
  p50WaitMs: amount.exactOptional(),
  p95WaitMs: amount.exactOptional(),
  p99WaitMs: amount.exactOptional(),
  timingSource: timingSource.exactOptional(),
});

export const healthIssue = z.object({
  kind: z.enum([
    'queue_depth',
    'oldest_waiting',
    'error_rate',
    'timeout_rate',
    'processing_time',
    'memory_usage',
    'mixed_priorities',
    'paused',
    'no_workers',
    'stalled',
    'crash_loop',
    'rate_limit',
    'schedule_missed',
    'unreadable',
  ]),
  severity: alertSeverity,
  message: text,
  value: z.number().exactOptional(),
  limit: z.number().exactOptional(),
});

export const queueHealth = z.object({
  queueName: name,
  healthy: z.boolean(),
  status: queueStatus,
  issues: z.array(text).max(100),
  metrics: queueMetrics,
  timestamp: instant,
  issueDetails: z.array(healthIssue).max(100).exactOptional(),
  paused: z.boolean().exactOptional(),
  watchedBy: z.enum(['drover', 'other']).exactOptional(),
  workers: z.object({ starting: count, ready: count, draining: count, desired: count.exactOptional() }).exactOptional(),
});
export const queuesHealth = z.array(queueHealth).max(MAX_ENTRIES);

export const queueMetricsReply = z.object({
  current: queueMetrics,
  history: z.array(queueMetrics).max(MAX_HISTORY).exactOptional(),
  stepMs: amount.exactOptional(),
});

const DAY_MS = 86_400_000;

export const queueMetricsQuery = z
  .object({
    history: queryFlag.optional(),
    historyLimit: queryCount(MAX_HISTORY).optional(),
    since: queryInstant.optional(),
    until: queryInstant.optional(),
    stepMs: queryCount(DAY_MS).optional(),
  })
  .refine(({ since, until }) => !since || !until || since < until, {
    path: ['since'],
    message: 'must be before until',
  });

export const executionStats = z.object({
  queueName: name,
  sampleCount: count,
  min: amount,
  max: amount,
  avg: amount,
  p50: amount,
  p95: amount,
  p99: amount,
  recentExecutions: z.array(amount).max(1_000),
  timingSource: timingSource.exactOptional(),
  windowMs: count.exactOptional(),
  unknown: fieldNames.exactOptional(),
  histogram: z
    .array(z.object({ fromMs: amount, toMs: amount, count }))
    .max(5_000)
    .exactOptional(),
  byName: z
    .record(z.string(), z.object({ completed: count, failed: count, timedOut: count, avgMs: amount }))
    .exactOptional(),
});
