import { encodeHistogram, encodeReport, MAX_REPORT_BYTES, REPORT_FORMAT, type WorkerReport } from '@drover/core';
import { WORKER_VERSION } from '../version.js';
import type { LedgerReading } from './attempt-ledger.js';
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
  | 'startedAtMs'
  | 'reportedAtMs'
  | 'memoryLimitMB'
  | 'lastError'
>;

/** Puts a report together; one that is too long loses the job names first, then the last durations. */
export function buildReport(facts: ReportFacts, reading: LedgerReading, sample: ProcessSample): WorkerReport {
  const full: WorkerReport = {
    format: REPORT_FORMAT,
    ...facts,
    pid: process.pid,
    version: WORKER_VERSION,
    totals: reading.totals,
    byName: reading.byName,
    processing: Buffer.from(encodeHistogram(reading.processing)).toString('base64'),
    wait: Buffer.from(encodeHistogram(reading.wait)).toString('base64'),
    recentMs: reading.recentMs.map(toMicroseconds),
    minMs: reading.minMs === null ? null : toMicroseconds(reading.minMs),
    maxMs: reading.maxMs === null ? null : toMicroseconds(reading.maxMs),
    ...sample,
  };
  if (fits(full)) return full;
  const unnamed = { ...full, byName: {} };
  return fits(unnamed) ? unnamed : { ...unnamed, recentMs: [] };
}

function fits(report: WorkerReport): boolean {
  return Buffer.byteLength(encodeReport(report)) <= MAX_REPORT_BYTES;
}

/** Full precision doubles would make a third of the report digits that no clock measured. */
function toMicroseconds(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}
