import {
  type Clock,
  firstPace,
  type JobSelection,
  planPace,
  type QueueOperations,
  type RetryFailure,
  type SliceRequest,
} from '@drover/core';
import { rest } from '../../monitor/rest.js';
import type { SliceGate } from './slice-gate.js';

export interface SliceOutcome {
  readonly changed: number;
  readonly failures: readonly RetryFailure[];
  readonly next: string | null;
}

export type SliceWork = (request: SliceRequest) => Promise<SliceOutcome>;

/** A clean in slices. */
export function cleaning(operations: QueueOperations, selection: JobSelection): SliceWork {
  return async (request) => {
    const { removed, next } = await operations.clean(selection, request);
    return { changed: removed, failures: [], next };
  };
}

/** A retry in slices. */
export function retrying(operations: QueueOperations, queueName: string, untilMs: number): SliceWork {
  return async (request) => {
    const { retried, failures, next } = await operations.retryFailed(queueName, untilMs, request);
    return { changed: retried, failures, next };
  };
}

export interface Walk {
  readonly work: SliceWork;
  /** Jobs at most. */
  readonly limit: number;
  readonly after: string | null;
  readonly gate: SliceGate;
  readonly clock: Pick<Clock, 'monotonicMs'>;
  readonly signal: AbortSignal;
  /** Parts of rest to one part of work; `REST_PER_WORK` unless told. */
  readonly restPerWork?: number;
  /** Told of each slice; false ends the walk. */
  readonly onSlice: (slice: SliceOutcome) => boolean | Promise<boolean>;
}

/**
 * Works through the jobs in slices, with rests that leave the engine to others (`planPace`).
 * Rejects with what a slice rejects with; the slices before it are told.
 */
export async function walkJobs({
  work,
  limit,
  after: start,
  gate,
  clock,
  signal,
  restPerWork,
  onSlice,
}: Walk): Promise<void> {
  let left = limit;
  let after = start;
  let pace = firstPace;
  while (left > 0 && !signal.aborted) {
    const size = Math.min(pace.limit, left);
    let tookMs = 0;
    const request = { limit: size, after };
    const slice = await gate.run(async () => {
      const startedMs = clock.monotonicMs();
      const outcome = await work(request);
      tookMs = clock.monotonicMs() - startedMs;
      return outcome;
    });
    const jobs = slice.changed + slice.failures.length;
    left -= jobs;
    after = slice.next;
    if (!(await onSlice(slice)) || after === null) return;
    pace = planPace(pace, { tookMs, jobs }, restPerWork);
    if (left > 0) await rest(pace.restMs, signal);
  }
}
