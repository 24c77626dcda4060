import type { WorkerListener as BullWorkerListener, Job, JobProgress } from 'bullmq';
import type { TimeoutNotice } from './deadlines/deadline-watch.js';

/** BullMQ's events of a worker, and Drover's own beside them. */
export interface WorkerListener<
  // biome-ignore-start lint/suspicious/noExplicitAny: BullMQ's own defaults; `unknown` would break programs that compile against it
  DataType = any,
  ResultType = any,
  // biome-ignore-end lint/suspicious/noExplicitAny: end of BullMQ's defaults
  NameType extends string = string,
  ProgressType extends JobProgress = JobProgress,
> extends BullWorkerListener<DataType, ResultType, NameType, ProgressType> {
  /** A job has run for the soft share of its timeout; it goes on. */
  softTimeout: (job: Job<DataType, ResultType, NameType, ProgressType>, notice: TimeoutNotice) => void;
  /**
   * A job reached its deadline: its signal is being aborted, and `failed` follows. With
   * `notice.shadow` it goes on as if nothing had been.
   */
  timeout: (job: Job<DataType, ResultType, NameType, ProgressType>, notice: TimeoutNotice) => void;
  /** A handler did not end at its deadline and runs on without its job, which fails now. */
  abandoned: (job: Job<DataType, ResultType, NameType, ProgressType>, notice: TimeoutNotice) => void;
}
