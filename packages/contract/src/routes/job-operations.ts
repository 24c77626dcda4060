import type { JobFilters, JobPlace, JobReference } from './jobs.js';

/** Operations on whole queues. */
export type BulkKind = 'pause' | 'resume' | 'clean' | 'retry-failed';
/** Operations on everything that matches a filter. */
export type JobOperationKind = 'retry-jobs' | 'promote-jobs' | 'remove-jobs';

/** Which jobs an operation is about. Only those at rest when it was asked for, or counted, are touched. */
export interface JobBulkRequest {
  /** Failed ones unless told, or of a promotion delayed ones; never active ones. */
  states?: JobPlace[];
  /** All in these states when it is empty. */
  filter?: JobFilters;
  /** A removal's: false keeps no copies in the trash. */
  trash?: boolean;
  /** Id of the finished dry run of the same jobs: exactly what was counted is touched, nothing that came since. */
  counted?: string;
  /** A retry's: some jobs first, the others only if all of those complete in time. */
  canary?: {
    /** 1 to 50. */
    jobs: number;
    /** How long they may take (ms): 60,000 unless told, an hour at most. */
    waitMs?: number;
  };
}

/** What only operations on chosen jobs have. */
export interface JobOperationView {
  jobs?: {
    states: JobPlace[];
    /** The filter in words. */
    words: string;
    trash?: boolean;
  };
  /** Jobs looked at so far, of those there were in the states. */
  examined?: number;
  toExamine?: number;
  /** Jobs that had vanished when their turn came. */
  gone?: number;
  /** Jobs that were in another state by then, or in a worker's hands. */
  moved?: number;
  canary?: CanaryView;
}

/** `stopped` ends the operation as `failed`: the other jobs were left alone. */
export interface CanaryView {
  state: 'choosing' | 'retrying' | 'waiting' | 'passed' | 'stopped';
  jobs: number;
  waitMs: number;
  /** Of them have completed. */
  passed: number;
  /** When it stops by itself. */
  until?: Date;
  /** `left`: changed by others before it could be retried. `gone`: removed, and nobody knows how it ended. */
  chosen: (JobReference & { verdict: 'chosen' | 'left' | 'running' | 'passed' | 'failed' | 'gone' })[];
}
