import type { LimiterDefinitions } from '@drover/core';
import type { WorkerOptions as BullWorkerOptions, ConnectionOptions } from 'bullmq';

/** One line about Drover's own work (never about a job), for the host's logger. */
export interface DroverLogEntry {
  readonly level: 'info' | 'warn' | 'error';
  readonly message: string;
  readonly error?: unknown;
}

export interface DroverOptions {
  /** Unique among all workers of the engine. Default: the queue's name and a random part. */
  readonly workerId?: string;
  /** Name of this machine in reports. Default: the host name. */
  readonly host?: string;
  /** Prefix of Drover's own Redis keys. Default `drover`. */
  readonly statePrefix?: string;
  /** Drover's own PostgreSQL schema. Default `drover`. */
  readonly droverSchema?: string;
  /** Time between reports, give or take a tenth. Default 2,000 ms. */
  readonly reportIntervalMs?: number;
  /** The process's hard memory limit in MB; memory is shown as a share of it. */
  readonly memoryLimitMB?: number;
  /**
   * Limiters by name, each with `perSecond`, `perMinute`, `perHour` and `perDay` as wanted.
   * The guide's eight are there without it; a window named here goes over theirs, and what
   * is set over the API goes over both.
   */
  readonly limiters?: LimiterDefinitions;
  /** Each job of the queue takes a permit of this limiter, or of all of these, before it is fetched. */
  readonly limiter?: string | readonly string[];
  /** `false`: measure nothing, report nothing. */
  readonly report?: boolean;
  /** Where trouble with reporting is told. It never disturbs jobs. Default: nowhere. */
  readonly log?: (entry: DroverLogEntry) => void;
}

/** BullMQ's worker options, and Drover's own beside them. */
export type WorkerOptions<ConnectionOptionsType = ConnectionOptions> = BullWorkerOptions<ConnectionOptionsType> & {
  readonly drover?: DroverOptions;
};
