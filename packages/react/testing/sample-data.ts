import type { LiveDelta, LiveSnapshot, QueueHealthStatus, QueueMetrics } from '@drover/contract';

const base = Date.parse('2026-11-23T14:00:00Z');
export const at = (seconds: number) => new Date(base + seconds * 1_000);

export function sampleMetrics(queueName: string, seconds: number, changes: Partial<QueueMetrics> = {}): QueueMetrics {
  return {
    queueName,
    ...{ waiting: 5, active: 1, delayed: 0, failed: 0, completed: 10 },
    ...{ jobsPerMinute: 60, errorRate: 0, timeoutRate: 0 },
    ...{ avgProcessingTimeMs: 20, p50ProcessingTimeMs: 18, p95ProcessingTimeMs: 40, p99ProcessingTimeMs: 60 },
    ...{ oldestWaitingMs: 0, memoryUsageMB: 100, memoryPercentage: 10 },
    timestamp: at(seconds),
    ...changes,
  };
}

export function sampleQueue(
  queueName: string,
  seconds: number,
  changes: Partial<QueueMetrics> = {},
): QueueHealthStatus {
  return {
    queueName,
    healthy: true,
    status: 'healthy',
    issues: [],
    metrics: sampleMetrics(queueName, seconds, changes),
    timestamp: at(seconds),
  };
}

export function sampleSnapshot(seconds: number, queues: QueueHealthStatus[]): LiveSnapshot {
  const timestamp = at(seconds);
  const counts = { totalQueues: queues.length, healthyQueues: queues.length, warningQueues: 0, criticalQueues: 0 };
  const totals = { totalWaiting: seconds, totalActive: 1, totalFailed: 0, activeAlerts: 0 };
  const dashboard = { ...counts, ...totals, avgJobsPerMinute: 60, avgErrorRate: 0, timestamp };
  const stats = { heapUsed: 1, heapTotal: 2, external: 0, rss: 3, arrayBuffers: 0, percentage: 1, timestamp };
  const workers = { totalWorkers: 1, totalJobsProcessed: 9, averageMemoryUsage: 3, workersNeedingRecycle: 0 };
  return {
    seq: seconds,
    epoch: 1,
    timestamp,
    status: {
      version: '1',
      environment: 'test',
      engine: { kind: 'redis', address: 'localhost', healthy: true },
      instanceId: 'a',
      instances: 1,
      tickMs: 5_000,
    },
    dashboard,
    health: { timestamp, healthy: true, queues: dashboard, workers, memory: stats },
    queues,
    workers: { ...workers, workers: [] },
    memory: {
      stats,
      limits: { softLimitMB: 1, hardLimitMB: 2, warningThresholdPercent: 80 },
      status: { withinLimits: true, exceedsWarning: false, exceedsCritical: false },
    },
  };
}

export function sampleDelta(
  seconds: number,
  changedQueues: QueueHealthStatus[],
  removedQueues: string[] = [],
): LiveDelta {
  const { queues: _queues, ...parts } = sampleSnapshot(seconds, changedQueues);
  return { ...parts, previousSeq: seconds - 1, changedQueues, removedQueues };
}
