import type {
  ControlPlaneStatus,
  ExecutionStatsResponse,
  LiveSnapshot,
  MemoryStats,
  QueueHealthStatus,
  TrendsResponse,
} from '@drover/contract';
import type { PublishedTick } from '../../monitor/checkpoint.js';
import type { HistoryRange, QueueHistory, Reads } from '../../use-cases/reads.js';

export const firstTick = new Date('2026-05-04T10:00:00Z');

export function queueHealth(queueName: string, waiting = 0, timestamp = firstTick): QueueHealthStatus {
  return {
    queueName,
    healthy: true,
    status: 'healthy',
    issues: [],
    timestamp,
    metrics: {
      queueName,
      waiting,
      active: 1,
      delayed: 0,
      failed: 0,
      completed: 10,
      jobsPerMinute: 12.5,
      errorRate: 0,
      timeoutRate: 0,
      avgProcessingTimeMs: 20,
      p50ProcessingTimeMs: 18,
      p95ProcessingTimeMs: 40,
      p99ProcessingTimeMs: 60,
      oldestWaitingMs: 0,
      memoryUsageMB: 80,
      memoryPercentage: 16,
      timestamp,
    },
  };
}

export interface SnapshotWish {
  readonly seq?: number;
  readonly epoch?: number;
  readonly timestamp?: Date;
  readonly queues?: QueueHealthStatus[];
}

export function liveSnapshot(wish: SnapshotWish = {}): LiveSnapshot {
  const { seq = 1, epoch = 1, timestamp = firstTick, queues = [queueHealth('email-sending')] } = wish;
  const stats: MemoryStats = {
    heapUsed: 40,
    heapTotal: 60,
    external: 2,
    rss: 80,
    arrayBuffers: 1,
    percentage: 16,
    timestamp,
  };
  const totals = {
    totalQueues: queues.length,
    healthyQueues: queues.length,
    warningQueues: 0,
    criticalQueues: 0,
    totalWaiting: queues.reduce((sum, { metrics }) => sum + metrics.waiting, 0),
    totalActive: queues.length,
    totalFailed: 0,
    activeAlerts: 0,
    avgJobsPerMinute: 12.5,
    avgErrorRate: 0,
  };
  const summary = { totalWorkers: 1, totalJobsProcessed: 10, averageMemoryUsage: 80, workersNeedingRecycle: 0 };
  return {
    seq,
    epoch,
    timestamp,
    status: controlPlaneStatus(),
    dashboard: { ...totals, timestamp },
    health: { timestamp, healthy: true, queues: totals, workers: summary, memory: stats },
    queues,
    workers: {
      ...summary,
      workers: [
        {
          workerId: 'w1',
          queueName: 'email-sending',
          jobsProcessed: 10,
          startTime: firstTick,
          lastMemoryCheck: stats,
          shouldRecycle: false,
        },
      ],
    },
    memory: {
      stats,
      limits: { softLimitMB: 384, hardLimitMB: 512, warningThresholdPercent: 80 },
      status: { withinLimits: true, exceedsWarning: false, exceedsCritical: false },
    },
  };
}

function controlPlaneStatus(healthy = true): ControlPlaneStatus {
  return {
    version: '0.1.0',
    environment: 'test',
    engine: {
      kind: 'redis',
      address: 'redis://127.0.0.1',
      healthy,
      ...(!healthy && { message: 'connection refused' }),
    },
    leader: 'host-1',
    instanceId: 'host-1',
    instances: 1,
    tickMs: 5_000,
  };
}

/** Reads whose snapshots a test publishes; counts what the engine would have been asked. */
export class FakeReads implements Reads {
  #snapshot: LiveSnapshot | null = liveSnapshot();
  readonly #listeners = new Set<(snapshot: LiveSnapshot) => void>();
  engineHealthy = true;
  engineCalls = 0;
  failure: Error | null = null;
  readonly ranges: HistoryRange[] = [];
  /** What counts beside the snapshot. */
  counters: Omit<PublishedTick, 'snapshot'> = { ledger: { atMs: 0, workers: {} }, totals: {} };

  publish(snapshot: LiveSnapshot | null): void {
    this.#snapshot = snapshot;
    if (snapshot) for (const listener of this.#listeners) listener(snapshot);
  }

  current = () => this.#snapshot;
  subscribe = (listener: (snapshot: LiveSnapshot) => void) => {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };
  status = () => controlPlaneStatus(this.engineHealthy);
  published = () => this.#snapshot && { snapshot: this.#snapshot, ...this.counters };

  async history(queueName: string, range: HistoryRange): Promise<QueueHistory> {
    this.#called();
    this.ranges.push(range);
    return { stepMs: 10_000, entries: [queueHealth(queueName, 3).metrics] };
  }

  async executionStats(queueName: string): Promise<ExecutionStatsResponse> {
    this.#called();
    const figures = { sampleCount: 2, min: 1, max: 3, avg: 2, p50: 2, p95: 3, p99: 3 };
    return { queueName, ...figures, recentExecutions: [1, 3] };
  }

  async trends(rangeMs: number): Promise<TrendsResponse> {
    this.#called();
    const system = { waiting: [1, null], jobsPerMinute: [2, 3], errorRate: [0, 0], memoryMB: [80, 80] };
    return { since: firstTick, stepMs: rangeMs / 2, system, queues: { 'email-sending': { waiting: [1, null] } } };
  }

  #called(): void {
    this.engineCalls += 1;
    if (this.failure) throw this.failure;
  }
}
