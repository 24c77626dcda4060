import { z } from 'zod';
import type { RouteBody, RouteReply } from '../route-types.js';
import type { RouteName } from '../routes.js';
import * as alerts from './alerts.js';
import * as health from './health.js';
import * as limits from './limits.js';
import * as live from './live.js';
import * as memory from './memory.js';
import * as operations from './operations.js';
import { name, noBody, noParams, noQuery, queueParams } from './primitives.js';
import * as scaling from './scaling.js';

export interface RouteSchemas {
  readonly params: z.ZodType;
  /** Parses the query as strings. */
  readonly query: z.ZodType;
  readonly body: z.ZodType;
  /** Decodes from the wire (instants as strings) and encodes to it. */
  readonly reply: z.ZodType;
}

const none = { params: noParams, query: noQuery, body: noBody };
const ofQueue = { params: queueParams, query: noQuery, body: noBody };

const table = {
  getSystemHealth: { ...none, reply: health.systemHealth },
  getDashboardSummary: { ...none, reply: health.dashboardSummary },
  getQueuesHealth: { ...none, reply: health.queuesHealth },
  getTrends: { ...none, query: live.trendsQuery, reply: live.trends },
  getQueueMetrics: { ...ofQueue, query: health.queueMetricsQuery, reply: health.queueMetricsReply },
  getStatus: { ...none, reply: live.controlPlaneStatus },
  openEvents: { ...none, query: live.eventsQuery, reply: live.liveEvent },
  getActiveAlerts: { ...none, query: alerts.alertFilters, reply: alerts.alerts },
  acknowledgeAlert: { ...none, params: z.strictObject({ alertId: name }), reply: alerts.acknowledgeAlertReply },
  getWorkerMemory: { ...none, reply: memory.workerMemorySummary },
  getCurrentMemory: { ...none, reply: memory.currentMemory },
  getMemoryConfig: { ...none, reply: memory.memoryConfiguration },
  getScalingPolicies: { ...none, reply: scaling.scalingPolicies },
  updateScalingPolicy: { ...ofQueue, body: scaling.updateScalingPolicyBody, reply: scaling.updateScalingPolicyReply },
  getScalingDecision: { ...ofQueue, reply: scaling.scalingDecision },
  getScalingHistory: { ...ofQueue, query: scaling.scalingHistoryQuery, reply: scaling.scalingHistory },
  getRateLimitConfig: { ...none, reply: limits.rateLimitConfiguration },
  getRateLimitStatus: { ...none, params: z.strictObject({ limiterName: name }), reply: limits.rateLimitStatus },
  getTimeoutConfig: { ...none, reply: limits.timeoutConfiguration },
  updateTimeout: { ...ofQueue, body: limits.updateTimeoutBody, reply: limits.updateTimeoutReply },
  getExecutionStats: { ...ofQueue, reply: health.executionStats },
  pauseQueue: { ...ofQueue, reply: operations.queueControlReply },
  resumeQueue: { ...ofQueue, reply: operations.queueControlReply },
  cleanQueue: { ...ofQueue, body: operations.cleanQueueBody, reply: operations.cleanQueueReply },
  retryFailedJobs: { ...ofQueue, query: operations.retryFailedQuery, reply: operations.retryFailedReply },
  recycleWorker: {
    params: z.strictObject({ workerId: name }),
    query: noQuery,
    body: memory.recycleWorkerBody,
    reply: memory.recycleWorkerReply,
  },
} as const satisfies Record<RouteName, RouteSchemas>;

/** The same type written out, so that an interface and an inferred object compare equal. */
type Plain<T> = T extends Date ? T : T extends object ? { [K in keyof T]: Plain<T[K]> } : T;
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

/** `never`, and so a compile error that names the route, where a schema and its type have drifted apart. */
type Agreeing<T extends Record<RouteName, RouteSchemas>> = {
  [N in RouteName]: Same<Plain<z.output<T[N]['reply']>>, Plain<RouteReply<N>>> extends true
    ? RouteBody<N> extends z.input<T[N]['body']>
      ? T[N]
      : never
    : never;
};

/** Input and reply of each route of `routes`, by its name. */
export const routeSchemas: Agreeing<typeof table> = table;
