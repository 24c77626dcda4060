import type { CleanQueueRequest, CleanQueueResponse, QueueControlResponse, RetryFailedJobsResponse } from '../types.js';
import type { OfQueue, Route } from './route.js';

export const operationsRoutes = {
  pauseQueue: {
    method: 'POST',
    path: '/queues/:queueName/pause',
    role: 'operator',
    served: false,
    faults: ['not_found', 'engine_timeout'],
  },
  resumeQueue: {
    method: 'POST',
    path: '/queues/:queueName/resume',
    role: 'operator',
    served: false,
    faults: ['not_found', 'engine_timeout'],
  },
  cleanQueue: {
    method: 'POST',
    path: '/queues/:queueName/clean',
    role: 'operator',
    served: false,
    faults: ['not_found', 'conflict', 'too_large', 'engine_timeout'],
  },
  retryFailedJobs: {
    method: 'POST',
    path: '/queues/:queueName/retry-failed',
    role: 'operator',
    served: false,
    faults: ['not_found', 'engine_timeout'],
  },
} as const satisfies Record<string, Route>;

/** Input and reply of each route, as callers see them. */
export interface OperationsRouteTypes {
  pauseQueue: OfQueue & { reply: QueueControlResponse };
  resumeQueue: OfQueue & { reply: QueueControlResponse };
  cleanQueue: Omit<OfQueue, 'body'> & { body: CleanQueueRequest; reply: CleanQueueResponse };
  retryFailedJobs: Omit<OfQueue, 'query'> & { query: { limit?: number }; reply: RetryFailedJobsResponse };
}
