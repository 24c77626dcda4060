import type {
  CleanQueueRequest,
  CleanQueueResponse,
  JobStatus,
  QueueControlResponse,
  RetryFailedJobsResponse,
} from '../types.js';
import type { BulkKind, JobBulkRequest, JobOperationKind, JobOperationView } from './job-operations.js';
import type { OfQueue, Route } from './route.js';

export const operationsRoutes = {
  pauseQueue: {
    method: 'POST',
    path: '/queues/:queueName/pause',
    role: 'operator',
    served: true,
    faults: ['not_found', 'conflict', 'engine_timeout'],
    audit: 'queue.pause',
  },
  resumeQueue: {
    method: 'POST',
    path: '/queues/:queueName/resume',
    role: 'operator',
    served: true,
    faults: ['not_found', 'conflict', 'engine_timeout'],
    audit: 'queue.resume',
  },
  cleanQueue: {
    method: 'POST',
    path: '/queues/:queueName/clean',
    role: 'operator',
    served: true,
    faults: ['not_found', 'conflict', 'too_large', 'engine_timeout'],
    audit: 'queue.clean',
  },
  retryFailedJobs: {
    method: 'POST',
    path: '/queues/:queueName/retry-failed',
    role: 'operator',
    served: true,
    faults: ['not_found', 'conflict', 'engine_timeout'],
    audit: 'queue.retry',
  },
  startOperation: {
    method: 'POST',
    path: '/operations',
    role: 'operator',
    served: true,
    faults: ['not_found', 'conflict', 'too_large', 'engine_timeout', 'engine_full'],
    audit: 'operation.start',
  },
  getOperations: {
    method: 'GET',
    path: '/operations',
    role: 'viewer',
    served: true,
    faults: ['not_found', 'engine_timeout'],
  },
  getOperation: {
    method: 'GET',
    path: '/operations/:operationId',
    role: 'viewer',
    served: true,
    faults: ['not_found', 'engine_timeout'],
  },
  cancelOperation: {
    method: 'POST',
    path: '/operations/:operationId/cancel',
    role: 'operator',
    served: true,
    faults: ['not_found', 'conflict', 'engine_timeout', 'engine_full'],
    audit: 'operation.cancel',
  },
} as const satisfies Record<string, Route>;

/** A bulk operation, as it is asked for. Exactly one of `queues` and `matching`. */
export interface StartOperationRequest {
  kind: BulkKind | JobOperationKind;
  /** Queues by name, at most 1,000. */
  queues?: string[];
  /** All queues of that name, where `*` stands for any characters: `email-*`, or `*` for all. */
  matching?: string;
  options?: {
    /** Which jobs a clean removes; required for it, and for nothing else. */
    status?: JobStatus;
    /** A clean's: leaves alone jobs that came to rest less than this ago, ms; 0 by default. */
    grace?: number;
    /** Jobs of each queue at most; all that match by default. */
    limit?: number;
  };
  /** Which jobs, of the kinds that end in `-jobs`: everything that matches. */
  jobs?: JobBulkRequest;
  /** Counts what would be touched, and touches nothing. Chosen jobs are counted in slices, as an operation. */
  dryRun?: boolean;
}

/** An operation without its queues one by one. Counts are of jobs; of a pause or resume, of queues. */
export interface OperationSummary extends JobOperationView {
  id: string;
  kind: BulkKind | JobOperationKind;
  /** `queued`, then `running`; `interrupted` when the control planes that worked on it ended again and again. */
  state: 'queued' | 'running' | 'done' | 'cancelled' | 'failed' | 'interrupted';
  dryRun: boolean;
  options: { status?: JobStatus; grace?: number; limit?: number };
  queueCount: number;
  /** The blast radius: how many matched when it was asked for; of chosen jobs that were not counted before, so far. */
  total: number;
  done: number;
  failed: number;
  /** At most so many more were done whose count was lost to an engine that answered late, or to a crash. */
  uncounted?: number;
  requestedBy: string;
  requestedAt: Date;
  /** Only jobs at rest by then are touched, so nothing that fails meanwhile is retried. */
  until: Date;
  startedAt?: Date;
  finishedAt?: Date;
  /** The control plane that works or worked on it. */
  runBy?: string;
  /** How often another control plane had to take it over. */
  resumes?: number;
  cancelledBy?: string;
  cancelRequestedAt?: Date;
  message?: string;
}

export interface OperationDetail extends OperationSummary {
  queues: OperationQueue[];
  /** Of jobs or queues that could not be changed; the first 100. */
  errors?: string[];
}

export interface OperationQueue {
  queueName: string;
  state: 'pending' | 'running' | 'done' | 'failed';
  total: number;
  done: number;
  failed: number;
  uncounted?: number;
  gone?: number;
  moved?: number;
  /** A pause's or resume's: what it was before. */
  wasPaused?: boolean;
  message?: string;
}

export interface OperationResponse {
  success: boolean;
  operation: OperationDetail;
}

export interface OperationsResponse {
  /** Newest first. */
  operations: OperationSummary[];
  /** Of all queues. */
  total: number;
  /** `before` of the next page; absent on the last. */
  next?: string;
}

export interface OperationsQuery {
  /** 50 by default, at most 200. */
  limit?: number;
  /** Only operations older than that one, by id. */
  before?: string;
  /** Only operations on that queue. A page may then be short, or empty, and yet have a `next`. */
  queueName?: string;
}

interface OfOperation {
  params: { operationId: string };
  query: undefined;
  body: undefined;
}

/** Input and reply of each route, as callers see them. */
export interface OperationsRouteTypes {
  pauseQueue: OfQueue & { reply: QueueControlResponse };
  resumeQueue: OfQueue & { reply: QueueControlResponse };
  cleanQueue: Omit<OfQueue, 'body'> & { body: CleanQueueRequest; reply: CleanQueueResponse };
  retryFailedJobs: Omit<OfQueue, 'query'> & { query: { limit?: number }; reply: RetryFailedJobsResponse };
  startOperation: { params: undefined; query: undefined; body: StartOperationRequest; reply: OperationResponse };
  getOperations: { params: undefined; query: OperationsQuery | undefined; body: undefined; reply: OperationsResponse };
  getOperation: OfOperation & { reply: OperationDetail };
  cancelOperation: OfOperation & { reply: OperationResponse };
}
