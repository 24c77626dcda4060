import type { Role, WireFaultCode } from './faults.js';

export type HttpMethod = 'GET' | 'POST' | 'PATCH' | 'DELETE' | 'PUT';

export interface Route {
  readonly method: HttpMethod;
  /** Below `apiBasePath`; `:name` stands for one path parameter, which may itself contain slashes. */
  readonly path: string;
  /** The lowest role that may call it. */
  readonly role: Role;
  /** False: declared, answers 501 after identity and input were checked. */
  readonly served: boolean;
  /** Codes an error reply can carry beside those of `commonFaults`. */
  readonly faults: readonly WireFaultCode[];
  /** True: the reply is a stream of server-sent events, not one JSON value. */
  readonly stream?: true;
}

export const apiBasePath = '/api/admin/queue-system';

/** What any route can answer. */
export const commonFaults = [
  'invalid_input',
  'unauthenticated',
  'forbidden',
  'rate_limited',
  'internal',
  'engine_unavailable',
] as const satisfies readonly WireFaultCode[];

/**
 * The HTTP API: the one place where a method, a path or a role is written. Named after the
 * guide's client methods. Inputs and replies are typed in `route-types.ts` and checked by
 * `schemas`, apart from here so that a browser bundle needs no validator.
 */
export const routes = {
  // Health and metrics
  getSystemHealth: { method: 'GET', path: '/health', role: 'viewer', served: true, faults: [] },
  getDashboardSummary: { method: 'GET', path: '/dashboard', role: 'viewer', served: true, faults: [] },
  getQueuesHealth: { method: 'GET', path: '/queues/health', role: 'viewer', served: true, faults: [] },
  getTrends: { method: 'GET', path: '/queues/trends', role: 'viewer', served: true, faults: ['engine_timeout'] },
  getQueueMetrics: {
    method: 'GET',
    path: '/queues/:queueName/metrics',
    role: 'viewer',
    served: true,
    faults: ['not_found', 'engine_timeout'],
  },
  getStatus: { method: 'GET', path: '/status', role: 'viewer', served: true, faults: [] },
  openEvents: { method: 'GET', path: '/events', role: 'viewer', served: true, faults: [], stream: true },

  // Alerts
  getActiveAlerts: { method: 'GET', path: '/alerts', role: 'viewer', served: false, faults: [] },
  acknowledgeAlert: {
    method: 'POST',
    path: '/alerts/:alertId/acknowledge',
    role: 'operator',
    served: false,
    faults: ['not_found', 'conflict'],
  },

  // Memory
  getWorkerMemory: { method: 'GET', path: '/workers/memory', role: 'viewer', served: true, faults: [] },
  getCurrentMemory: { method: 'GET', path: '/memory/current', role: 'viewer', served: true, faults: [] },
  getMemoryConfig: { method: 'GET', path: '/memory/config', role: 'viewer', served: false, faults: [] },

  // Scaling
  getScalingPolicies: { method: 'GET', path: '/scaling/policies', role: 'viewer', served: false, faults: [] },
  updateScalingPolicy: {
    method: 'PATCH',
    path: '/scaling/policies/:queueName',
    role: 'admin',
    served: false,
    faults: ['not_found', 'conflict', 'too_large'],
  },
  getScalingDecision: {
    method: 'GET',
    path: '/scaling/decision/:queueName',
    role: 'viewer',
    served: false,
    faults: ['not_found'],
  },
  getScalingHistory: {
    method: 'GET',
    path: '/scaling/history/:queueName',
    role: 'viewer',
    served: false,
    faults: ['not_found', 'engine_timeout'],
  },

  // Rate limits
  getRateLimitConfig: { method: 'GET', path: '/rate-limits', role: 'viewer', served: false, faults: [] },
  getRateLimitStatus: {
    method: 'GET',
    path: '/rate-limits/:limiterName/status',
    role: 'viewer',
    served: false,
    faults: ['not_found'],
  },

  // Timeouts
  getTimeoutConfig: { method: 'GET', path: '/timeouts', role: 'viewer', served: false, faults: [] },
  updateTimeout: {
    method: 'PATCH',
    path: '/timeouts/:queueName',
    role: 'admin',
    served: false,
    faults: ['not_found', 'conflict', 'too_large'],
  },
  getExecutionStats: {
    method: 'GET',
    path: '/queues/:queueName/execution-stats',
    role: 'viewer',
    served: true,
    faults: ['not_found', 'engine_timeout'],
  },

  // Queue and worker operations
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
  recycleWorker: {
    method: 'POST',
    path: '/workers/:workerId/recycle',
    role: 'operator',
    served: false,
    faults: ['not_found', 'conflict', 'too_large'],
  },
} as const satisfies Record<string, Route>;

export type Routes = typeof routes;
export type RouteName = keyof Routes;
export const routeNames = Object.keys(routes) as RouteName[];
