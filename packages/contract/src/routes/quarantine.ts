import type { ChangeJobsResponse, JobPlace, JobReference } from './jobs.js';
import type { NoInput, Route } from './route.js';

const changing = {
  method: 'POST',
  role: 'operator',
  served: true,
  faults: ['conflict', 'too_large', 'engine_timeout', 'engine_full'],
} as const;

export const quarantineRoutes = {
  getQuarantine: { method: 'GET', path: '/jobs/quarantine', role: 'viewer', served: true, faults: ['engine_timeout'] },
  releaseJobs: { ...changing, path: '/jobs/quarantine/release', audit: 'job.release' },
  discardJobs: { ...changing, path: '/jobs/quarantine/discard', audit: 'job.discard' },
} as const satisfies Record<string, Route>;

/** One crash of a worker that had the job in hand. Sizes in MB, of the worker's last report. */
export interface JobCrashInfo {
  /** Killed, or hung and given up; an error that no handler caught; above its hard memory limit. */
  kind: 'vanished' | 'unhandled_error' | 'memory_limit';
  workerId: string;
  host: string;
  /** Start of the run that ended so. */
  startedAt: Date;
  noticedAt: Date;
  /** Other jobs that the worker had in hand: any of them may be the one to blame. */
  beside: number;
  rssMB: number;
  heapUsedMB: number;
  memoryLimitMB?: number;
}

/** A job that no worker runs, because too many crashed with it. */
export interface QuarantinedJob extends JobReference {
  id: string;
  name: string;
  since: Date;
  /** Where it is; absent when it is gone. */
  state?: JobPlace;
  /** Oldest first. */
  crashes: JobCrashInfo[];
}

export interface QuarantineResponse {
  /** Latest first. */
  jobs: QuarantinedJob[];
  /** `cursor` of the next page; absent on the last. */
  next?: string;
  /** Crashes after which a job is set aside; 0: never. */
  afterCrashes: number;
}

export interface QuarantineIds {
  /** `id` of jobs that are set aside; at most 200. */
  ids: string[];
}

/** Input and reply of each route, as callers see them. */
export interface QuarantineRouteTypes {
  getQuarantine: Omit<NoInput, 'query'> & {
    query: { cursor?: string; queueName?: string } | undefined;
    reply: QuarantineResponse;
  };
  releaseJobs: Omit<NoInput, 'body'> & { body: QuarantineIds; reply: ChangeJobsResponse };
  discardJobs: Omit<NoInput, 'body'> & { body: QuarantineIds; reply: ChangeJobsResponse };
}
