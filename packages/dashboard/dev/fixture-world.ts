import type {
  Alert,
  ControlPlaneStatus,
  CurrentMemoryResponse,
  DashboardSummaryResponse,
  ExecutionStatsResponse,
  LiveDelta,
  LiveSnapshot,
  QueueHealthStatus,
  QueueMetrics,
  QueueSystemHealthResponse,
  TrendsResponse,
  WorkerMemoryState,
  WorkerMemorySummary,
} from '@drover/contract';
import { type Shape, shapes } from './fixture-shapes.js';

/** A made-up system for looking at the screens without an engine. Never part of the product. */

const hosts = ['node-a', 'node-b'];
const startedAt = Date.now();

export class FixtureWorld {
  readonly #shapes: readonly Shape[];
  seq = 1;
  engineHealthy = true;

  constructor(queues: number) {
    this.#shapes = Array.from({ length: queues }, (_unused, index) => {
      const shape = shapes[index % shapes.length] as Shape;
      if (index < shapes.length) return shape;
      const quiet = index % 12 > 1 || index % 5 !== 0;
      const name = `${shape.name}-${Math.floor(index / shapes.length)
        .toString()
        .padStart(2, '0')}`;
      if (!quiet) return { ...shape, name };
      const { issues: _issues, ...rest } = shape;
      return { ...rest, name, waiting: shape.waiting % 100, oldest: shape.oldest % 9_000, errors: 0.1, timeouts: 0 };
    });
  }

  snapshot(): LiveSnapshot {
    const queues = this.#shapes.map((shape, index) => this.#queue(shape, index));
    return { ...this.#parts(queues), queues };
  }

  /** One alert for each issue of health. */
  alerts(): Alert[] {
    const { queues, timestamp } = this.snapshot();
    return queues.flatMap(({ queueName, issueDetails = [] }) =>
      issueDetails.map(({ severity, message, value = 1, limit = 1 }, index) => ({
        id: `${queueName}-${index}`,
        ...{ severity, queueName, message, value, threshold: limit, acknowledged: index > 0 },
        ...{ type: 'queue_depth' as const, timestamp: new Date(timestamp.getTime() - (index + 4) * 150_000) },
      })),
    );
  }

  /** The next tick: some queues change. */
  delta(): LiveDelta {
    const previousSeq = this.seq;
    this.seq += 1;
    const queues = this.#shapes.map((shape, index) => this.#queue(shape, index));
    const changedQueues = queues.filter((_, index) => (index + this.seq) % 3 === 0 || queues.length < 20);
    return { ...this.#parts(queues), previousSeq, changedQueues, removedQueues: [] };
  }

  metrics(queueName: string, fromMs: number, toMs: number, stepMs: number): QueueMetrics[] {
    const shape = this.#shapes.find(({ name }) => name === queueName);
    if (!shape) return [];
    const first = Math.ceil(fromMs / stepMs) * stepMs;
    const count = Math.max(0, Math.floor((toMs - first) / stepMs));
    return Array.from({ length: count }, (_, index) => first + index * stepMs)
      .filter((ms) => !isGap(ms, fromMs, toMs))
      .map((ms) => metricsAt(shape, ms, (ms - fromMs) / (toMs - fromMs)));
  }

  current(queueName: string): QueueMetrics | undefined {
    const shape = this.#shapes.find(({ name }) => name === queueName);
    return shape && metricsAt(shape, Date.now(), 1);
  }

  trends(rangeMs: number): TrendsResponse {
    const points = 60;
    const instants = Array.from({ length: points }, (_, index) => Date.now() - rangeMs + (index * rangeMs) / points);
    const rows = this.#shapes.map((shape) => instants.map((ms, index) => metricsAt(shape, ms, index / points)));
    const total = (pick: (metrics: QueueMetrics) => number) =>
      instants.map((_, index) => rows.reduce((sum, row) => sum + pick(row[index] as QueueMetrics), 0));
    const rates = total(({ jobsPerMinute }) => jobsPerMinute);
    const failures = total(({ jobsPerMinute, errorRate }) => jobsPerMinute * errorRate);
    return {
      since: new Date(instants[0] ?? 0),
      stepMs: rangeMs / points,
      system: {
        waiting: total(({ waiting }) => waiting),
        jobsPerMinute: rates,
        errorRate: failures.map((sum, index) => sum / Math.max(1, rates[index] ?? 1)),
        memoryMB: total(({ memoryUsageMB }) => memoryUsageMB * 1.2),
      },
      queues: Object.fromEntries(
        this.#shapes.map(({ name }, at) => [name, { waiting: (rows[at] ?? []).map(({ waiting }) => waiting) }]),
      ),
    };
  }

  executionStats(queueName: string): ExecutionStatsResponse | undefined {
    const shape = this.#shapes.find(({ name }) => name === queueName);
    if (!shape) return undefined;
    const p50 = shape.p95 / 3;
    const recentExecutions = Array.from({ length: shape.p95 === 0 ? 0 : 100 }, (_, index) =>
      Math.round(p50 * Math.exp(noise(queueName, index * 977) * 1.1)),
    );
    const histogram = Array.from({ length: shape.p95 === 0 ? 0 : 120 }, (_, index) => {
      const fromMs = (p50 / 6) * 1.04 ** index;
      const place = Math.log(fromMs / p50) / 0.66;
      return { fromMs, toMs: fromMs * 1.04, count: Math.round(90 * Math.exp(-(place ** 2) / 2)) };
    }).filter(({ count }) => count > 0);
    const sampleCount = histogram.reduce((sum, { count }) => sum + count, 0);
    return {
      queueName,
      sampleCount,
      min: Math.round(p50 / 6),
      max: Math.round(shape.p95 * 1.6),
      avg: p50 * 1.3,
      p50,
      p95: shape.p95,
      p99: shape.p95 * 1.3,
      recentExecutions,
      timingSource: shape.watchedBy === 'other' ? 'sampled' : 'workers',
      histogram,
    };
  }

  status(): ControlPlaneStatus {
    return {
      version: '0.1.0',
      environment: 'production',
      engine: {
        kind: 'postgres',
        address: '127.0.0.1:5432',
        healthy: this.engineHealthy,
        ...(!this.engineHealthy && { message: 'connection refused' }),
      },
      leader: 'drover-1',
      instanceId: 'drover-1',
      instances: 2,
      tickMs: 5_000,
    };
  }

  #queue(shape: Shape, index: number): QueueHealthStatus {
    const now = Date.now();
    const issueDetails = shape.issues ?? [];
    const critical = issueDetails.some(({ severity }) => severity === 'critical');
    const status = critical ? 'critical' : issueDetails.length > 0 ? 'warning' : 'healthy';
    const [ready, desired] = shape.workers;
    return {
      queueName: shape.name,
      healthy: status === 'healthy',
      status,
      issues: issueDetails.map(({ message }) => message),
      metrics: metricsAt(shape, now + index * 37, 1),
      timestamp: new Date(now),
      issueDetails,
      paused: shape.paused ?? false,
      watchedBy: shape.watchedBy ?? 'drover',
      workers: { starting: 0, ready, draining: 0, ...(shape.watchedBy !== 'other' && { desired }) },
    };
  }

  #parts(queues: readonly QueueHealthStatus[]) {
    const timestamp = new Date();
    const workers = this.#workers(timestamp);
    const count = (status: string) => queues.filter((queue) => queue.status === status).length;
    const total = (pick: (metrics: QueueMetrics) => number) =>
      queues.reduce((sum, { metrics }) => sum + pick(metrics), 0);
    const rate = total(({ jobsPerMinute }) => jobsPerMinute);
    const dashboard: DashboardSummaryResponse = {
      totalQueues: queues.length,
      healthyQueues: count('healthy'),
      warningQueues: count('warning'),
      criticalQueues: count('critical'),
      totalWaiting: total(({ waiting }) => waiting),
      totalActive: total(({ active }) => active),
      totalFailed: total(({ failed }) => failed),
      activeAlerts: queues.reduce((sum, { issues }) => sum + issues.length, 0),
      avgJobsPerMinute: rate,
      avgErrorRate: rate === 0 ? 0 : total(({ jobsPerMinute, errorRate }) => jobsPerMinute * errorRate) / rate,
      oldestWaitingMs: Math.max(0, ...queues.map(({ metrics }) => metrics.oldestWaitingMs)),
      timestamp,
    };
    const memory = this.#memory(workers, timestamp);
    const health: QueueSystemHealthResponse = {
      timestamp,
      healthy: dashboard.criticalQueues === 0,
      queues: dashboard,
      workers,
      memory: memory.stats,
    };
    return { seq: this.seq, epoch: 1, timestamp, status: this.status(), dashboard, health, workers, memory };
  }

  #workers(timestamp: Date): WorkerMemorySummary {
    const workers = this.#shapes.flatMap((shape, at) =>
      Array.from({ length: shape.workers[0] }, (_, index): WorkerMemoryState => {
        const wobble = noise(shape.name, timestamp.getTime() / 60_000 + index);
        const rss = 260 + index * 90 + wobble * 60 + (shape.name === 'asset-processing' ? 380 : 0);
        return {
          workerId: `${shape.name}-${(at * 7919 + index * 104_729).toString(16).slice(-4).padStart(4, '0')}`,
          queueName: shape.name,
          jobsProcessed: Math.round(shape.rate * 60 + index * 811),
          startTime: new Date(startedAt - (index + 1) * 4_100_000),
          lastMemoryCheck: {
            ...{ heapUsed: rss * 0.5, heapTotal: rss * 0.6, external: 12, rss, arrayBuffers: 6 },
            percentage: (rss / 1_024) * 100,
            timestamp,
          },
          shouldRecycle: rss > 920,
          ...(rss > 920 && { recycleReason: 'Above 90 % of the hard limit' }),
          host: hosts[index % 2] as string,
          pid: 4_000 + at * 10 + index,
          state: index === 4 ? 'starting' : 'ready',
          active: Math.min(shape.concurrency, Math.ceil(shape.active / Math.max(1, shape.workers[0]))),
          concurrency: shape.concurrency,
          cpuPercent: 12 + 30 * Math.abs(wobble),
          eventLoopDelayMs: 2 + 6 * Math.abs(wobble),
          reportedAt: timestamp,
          version: '0.1.0',
        };
      }),
    );
    const sum = workers.reduce((total, { lastMemoryCheck }) => total + lastMemoryCheck.rss, 0);
    return {
      totalWorkers: workers.length,
      totalJobsProcessed: workers.reduce((total, { jobsProcessed }) => total + jobsProcessed, 0),
      averageMemoryUsage: workers.length === 0 ? 0 : sum / workers.length,
      workersNeedingRecycle: workers.filter(({ shouldRecycle }) => shouldRecycle).length,
      workers,
    };
  }

  #memory({ workers }: WorkerMemorySummary, timestamp: Date): CurrentMemoryResponse {
    const rss = workers.reduce((total, { lastMemoryCheck }) => total + lastMemoryCheck.rss, 0);
    const [softLimitMB, hardLimitMB] = [workers.length * 512, workers.length * 1_024];
    return {
      stats: {
        ...{ heapUsed: rss * 0.5, heapTotal: rss * 0.6, external: 100, rss, arrayBuffers: 60 },
        percentage: hardLimitMB === 0 ? 0 : (rss / hardLimitMB) * 100,
        timestamp,
      },
      limits: { softLimitMB, hardLimitMB, warningThresholdPercent: 80 },
      status: { withinLimits: true, exceedsWarning: rss > softLimitMB * 0.8, exceedsCritical: rss > hardLimitMB * 0.9 },
      hosts: hosts.map((host, at) => {
        const own = workers.filter((worker) => worker.host === host);
        const rssMB = own.reduce((total, { lastMemoryCheck }) => total + lastMemoryCheck.rss, 0);
        return { host, workers: own.length, rssMB, totalMemoryMB: 16_384, freeMemoryMB: 4_200 + at * 1_900 };
      }),
    };
  }
}

/** One value of a queue at an instant; `place` runs from 0 to 1 over the range, for what grows. */
function metricsAt(shape: Shape, ms: number, place: number): QueueMetrics {
  const wobble = (salt: number, share: number) => 1 + share * noise(shape.name, ms / 30_000 + salt);
  const grows = shape.waiting > 1_000 ? 0.15 + 0.85 * place ** 3 : 1;
  const worse = shape.errors > 2 ? 0.1 + 0.9 * Math.min(1, place * 1.4) ** 2 : 1;
  const rate = shape.rate * wobble(1, 0.12);
  const sampled = shape.watchedBy === 'other';
  return {
    queueName: shape.name,
    waiting: Math.round(shape.waiting * grows * wobble(2, 0.05)),
    active: Math.round(shape.active * wobble(13, 0.3)),
    delayed: shape.waiting % 13,
    failed: shape.failed,
    completed: 1_000,
    jobsPerMinute: rate,
    errorRate: shape.errors * worse * wobble(3, 0.1),
    timeoutRate: sampled ? 0 : shape.timeouts * worse * wobble(4, 0.1),
    avgProcessingTimeMs: shape.p95 / 2.4,
    p50ProcessingTimeMs: (shape.p95 / 3) * worse * wobble(5, 0.05),
    p95ProcessingTimeMs: shape.p95 * (0.4 + 0.6 * worse) * wobble(6, 0.04),
    p99ProcessingTimeMs: shape.p95 * 1.2 * (0.4 + 0.6 * worse) * wobble(7, 0.04),
    oldestWaitingMs: shape.oldest * grows * wobble(8, 0.03),
    memoryUsageMB: shape.workers[0] * 340 * (0.8 + 0.2 * place),
    memoryPercentage: 40,
    timestamp: new Date(ms),
    ...(sampled && { unknown: ['timeoutRate', 'memoryUsageMB', 'memoryPercentage', 'workers', 'arrivalsPerMinute'] }),
    workers: place < 0.7 && shape.workers[0] > 2 ? shape.workers[0] - 1 : shape.workers[0],
    arrivalsPerMinute: sampled ? 0 : rate * (shape.waiting > 1_000 ? 1 + 0.8 * place ** 2 : 1) * wobble(9, 0.08),
    ...(!sampled && {
      p50WaitMs: shape.oldest * 0.2 * grows * wobble(10, 0.1),
      p95WaitMs: shape.oldest * 0.7 * grows * wobble(11, 0.08),
      p99WaitMs: shape.oldest * 0.9 * grows * wobble(12, 0.05),
    }),
    timingSource: sampled ? 'sampled' : 'workers',
  };
}

/** A stretch that was not recorded: the monitor was away. */
function isGap(ms: number, fromMs: number, toMs: number): boolean {
  const place = (ms - fromMs) / (toMs - fromMs);
  return place > 0.3 && place < 0.34;
}

/** Smooth, in [-1, 1], the same for the same queue and time. */
function noise(name: string, at: number): number {
  const seed = seedOf(name);
  return Math.sin(at * 0.9 + seed) * 0.5 + Math.sin(at * 2.3 + seed * 3) * 0.3 + Math.sin(at * 5.1 + seed * 7) * 0.2;
}

const seeds = new Map<string, number>();

function seedOf(name: string): number {
  let seed = seeds.get(name);
  if (seed === undefined) {
    seed = [...name].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 1_000, 7);
    seeds.set(name, seed);
  }
  return seed;
}
