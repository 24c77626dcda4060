import type { ControlPlaneStatus, LiveDelta, LiveSnapshot, TrendsResponse } from './live.js';
import type { RouteName } from './routes.js';
import type {
  AcknowledgeAlertResponse,
  Alert,
  AlertSeverity,
  CleanQueueRequest,
  CleanQueueResponse,
  CurrentMemoryResponse,
  DashboardSummaryResponse,
  ExecutionStatsResponse,
  MemoryConfiguration,
  QueueControlResponse,
  QueueHealthStatus,
  QueueMetricsResponse,
  QueueSystemHealthResponse,
  RateLimitConfiguration,
  RateLimitStatusResponse,
  RecycleWorkerRequest,
  RecycleWorkerResponse,
  RetryFailedJobsResponse,
  ScalingDecision,
  ScalingHistoryResponse,
  ScalingPolicy,
  TimeoutConfiguration,
  UpdateScalingPolicyRequest,
  UpdateScalingPolicyResponse,
  UpdateTimeoutRequest,
  UpdateTimeoutResponse,
  WorkerMemorySummary,
} from './types.js';

/** A query value as callers write it; instants go onto the wire as ISO 8601. */
export type QueryValue = string | number | boolean | Date | undefined;

export interface QueueMetricsQuery {
  history?: boolean;
  /** At most this many entries, the newest ones. 60 unless told, 5,000 at most. */
  historyLimit?: number;
  /** Additions of Drover. Start of the range, inclusive. */
  since?: Date | string;
  /** End of the range, exclusive; now unless told. */
  until?: Date | string;
  /** Wished span of one entry; the reply says which it has. */
  stepMs?: number;
}

export interface AlertFilters {
  severity?: AlertSeverity;
  queueName?: string;
  acknowledged?: boolean;
}

export interface ScalingHistoryQuery {
  limit?: number;
  since?: string;
  /** The paged form of the guide's section 8. */
  offset?: number;
}

export interface TrendsQuery {
  /** How far back, 1 hour unless told. */
  rangeMs?: number;
}

export interface EventsQuery {
  /** Resume after this event; browsers send the header of the same name only when they reconnect. */
  lastEventId?: string;
}

interface NoInput {
  params: undefined;
  query: undefined;
  body: undefined;
}
interface OfQueue {
  params: { queueName: string };
  query: undefined;
  body: undefined;
}

/** Input and reply of each route, as callers see them. */
export interface RouteTypes {
  getSystemHealth: NoInput & { reply: QueueSystemHealthResponse };
  getDashboardSummary: NoInput & { reply: DashboardSummaryResponse };
  getQueuesHealth: NoInput & { reply: QueueHealthStatus[] };
  getTrends: Omit<NoInput, 'query'> & { query: TrendsQuery; reply: TrendsResponse };
  getQueueMetrics: Omit<OfQueue, 'query'> & { query: QueueMetricsQuery; reply: QueueMetricsResponse };
  getStatus: NoInput & { reply: ControlPlaneStatus };
  openEvents: Omit<NoInput, 'query'> & { query: EventsQuery; reply: LiveEvent };
  getActiveAlerts: Omit<NoInput, 'query'> & { query: AlertFilters; reply: Alert[] };
  acknowledgeAlert: Omit<NoInput, 'params'> & { params: { alertId: string }; reply: AcknowledgeAlertResponse };
  getWorkerMemory: NoInput & { reply: WorkerMemorySummary };
  getCurrentMemory: NoInput & { reply: CurrentMemoryResponse };
  getMemoryConfig: NoInput & { reply: MemoryConfiguration };
  getScalingPolicies: NoInput & { reply: ScalingPolicy[] };
  updateScalingPolicy: Omit<OfQueue, 'body'> & { body: UpdateScalingPolicyRequest; reply: UpdateScalingPolicyResponse };
  getScalingDecision: OfQueue & { reply: ScalingDecision };
  getScalingHistory: Omit<OfQueue, 'query'> & { query: ScalingHistoryQuery; reply: ScalingHistoryResponse };
  getRateLimitConfig: NoInput & { reply: RateLimitConfiguration };
  getRateLimitStatus: Omit<NoInput, 'params'> & { params: { limiterName: string }; reply: RateLimitStatusResponse };
  getTimeoutConfig: NoInput & { reply: TimeoutConfiguration };
  updateTimeout: Omit<OfQueue, 'body'> & { body: UpdateTimeoutRequest; reply: UpdateTimeoutResponse };
  getExecutionStats: OfQueue & { reply: ExecutionStatsResponse };
  pauseQueue: OfQueue & { reply: QueueControlResponse };
  resumeQueue: OfQueue & { reply: QueueControlResponse };
  cleanQueue: Omit<OfQueue, 'body'> & { body: CleanQueueRequest; reply: CleanQueueResponse };
  retryFailedJobs: Omit<OfQueue, 'query'> & { query: { limit?: number }; reply: RetryFailedJobsResponse };
  recycleWorker: Omit<NoInput, 'params' | 'body'> & {
    params: { workerId: string };
    body: RecycleWorkerRequest;
    reply: RecycleWorkerResponse;
  };
}

export type LiveEvent = { event: 'snapshot'; data: LiveSnapshot } | { event: 'delta'; data: LiveDelta };

export type RouteParams<N extends RouteName> = RouteTypes[N]['params'];
export type RouteQuery<N extends RouteName> = RouteTypes[N]['query'];
export type RouteBody<N extends RouteName> = RouteTypes[N]['body'];
export type RouteReply<N extends RouteName> = RouteTypes[N]['reply'];
