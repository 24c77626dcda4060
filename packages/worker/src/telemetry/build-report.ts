import {
  encodeHistogram,
  encodeReport,
  type Histogram,
  MAX_REPORT_BYTES,
  REPORT_FORMAT,
  type ReportWindow,
  type WorkerReport,
} from '@drover/core';
import { WORKER_VERSION } from '../version.js';
import type { LedgerReading } from './attempt-ledger.js';
import type { WindowReading } from './duration-window.js';
import type { ProcessSample } from './process-sampler.js';

/** The facts of a report that neither the ledger nor the sampler knows. */
export type ReportFacts = Pick<
  WorkerReport,
  | 'workerId'
  | 'queueName'
  | 'host'
  | 'owner'
  | 'state'
  | 'concurrency'
  | 'active'
  | 'graceMs'
  | 'limiterWaits'
  | 'recycle'
  | 'startedAtMs'
  | 'reportedAtMs'
  | 'memoryLimitMB'
  | 'lastError'
  | 'abandoned'
  | 'deadlines'
  | 'crashedWith'
>;

/** Puts a report together; one that is too long loses the timings of job names first, then their counts, then the last durations. */
export function buildReport(facts: ReportFacts, reading: LedgerReading, sample: ProcessSample): WorkerReport {
  const full: WorkerReport = {
    format: REPORT_FORMAT,
    ...facts,
    pid: process.pid,
    version: WORKER_VERSION,
    totals: reading.totals,
    byName: reading.byName,
    processing: toBase64(reading.processing),
    wait: toBase64(reading.wait),
    recentMs: reading.recentMs.map(toMicroseconds),
    recentAgoMs: reading.recentAgoMs.map(Math.round),
    minMs: reading.minMs === null ? null : toMicroseconds(reading.minMs),
    maxMs: reading.maxMs === null ? null : toMicroseconds(reading.maxMs),
    ...(reading.window === null ? {} : { window: toWindow(reading.window) }),
    ...sample,
  };
  if (reading.timings.size > 0) {
    const timings = [...reading.timings].map(([name, { durations, timedOut }]) => {
      return [name, { durations: toBase64(durations), timedOut }];
    });
    const timed = { ...full, timings: Object.fromEntries(timings) };
    if (fits(timed)) return timed;
  }
  if (fits(full)) return full;
  const unnamed = { ...full, byName: {}, deadlines: {} };
  return fits(unnamed) ? unnamed : { ...unnamed, recentMs: [], recentAgoMs: [] };
}

function toWindow({ spanMs, processing, minMs, maxMs }: WindowReading): ReportWindow {
  return {
    spanMs: Math.round(spanMs),
    processing: toBase64(processing),
    minMs: minMs === null ? null : toMicroseconds(minMs),
    maxMs: maxMs === null ? null : toMicroseconds(maxMs),
  };
}

function toBase64(histogram: Histogram): string {
  return Buffer.from(encodeHistogram(histogram)).toString('base64');
}

function fits(report: WorkerReport): boolean {
  return Buffer.byteLength(encodeReport(report)) <= MAX_REPORT_BYTES;
}

/** Full precision doubles would make a third of the report digits that no clock measured. */
function toMicroseconds(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}
