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

/** What a worker's window spans at most, and a younger worker's whole life. */
const WINDOW_MS = 3_600_000;

/**
 * Processing times of a queue over about the last hour, as its workers measured them: those
 * that are there, and those that ended within the last minutes, whose last report is still
 * held. The recent executions are the last ones of all workers by their end; outcomes by name
 * count since each worker's start.
 */
export function executionStatsFromReports(queueName: string, reports: readonly WorkerReport[]): ExecutionStatsResponse {
  const own = reports.filter((report) => report.queueName === queueName);
  // A worker younger than its window has measured nothing else.
  const windows = own.map((report) => report.window ?? report);
  const processing = new Histogram();
  for (const window of windows) {
    const decoded = decode(window.processing);
    if (decoded) processing.add(decoded);
  }
  const mins = windows.flatMap(({ minMs }) => minMs ?? []);
  const maxs = windows.flatMap(({ maxMs }) => maxMs ?? []);
  return {
    ...stats(queueName, processing, lastOf(own)),
    ...(mins.length > 0 && maxs.length > 0
      ? { min: wireNumber(Math.min(...mins)), max: wireNumber(Math.max(...maxs)) }
      : {}),
    timingSource: 'workers',
    windowMs: WINDOW_MS,
    byName: mergeNames(own),
  };
}

/** The last durations of all workers together, oldest first. */
function lastOf(reports: readonly WorkerReport[]): number[] {
  return reports
    .flatMap(({ recentMs, recentAgoMs = [], reportedAtMs }) =>
      recentMs.map((ms, index) => ({ ms, endMs: reportedAtMs - (recentAgoMs[index] ?? 0) })),
    )
    .sort((a, b) => a.endMs - b.endMs)
    .slice(-RECENT)
    .map(({ ms }) => ms);
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
