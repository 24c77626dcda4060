import type { ExecutionStatsResponse } from '@drover/contract';
import {
  bucketBounds,
  COARSE_BITS,
  decodeBase64,
  decodeHistogram,
  type FinishedSample,
  Histogram,
  type WorkerReport,
} from '@drover/core';
import { wireNumber } from './wire-number.js';

/** The guide promises the recent executions, and a worker sends a hundred. */
const RECENT = 100;

/** Processing times of a queue as its present workers have measured them since they started. */
export function executionStatsFromReports(queueName: string, reports: readonly WorkerReport[]): ExecutionStatsResponse {
  const own = reports.filter((report) => report.queueName === queueName);
  const processing = new Histogram();
  for (const report of own) {
    const decoded = decode(report.processing);
    if (decoded) processing.add(decoded);
  }
  const perWorker = Math.ceil(RECENT / Math.max(1, own.length));
  const recent = own.flatMap(({ recentMs }) => recentMs.slice(-perWorker)).slice(-RECENT);
  const mins = own.flatMap(({ minMs }) => minMs ?? []);
  const maxs = own.flatMap(({ maxMs }) => maxMs ?? []);
  return {
    ...stats(queueName, processing, recent),
    ...(mins.length > 0 && maxs.length > 0
      ? { min: wireNumber(Math.min(...mins)), max: wireNumber(Math.max(...maxs)) }
      : {}),
    timingSource: 'workers',
    byName: mergeNames(own),
  };
}

/** The same from finished jobs that BullMQ kept, for queues whose workers do not report. */
export function executionStatsFromSamples(
  queueName: string,
  samples: readonly FinishedSample[],
): ExecutionStatsResponse {
  const durations = samples.flatMap(({ processingMs }) => processingMs ?? []).reverse();
  const processing = new Histogram();
  for (const duration of durations) processing.record(duration);
  const byName: NonNullable<ExecutionStatsResponse['byName']> = {};
  for (const { jobName, outcome, processingMs } of samples) {
    const entry = byName[jobName] ?? { completed: 0, failed: 0, timedOut: 0, avgMs: 0 };
    const count = entry.completed + entry.failed;
    entry.avgMs = wireNumber((entry.avgMs * count + (processingMs ?? 0)) / (count + 1));
    entry[outcome] += 1;
    byName[jobName] = entry;
  }
  return {
    ...stats(queueName, processing, durations.slice(-RECENT)),
    timingSource: durations.length > 0 ? 'sampled' : 'none',
    byName,
  };
}

function stats(queueName: string, processing: Histogram, recentMs: readonly number[]): ExecutionStatsResponse {
  const [min, p50, p95, p99, max] = processing.quantiles([0, 0.5, 0.95, 0.99, 1]);
  const coarse = processing.coarsen(COARSE_BITS);
  const response: ExecutionStatsResponse = {
    queueName,
    sampleCount: processing.count,
    min: wireNumber(min ?? 0),
    max: wireNumber(max ?? 0),
    avg: wireNumber(processing.meanMs ?? 0),
    p50: wireNumber(p50 ?? 0),
    p95: wireNumber(p95 ?? 0),
    p99: wireNumber(p99 ?? 0),
    recentExecutions: recentMs.map(wireNumber),
    histogram: [...coarse.counts]
      .sort(([a], [b]) => a - b)
      .map(([bucket, count]) => ({ ...bucketBounds(bucket, COARSE_BITS), count })),
  };
  if (processing.count === 0) response.unknown = ['min', 'max', 'avg', 'p50', 'p95', 'p99'];
  return response;
}

function mergeNames(reports: readonly WorkerReport[]): NonNullable<ExecutionStatsResponse['byName']> {
  const sums = new Map<string, { completed: number; failed: number; timedOut: number; processingMs: number }>();
  for (const [name, totals] of reports.flatMap(({ byName }) => Object.entries(byName))) {
    const sum = sums.get(name) ?? { completed: 0, failed: 0, timedOut: 0, processingMs: 0 };
    for (const key of Object.keys(sum) as (keyof typeof sum)[]) sum[key] += totals[key];
    sums.set(name, sum);
  }
  return Object.fromEntries(
    [...sums].map(([name, { processingMs, ...outcomes }]) => {
      const count = outcomes.completed + outcomes.failed;
      return [name, { ...outcomes, avgMs: count === 0 ? 0 : wireNumber(processingMs / count) }];
    }),
  );
}

/** A report whose histogram is damaged still counts with its other figures. */
function decode(base64: string): Histogram | null {
  try {
    return decodeHistogram(decodeBase64(base64));
  } catch {
    return null;
  }
}
