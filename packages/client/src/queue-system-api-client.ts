import {
  type AcknowledgeAlertResponse,
  type Alert,
  type AlertFilters,
  apiBasePath,
  buildPath,
  type CleanQueueRequest,
  type CleanQueueResponse,
  type ControlPlaneStatus,
  type CurrentMemoryResponse,
  type DashboardSummaryResponse,
  datePaths,
  type ExecutionStatsResponse,
  type MemoryConfiguration,
  type QueueControlResponse,
  type QueueHealthStatus,
  type QueueMetricsQuery,
  type QueueMetricsResponse,
  type QueueSystemHealthResponse,
  type RateLimitConfiguration,
  type RateLimitStatusResponse,
  type RecycleWorkerRequest,
  type RecycleWorkerResponse,
  type RetryFailedJobsResponse,
  type RouteBody,
  type RouteName,
  type RouteParams,
  type RouteQuery,
  type RouteReply,
  reviveDates,
  routes,
  type ScalingDecision,
  type ScalingHistoryQuery,
  type ScalingHistoryResponse,
  type ScalingPolicy,
  type TimeoutConfiguration,
  type TrendsQuery,
  type TrendsResponse,
  type UpdateScalingPolicyRequest,
  type UpdateScalingPolicyResponse,
  type UpdateTimeoutRequest,
  type UpdateTimeoutResponse,
  type WorkerMemorySummary,
} from '@drover/contract';
import { type EventHandlers, type EventStream, followEvents } from './event-stream.js';
import { type CallOptions, type ClientOptions, Transport } from './transport.js';

interface CallInput<N extends RouteName> {
  readonly params?: RouteParams<N>;
  readonly query?: RouteQuery<N> | undefined;
  readonly body?: RouteBody<N>;
}

/** The guide's client: its methods and signatures, each also taking a signal and a timeout. */
export class QueueSystemApiClient {
  readonly #transport: Transport;

  constructor(baseUrlOrOptions: string | ClientOptions = apiBasePath) {
    const options = typeof baseUrlOrOptions === 'string' ? { baseUrl: baseUrlOrOptions } : baseUrlOrOptions;
    this.#transport = new Transport({ baseUrl: apiBasePath, ...options });
  }

  // Health and metrics

  getSystemHealth(call?: CallOptions): Promise<QueueSystemHealthResponse> {
    return this.#call('getSystemHealth', {}, call);
  }

  getDashboardSummary(call?: CallOptions): Promise<DashboardSummaryResponse> {
    return this.#call('getDashboardSummary', {}, call);
  }

  getQueuesHealth(call?: CallOptions): Promise<QueueHealthStatus[]> {
    return this.#call('getQueuesHealth', {}, call);
  }

  getQueueMetrics(queueName: string, options?: QueueMetricsQuery, call?: CallOptions): Promise<QueueMetricsResponse> {
    return this.#call('getQueueMetrics', { params: { queueName }, query: options }, call);
  }

  getTrends(options?: TrendsQuery, call?: CallOptions): Promise<TrendsResponse> {
    return this.#call('getTrends', { query: options }, call);
  }

  getStatus(call?: CallOptions): Promise<ControlPlaneStatus> {
    return this.#call('getStatus', {}, call);
  }

  /** Snapshots and deltas as they happen; the dates in them are `Date`s. */
  openEvents(handlers: EventHandlers): EventStream {
    return followEvents(this.#transport, handlers);
  }

  // Alerts

  getActiveAlerts(filters?: AlertFilters, call?: CallOptions): Promise<Alert[]> {
    return this.#call('getActiveAlerts', { query: filters }, call);
  }

  acknowledgeAlert(alertId: string, call?: CallOptions): Promise<AcknowledgeAlertResponse> {
    return this.#call('acknowledgeAlert', { params: { alertId } }, call);
  }

  // Memory

  getWorkerMemory(call?: CallOptions): Promise<WorkerMemorySummary> {
    return this.#call('getWorkerMemory', {}, call);
  }

  getCurrentMemory(call?: CallOptions): Promise<CurrentMemoryResponse> {
    return this.#call('getCurrentMemory', {}, call);
  }

  getMemoryConfig(call?: CallOptions): Promise<MemoryConfiguration> {
    return this.#call('getMemoryConfig', {}, call);
  }

  // Scaling

  getScalingPolicies(call?: CallOptions): Promise<ScalingPolicy[]> {
    return this.#call('getScalingPolicies', {}, call);
  }

  updateScalingPolicy(
    queueName: string,
    update: UpdateScalingPolicyRequest,
    call?: CallOptions,
  ): Promise<UpdateScalingPolicyResponse> {
    return this.#call('updateScalingPolicy', { params: { queueName }, body: update }, call);
  }

  getScalingDecision(queueName: string, call?: CallOptions): Promise<ScalingDecision> {
    return this.#call('getScalingDecision', { params: { queueName } }, call);
  }

  getScalingHistory(
    queueName: string,
    options?: ScalingHistoryQuery,
    call?: CallOptions,
  ): Promise<ScalingHistoryResponse> {
    return this.#call('getScalingHistory', { params: { queueName }, query: options }, call);
  }

  // Rate limits

  getRateLimitConfig(call?: CallOptions): Promise<RateLimitConfiguration> {
    return this.#call('getRateLimitConfig', {}, call);
  }

  getRateLimitStatus(limiterName: string, call?: CallOptions): Promise<RateLimitStatusResponse> {
    return this.#call('getRateLimitStatus', { params: { limiterName } }, call);
  }

  // Timeouts

  getTimeoutConfig(call?: CallOptions): Promise<TimeoutConfiguration> {
    return this.#call('getTimeoutConfig', {}, call);
  }

  updateTimeout(queueName: string, update: UpdateTimeoutRequest, call?: CallOptions): Promise<UpdateTimeoutResponse> {
    return this.#call('updateTimeout', { params: { queueName }, body: update }, call);
  }

  getExecutionStats(queueName: string, call?: CallOptions): Promise<ExecutionStatsResponse> {
    return this.#call('getExecutionStats', { params: { queueName } }, call);
  }

  // Operations. Never repeated by themselves: the effect of one that got no answer is unknown.

  pauseQueue(queueName: string, call?: CallOptions): Promise<QueueControlResponse> {
    return this.#call('pauseQueue', { params: { queueName } }, call);
  }

  resumeQueue(queueName: string, call?: CallOptions): Promise<QueueControlResponse> {
    return this.#call('resumeQueue', { params: { queueName } }, call);
  }

  cleanQueue(queueName: string, request: CleanQueueRequest, call?: CallOptions): Promise<CleanQueueResponse> {
    return this.#call('cleanQueue', { params: { queueName }, body: request }, call);
  }

  retryFailedJobs(queueName: string, limit?: number, call?: CallOptions): Promise<RetryFailedJobsResponse> {
    const query = limit === undefined ? {} : { limit };
    return this.#call('retryFailedJobs', { params: { queueName }, query }, call);
  }

  recycleWorker(workerId: string, request: RecycleWorkerRequest, call?: CallOptions): Promise<RecycleWorkerResponse> {
    return this.#call('recycleWorker', { params: { workerId }, body: request }, call);
  }

  async #call<N extends RouteName>(name: N, input: CallInput<N>, call?: CallOptions): Promise<RouteReply<N>> {
    const path = buildPath(name, input.params as RouteParams<N>, input.query as RouteQuery<N>);
    const reply = await this.#transport.json({ method: routes[name].method, path, body: input.body }, call);
    return reviveDates(reply as RouteReply<N>, datePaths[name]);
  }
}

/** The guide's singleton: same origin, session cookie. */
export const queueSystemApi = new QueueSystemApiClient();
