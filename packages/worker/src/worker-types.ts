import type { ConnectionOptions, Job, JobProgress, Processor, RedisQueueBackend, Span } from 'bullmq';
import type { WorkerOptions } from './worker-options.js';

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

/** As in BullMQ: options are optional, and no factory is needed, only on the default Redis backend. */
export type DefaultArguments<B, C> =
  true extends Equal<B, RedisQueueBackend>
    ? Equal<C, ConnectionOptions> extends true
      ? [opts?: WorkerOptions, backendFactory?: undefined]
      : [opts: never]
    : [opts: never];

export type ProcessorLike<D, R, N extends string, P extends JobProgress> = string | URL | null | Processor<D, R, N, P>;

export type NextJob = () => boolean;
export type CompletedArguments<D, R, N extends string, P extends JobProgress> = [
  result: R,
  job: Job<D, R, N, P>,
  token: string,
  fetchNextCallback?: NextJob,
  span?: Span,
];
export type FailedArguments<D, R, N extends string, P extends JobProgress> = [
  error: Error,
  job: Job<D, R, N, P>,
  token: string,
  fetchNextCallback?: NextJob,
  span?: Span,
];
