import type {
  Alert,
  ControlPlaneStatus,
  CurrentMemoryResponse,
  DashboardSummaryResponse,
  LiveSnapshot,
  QueueHealthStatus,
  QueueStatus,
  QueueSystemHealthResponse,
  WorkerMemorySummary,
} from '@drover/contract';
import { evaluateHealth, type HostPresence, type ObservedQueue, percentOf, type WorkerReport } from '@drover/core';
import { currentMemory, type LimitsFor, workerSummary } from './memory-figures.js';
import {
  figuresOf,
  observationOf,
  type QueueFigures,
  type QueueWorkers,
  type ThresholdsFor,
  toQueueMetrics,
} from './queue-figures.js';
import type { QueueRecord } from './queue-record.js';
import { wireNumber } from './wire-number.js';

export interface QueuesInput {
  readonly nowMs: number;
  readonly records: readonly QueueRecord[];
  readonly workers: ReadonlyMap<string, QueueWorkers>;
  readonly thresholdsFor: ThresholdsFor;
}

export interface SnapshotInput {
  readonly seq: number;
  readonly epoch: number;
  readonly nowMs: number;
  readonly queues: readonly EvaluatedQueue[];
  readonly alerts: readonly Alert[];
  readonly reports: readonly WorkerReport[];
  readonly hosts: readonly HostPresence[];
  readonly status: ControlPlaneStatus;
  readonly limitsFor: LimitsFor;
}

/** One queue at a tick: what alerts judge, and what readers see. */
export interface EvaluatedQueue extends ObservedQueue {
  readonly figures: QueueFigures;
  readonly health: QueueHealthStatus;
}

export function evaluateQueues(input: QueuesInput): readonly EvaluatedQueue[] {
  return input.records.flatMap((record) => {
    const workers = input.workers.get(record.queueName);
    return workers ? [evaluateQueue(input, record, workers)] : [];
  });
}

/** One tick's result, as every reader sees it. Nothing in it changes afterwards. */
export function buildSnapshot(input: SnapshotInput): LiveSnapshot {
  const { nowMs, queues: evaluated } = input;
  const queues = evaluated.map(({ health }) => health);
  const workers = workerSummary(input.reports, input.limitsFor);
  const memory = currentMemory(input.reports, input.hosts, input.limitsFor, nowMs);
  const dashboard = summarise(evaluated, input.alerts.length, nowMs);
  return {
    seq: input.seq,
    epoch: input.epoch,
    timestamp: new Date(nowMs),
    status: input.status,
    dashboard,
    health: systemHealth(dashboard, workers, memory, input.status),
    queues,
    workers,
    memory,
    alerts: [...input.alerts],
  };
}

function evaluateQueue(input: QueuesInput, record: QueueRecord, workers: QueueWorkers): EvaluatedQueue {
  const { queueName } = record;
  const figures = figuresOf(record, input.nowMs);
  const observation = observationOf(record, figures, workers);
  const thresholds = input.thresholdsFor(queueName);
  const { status, issues } = evaluateHealth(observation, thresholds);
  const watchedBy = record.ours || workers.desired !== null ? 'drover' : 'other';
  const health: QueueHealthStatus = {
    queueName,
    healthy: status === 'healthy',
    status,
    issues: issues.map(({ message }) => message),
    metrics: toQueueMetrics(record, figures, workers, input.nowMs),
    timestamp: new Date(input.nowMs),
    issueDetails: issues.map((issue) => ({ ...issue })),
    watchedBy,
    ...(record.state ? { paused: record.state.paused } : {}),
    ...(watchedBy === 'drover'
      ? {
          workers: {
            starting: workers.starting,
            ready: workers.ready,
            draining: workers.draining,
            ...(workers.desired === null ? {} : { desired: workers.desired }),
          },
        }
      : {}),
  };
  return { queueName, observation, thresholds, issues, figures, health };
}

/** Sums over queues whose value is known; a name lands in `unknown` only when no queue's is. */
function summarise(
  evaluated: readonly EvaluatedQueue[],
  activeAlerts: number,
  nowMs: number,
): DashboardSummaryResponse {
  const queues = evaluated.map(({ health }) => health);
  const byStatus = (status: QueueStatus): number => queues.filter((queue) => queue.status === status).length;
  const sum = (name: 'waiting' | 'active' | 'failed' | 'delayed' | 'jobsPerMinute'): number =>
    queues.reduce((total, { metrics }) => total + metrics[name], 0);
  // Weighted by attempts, not by queues: ten failures of ten in a corner are not half the system.
  const counted = evaluated.filter(({ figures }) => figures.failures !== null);
  const failures = counted.reduce((total, { figures }) => total + (figures.failures ?? 0), 0);
  const finished = counted.reduce((total, { figures }) => total + (figures.finished ?? 0), 0);
  const unknown = [
    ...(queues.length > 0 && evaluated.every(({ figures }) => figures.jobsPerMinute === null)
      ? ['avgJobsPerMinute']
      : []),
    ...(queues.length > 0 && counted.length === 0 ? ['avgErrorRate'] : []),
  ];
  return {
    totalQueues: queues.length,
    healthyQueues: byStatus('healthy'),
    warningQueues: byStatus('warning'),
    criticalQueues: byStatus('critical'),
    totalWaiting: sum('waiting'),
    totalActive: sum('active'),
    totalFailed: sum('failed'),
    activeAlerts,
    avgJobsPerMinute: wireNumber(sum('jobsPerMinute')),
    avgErrorRate: wireNumber(percentOf(failures, finished)),
    timestamp: new Date(nowMs),
    totalDelayed: sum('delayed'),
    pausedQueues: queues.filter(({ paused }) => paused).length,
    oldestWaitingMs: Math.max(0, ...queues.map(({ metrics }) => metrics.oldestWaitingMs)),
    ...(unknown.length > 0 ? { unknown } : {}),
  };
}

function systemHealth(
  dashboard: DashboardSummaryResponse,
  workers: WorkerMemorySummary,
  memory: CurrentMemoryResponse,
  status: ControlPlaneStatus,
): QueueSystemHealthResponse {
  const {
    timestamp,
    totalDelayed: _delayed,
    pausedQueues: _paused,
    oldestWaitingMs: _oldest,
    unknown: _,
    ...queues
  } = dashboard;
  return {
    timestamp,
    healthy: dashboard.criticalQueues === 0 && status.engine.healthy,
    queues,
    workers: {
      totalWorkers: workers.totalWorkers,
      totalJobsProcessed: workers.totalJobsProcessed,
      averageMemoryUsage: workers.averageMemoryUsage,
      workersNeedingRecycle: workers.workersNeedingRecycle,
    },
    memory: memory.stats,
  };
}
