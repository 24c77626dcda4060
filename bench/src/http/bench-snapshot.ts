import type { LiveSnapshot, QueueHealthStatus } from '@drover/contract';

/** A snapshot as a busy system of that many queues has it: numbers that differ, one queue in ten in trouble. */
export function benchSnapshot(seq: number, queueCount: number, changed: number): LiveSnapshot {
  const timestamp = new Date(1_790_000_000_000 + seq * 5_000);
  const queues = Array.from({ length: queueCount }, (_, index) => queueOf(index, index < changed ? seq : 0, timestamp));
  const stats = {
    heapUsed: 41.2,
    heapTotal: 60.1,
    external: 2.3,
    rss: 88.4,
    arrayBuffers: 0.4,
    percentage: 17.2,
    timestamp,
  };
  const totals = {
    totalQueues: queueCount,
    healthyQueues: queueCount * 0.9,
    warningQueues: queueCount * 0.1,
    criticalQueues: 0,
    totalWaiting: 12_345,
    totalActive: 678,
    totalFailed: 90,
    activeAlerts: 3,
    avgJobsPerMinute: 4_321.5,
    avgErrorRate: 0.42,
  };
  const workers = { totalWorkers: 7, totalJobsProcessed: 98_765, averageMemoryUsage: 88.4, workersNeedingRecycle: 0 };
  return {
    seq,
    epoch: 1,
    timestamp,
    status: {
      version: '0.1.0',
      environment: 'bench',
      engine: { kind: 'redis', address: 'redis://127.0.0.1', healthy: true },
      instanceId: 'bench',
      instances: 1,
      tickMs: 5_000,
    },
    dashboard: { ...totals, timestamp },
    health: { timestamp, healthy: true, queues: totals, workers, memory: stats },
    queues,
    workers: { ...workers, workers: [] },
    memory: {
      stats,
      limits: { softLimitMB: 384, hardLimitMB: 512, warningThresholdPercent: 80 },
      status: { withinLimits: true, exceedsWarning: false, exceedsCritical: false },
    },
  };
}

function queueOf(index: number, seq: number, timestamp: Date): QueueHealthStatus {
  const queueName = `tenant-${index % 37}-queue-${index}`;
  const number = (salt: number) => ((index * 2_654_435_761 + seq * 40_503 + salt * 97) % 100_000) / 100;
  const inTrouble = index % 10 === 0;
  return {
    queueName,
    healthy: !inTrouble,
    status: inTrouble ? 'warning' : 'healthy',
    issues: inTrouble ? [`${Math.round(number(1))} jobs wait, more than the 100 it should have at most`] : [],
    timestamp,
    watchedBy: 'drover',
    paused: false,
    workers: { starting: 0, ready: 2, draining: 0, desired: 2 },
    metrics: {
      queueName,
      waiting: Math.round(number(2)),
      active: Math.round(number(3)) % 10,
      delayed: Math.round(number(4)),
      failed: Math.round(number(5)) % 50,
      completed: Math.round(number(6)),
      jobsPerMinute: number(7),
      errorRate: number(8) / 100,
      timeoutRate: 0,
      avgProcessingTimeMs: number(9),
      p50ProcessingTimeMs: number(10),
      p95ProcessingTimeMs: number(11),
      p99ProcessingTimeMs: number(12),
      oldestWaitingMs: number(13) * 10,
      memoryUsageMB: number(14),
      memoryPercentage: number(15) / 10,
      timestamp,
      workers: 2,
      arrivalsPerMinute: number(16),
      p50WaitMs: number(17),
      p95WaitMs: number(18),
      p99WaitMs: number(19),
      timingSource: 'workers',
    },
  };
}
