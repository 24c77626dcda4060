import type { QueueMetrics } from '@drover/contract';
import {
  type Histogram,
  type HostPresence,
  percentOf,
  type QueueObservation,
  RATE_WINDOW_MS,
  SHARE_WINDOW_MS,
  type SupervisedQueueStatus,
  type Thresholds,
  type WorkerReport,
} from '@drover/core';
import type { QueueRecord } from './queue-record.js';
import { UnknownFields } from './wire-number.js';

/** A queue's numbers at one tick; `null` is unknown. */
export interface QueueFigures {
  readonly jobsPerMinute: number | null;
  readonly arrivalsPerMinute: number | null;
  readonly finished: number | null;
  readonly failures: number | null;
  readonly timeouts: number | null;
  readonly errorRate: number | null;
  readonly timeoutRate: number | null;
  readonly stalled: number | null;
  readonly processing: Histogram | null;
  readonly wait: Histogram | null;
  readonly timingSource: 'workers' | 'sampled' | 'none';
}

const unknownFigures: QueueFigures = {
  jobsPerMinute: null,
  arrivalsPerMinute: null,
  finished: null,
  failures: null,
  timeouts: null,
  errorRate: null,
  timeoutRate: null,
  stalled: null,
  processing: null,
  wait: null,
  timingSource: 'none',
};

export function figuresOf(record: QueueRecord, nowMs: number): QueueFigures {
  if (!record.ours && record.sampled === null) return unknownFigures;
  const minute = record.window.totals(nowMs, RATE_WINDOW_MS);
  const share = record.window.totals(nowMs, SHARE_WINDOW_MS);
  const seen: QueueFigures = {
    ...unknownFigures,
    jobsPerMinute: sampledRate(record, nowMs) ?? minute.finished,
    finished: share.finished,
    failures: share.failures,
    errorRate: percentOf(share.failures, share.finished),
    processing: record.window.processing,
    wait: record.window.wait,
    timingSource: 'sampled',
  };
  if (!record.ours) return seen;
  return {
    ...seen,
    arrivalsPerMinute: minute.arrived,
    timeouts: share.timeouts,
    timeoutRate: percentOf(share.timeouts, share.finished),
    stalled: share.stalled,
    timingSource: 'workers',
  };
}

/** With many foreign queues a look comes round less than once a minute: the last one's rate then, not a zero. */
function sampledRate({ ours, sampled }: QueueRecord, nowMs: number): number | null {
  return !ours && sampled !== null && nowMs - sampled.atMs > RATE_WINDOW_MS / 2 ? sampled.perMinute : null;
}

/** Workers of one queue, as their reports and supervisors show them. */
export interface QueueWorkers {
  readonly reports: readonly WorkerReport[];
  readonly starting: number;
  readonly ready: number;
  readonly draining: number;
  readonly desired: number | null;
  readonly rssMB: number | null;
  readonly memoryPercent: number | null;
  readonly fullestPercent: number | null;
  readonly crashLoop: SupervisedQueueStatus['crashLoop'];
  /** Set where a platform runs them. */
  readonly platform: NonNullable<SupervisedQueueStatus['platform']> | null;
}

/** The workers of every queue named, each report and each host's status looked at once. */
export function workersByQueue(
  queueNames: readonly string[],
  reports: readonly WorkerReport[],
  hosts: readonly HostPresence[],
  desired: Readonly<Record<string, number>>,
): ReadonlyMap<string, QueueWorkers> {
  const reportsOf = groupByQueue(reports);
  const supervisedOf = groupByQueue(hosts.flatMap(({ queues }) => queues));
  return new Map(
    queueNames.map((name) => [
      name,
      workersOf(reportsOf.get(name) ?? [], supervisedOf.get(name) ?? [], desired[name] ?? null),
    ]),
  );
}

function groupByQueue<T extends { readonly queueName: string }>(items: readonly T[]): ReadonlyMap<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(item.queueName);
    if (group) group.push(item);
    else groups.set(item.queueName, [item]);
  }
  return groups;
}

function workersOf(
  reports: readonly WorkerReport[],
  supervised: readonly SupervisedQueueStatus[],
  desired: number | null,
): QueueWorkers {
  const live = reports.filter(({ state }) => state !== 'stopped');
  const count = (state: WorkerReport['state']): number => live.filter((report) => report.state === state).length;
  const rssMB = live.reduce((sum, { memory }) => sum + memory.rss, 0);
  const limited = live.filter((report) => report.memoryLimitMB !== null);
  const limitMB = limited.reduce((sum, report) => sum + (report.memoryLimitMB ?? 0), 0);
  const limitedRssMB = limited.reduce((sum, { memory }) => sum + memory.rss, 0);
  return {
    reports: live,
    // A worker that has not reported yet is known to its supervisor only.
    starting: Math.max(
      count('starting'),
      supervised.reduce((sum, { starting }) => sum + starting, 0),
    ),
    ready: count('ready'),
    draining: count('draining'),
    desired,
    rssMB: live.length === 0 ? null : rssMB,
    memoryPercent: limitMB === 0 ? null : percentOf(limitedRssMB, limitMB),
    fullestPercent:
      limited.length === 0
        ? null
        : Math.max(...limited.map(({ memory, memoryLimitMB }) => percentOf(memory.rss, memoryLimitMB ?? 0))),
    crashLoop: supervised.find(({ crashLoop }) => crashLoop !== null)?.crashLoop ?? null,
    platform: supervised.find(({ platform }) => platform !== undefined)?.platform ?? null,
  };
}

export function observationOf(record: QueueRecord, figures: QueueFigures, workers: QueueWorkers): QueueObservation {
  return {
    state: record.state,
    unreadableBecause: record.unreadableBecause,
    finished: figures.finished,
    errorRate: figures.errorRate,
    timeoutRate: figures.timeoutRate,
    p95ProcessingMs: figures.processing?.quantile(0.95) ?? null,
    stalled: figures.stalled,
    workers: {
      ready: workers.ready,
      starting: workers.starting,
      draining: workers.draining,
      desired: workers.desired,
      ours: record.ours || workers.desired !== null,
    },
    memoryPercent: workers.fullestPercent,
    crashLoop: workers.crashLoop,
    rateLimitedPercent: record.limiterWaits.percent,
    missedSchedules: record.missedSchedules,
  };
}

/**
 * The guide's QueueMetrics. Its numbers are not nullable: what is unknown is 0 and named in
 * `unknown`.
 */
export function toQueueMetrics(
  record: QueueRecord,
  figures: QueueFigures,
  workers: QueueWorkers,
  nowMs: number,
): QueueMetrics {
  const unknown = new UnknownFields<keyof QueueMetrics>();
  const { state, totals } = record;
  const kept = state?.uncounted ? null : state;
  const [p50, p95, p99] = figures.processing?.quantiles([0.5, 0.95, 0.99]) ?? [];
  const [waitP50, waitP95, waitP99] = figures.wait?.quantiles([0.5, 0.95, 0.99]) ?? [];
  const metrics: QueueMetrics = {
    queueName: record.queueName,
    waiting: unknown.orZero('waiting', state?.waiting),
    active: unknown.orZero('active', state?.active),
    delayed: unknown.orZero('delayed', state?.delayed),
    failed: unknown.orZero('failed', kept?.failed),
    completed: unknown.orZero('completed', kept?.completed),
    jobsPerMinute: unknown.orZero('jobsPerMinute', figures.jobsPerMinute),
    errorRate: unknown.orZero('errorRate', figures.errorRate),
    timeoutRate: unknown.orZero('timeoutRate', figures.timeoutRate),
    avgProcessingTimeMs: unknown.orZero('avgProcessingTimeMs', figures.processing?.meanMs),
    p50ProcessingTimeMs: unknown.orZero('p50ProcessingTimeMs', p50),
    p95ProcessingTimeMs: unknown.orZero('p95ProcessingTimeMs', p95),
    p99ProcessingTimeMs: unknown.orZero('p99ProcessingTimeMs', p99),
    // Nothing waits: the oldest wait is zero, and that is knowledge.
    oldestWaitingMs: unknown.orZero('oldestWaitingMs', state === null ? null : (state.oldestWaitingMs ?? 0)),
    memoryUsageMB: unknown.orZero('memoryUsageMB', workers.rssMB),
    memoryPercentage: unknown.orZero('memoryPercentage', workers.memoryPercent),
    prioritized: unknown.orZero('prioritized', state?.prioritized),
    waitingChildren: unknown.orZero('waitingChildren', state?.waitingChildren),
    workers: unknown.orZero(
      'workers',
      record.ours || workers.desired !== null ? workers.ready + workers.starting : null,
    ),
    arrivalsPerMinute: unknown.orZero('arrivalsPerMinute', figures.arrivalsPerMinute),
    p50WaitMs: unknown.orZero('p50WaitMs', waitP50),
    p95WaitMs: unknown.orZero('p95WaitMs', waitP95),
    p99WaitMs: unknown.orZero('p99WaitMs', waitP99),
    timingSource: figures.timingSource,
    timestamp: new Date(nowMs),
  };
  if (record.ours) {
    metrics.completedTotal = totals.completed;
    metrics.failedTotal = totals.failed;
    metrics.timedOutTotal = totals.timedOut;
    metrics.stalledTotal = totals.stalled;
    metrics.handedBackTotal = totals.handedBack;
  }
  if (unknown.names.length > 0) metrics.unknown = unknown.names;
  return metrics;
}

export type ThresholdsFor = (queueName: string) => Thresholds;
