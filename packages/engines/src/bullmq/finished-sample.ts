import type { FinishedSample } from '@drover/core';
import { ownDelayMs } from './waiting-since.js';

/** What both engines keep of a finished job. Instants in ms since 1970. */
export interface FinishedRecord {
  readonly jobId: string;
  readonly jobName: string;
  readonly outcome: FinishedSample['outcome'];
  readonly timestampMs: number | null;
  readonly processedOnMs: number | null;
  readonly finishedOnMs: number | null;
  readonly attemptsStarted: number;
  readonly optsJson: string | null;
}

/** A job's timings as far as its record still tells them; `null` for a record without an end. */
export function toFinishedSample(record: FinishedRecord): FinishedSample | null {
  const { processedOnMs, finishedOnMs, timestampMs, optsJson } = record;
  if (finishedOnMs === null) return null;
  // processedOn is the last start. Only of a job that started once it is the first as well.
  const runnableMs = record.attemptsStarted === 1 && timestampMs !== null ? timestampMs + ownDelayMs(optsJson) : null;
  return {
    jobId: record.jobId,
    jobName: record.jobName,
    outcome: record.outcome,
    finishedAtMs: finishedOnMs,
    processingMs: processedOnMs === null ? null : Math.max(0, finishedOnMs - processedOnMs),
    waitMs: processedOnMs === null || runnableMs === null ? null : Math.max(0, processedOnMs - runnableMs),
  };
}

/** The newest `limit` samples, newest first. */
export function newestSamples(records: readonly FinishedRecord[], limit: number): FinishedSample[] {
  return records
    .map(toFinishedSample)
    .filter((sample) => sample !== null)
    .sort((a, b) => b.finishedAtMs - a.finishedAtMs)
    .slice(0, limit);
}
