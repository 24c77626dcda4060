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
  type RateLimitConfigurationResponse,
  type RateLimitStatusResponse,
  type RecycleWorkerRequest,
  type RecycleWorkerResponse,
  type RetryFailedJobsResponse,
  type Route,
  type RouteName,
  type RouteParams,
  reviveDates,
  routeNames,
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
import type { CallArguments, CallReply, LooseInput } from './call.js';
import { type EventHandlers, type EventStream, followEvents } from './event-stream.js';
import { type CallOptions, type ClientOptions, Transport } from './transport.js';

/** The guide's client: its methods and signatures, each also taking a signal and a timeout. */
class GuideClient {
  readonly #transport: Transport;

  constructor(baseUrlOrOptions: string | ClientOptions = apiBasePath) {
    const options = typeof baseUrlOrOptions === 'string' ? { baseUrl: baseUrlOrOptions } : baseUrlOrOptions;
    this.#transport = new Transport({ baseUrl: apiBasePath, ...options });
  }

  /** Any route by its name. A stream's reply is handed over as it is; every other one parsed, its dates revived. */
  async call<N extends RouteName>(name: N, ...[input, options]: CallArguments<N>): Promise<CallReply<N>> {
    const { params, query, body } = (input ?? {}) as LooseInput<N>;
    const route: Route = routes[name];
    const request = { method: route.method, path: buildPath(name, params as RouteParams<N>, query), body };
    // What comes back is what the route's type says; a test holds the server to it.
    if (route.stream) return (await this.#transport.reply(request, options)) as CallReply<N>;
    if (route.download) return (await (await this.#transport.reply(request, options)).text()) as CallReply<N>;
    return reviveDates((await this.#transport.json(request, options)) as CallReply<N>, datePaths[name]);
  }

  // Health and metrics

  getSystemHealth(call?: CallOptions): Promise<QueueSystemHealthResponse> {
    return this.call('getSystemHealth', {}, call);
  }

  getDashboardSummary(call?: CallOptions): Promise<DashboardSummaryResponse> {
    return this.call('getDashboardSummary', {}, call);
  }

  getQueuesHealth(call?: CallOptions): Promise<QueueHealthStatus[]> {
    return this.call('getQueuesHealth', {}, call);
  }

  getQueueMetrics(queueName: string, options?: QueueMetricsQuery, call?: CallOptions): Promise<QueueMetricsResponse> {
    return this.call('getQueueMetrics', { params: { queueName }, query: options }, call);
  }

  getTrends(options?: TrendsQuery, call?: CallOptions): Promise<TrendsResponse> {
    return this.call('getTrends', { query: options }, call);
  }

  getStatus(call?: CallOptions): Promise<ControlPlaneStatus> {
    return this.call('getStatus', {}, call);
  }

  /** Snapshots and deltas as they happen; the dates in them are `Date`s. */
  openEvents(handlers: EventHandlers): EventStream {
    return followEvents(this.#transport, handlers);
  }

  // Alerts

  getActiveAlerts(filters?: AlertFilters, call?: CallOptions): Promise<Alert[]> {
    return this.call('getActiveAlerts', { query: filters }, call);
  }

  acknowledgeAlert(alertId: string, call?: CallOptions): Promise<AcknowledgeAlertResponse> {
    return this.call('acknowledgeAlert', { params: { alertId } }, call);
  }

  // Memory

  getWorkerMemory(call?: CallOptions): Promise<WorkerMemorySummary> {
    return this.call('getWorkerMemory', {}, call);
  }

  getCurrentMemory(call?: CallOptions): Promise<CurrentMemoryResponse> {
    return this.call('getCurrentMemory', {}, call);
  }

  getMemoryConfig(call?: CallOptions): Promise<MemoryConfiguration> {
    return this.call('getMemoryConfig', {}, call);
  }

  // Scaling

  getScalingPolicies(call?: CallOptions): Promise<ScalingPolicy[]> {
    return this.call('getScalingPolicies', {}, call);
  }

  updateScalingPolicy(
    queueName: string,
    update: UpdateScalingPolicyRequest,
    call?: CallOptions,
  ): Promise<UpdateScalingPolicyResponse> {
    return this.call('updateScalingPolicy', { params: { queueName }, body: update }, call);
  }

  getScalingDecision(queueName: string, call?: CallOptions): Promise<ScalingDecision> {
    return this.call('getScalingDecision', { params: { queueName } }, call);
  }

  getScalingHistory(
    queueName: string,
    options?: ScalingHistoryQuery,
    call?: CallOptions,
  ): Promise<ScalingHistoryResponse> {
    return this.call('getScalingHistory', { params: { queueName }, query: options }, call);
  }

  // Rate limits

  getRateLimitConfig(call?: CallOptions): Promise<RateLimitConfigurationResponse> {
    return this.call('getRateLimitConfig', {}, call);
  }

  getRateLimitStatus(limiterName: string, call?: CallOptions): Promise<RateLimitStatusResponse> {
    return this.call('getRateLimitStatus', { params: { limiterName } }, call);
  }

  // Timeouts

  getTimeoutConfig(call?: CallOptions): Promise<TimeoutConfiguration> {
    return this.call('getTimeoutConfig', {}, call);
  }

  updateTimeout(queueName: string, update: UpdateTimeoutRequest, call?: CallOptions): Promise<UpdateTimeoutResponse> {
    return this.call('updateTimeout', { params: { queueName }, body: update }, call);
  }

  getExecutionStats(queueName: string, call?: CallOptions): Promise<ExecutionStatsResponse> {
    return this.call('getExecutionStats', { params: { queueName } }, call);
  }

  // Operations. Never repeated by themselves: the effect of one that got no answer is unknown.

  pauseQueue(queueName: string, call?: CallOptions): Promise<QueueControlResponse> {
    return this.call('pauseQueue', { params: { queueName } }, call);
  }

  resumeQueue(queueName: string, call?: CallOptions): Promise<QueueControlResponse> {
    return this.call('resumeQueue', { params: { queueName } }, call);
  }

  cleanQueue(queueName: string, request: CleanQueueRequest, call?: CallOptions): Promise<CleanQueueResponse> {
    return this.call('cleanQueue', { params: { queueName }, body: request }, call);
  }

  retryFailedJobs(queueName: string, limit?: number, call?: CallOptions): Promise<RetryFailedJobsResponse> {
    const query = limit === undefined ? {} : { limit };
    return this.call('retryFailedJobs', { params: { queueName }, query }, call);
  }

  recycleWorker(workerId: string, request: RecycleWorkerRequest, call?: CallOptions): Promise<RecycleWorkerResponse> {
    return this.call('recycleWorker', { params: { workerId }, body: request }, call);
  }
}

/** Routes that the guide does not have: `client.getAlertHistory({ query: { limit: 10 } })`. */
type FurtherMethods = {
  readonly [N in Exclude<RouteName, keyof GuideClient>]: (...args: CallArguments<N>) => Promise<CallReply<N>>;
};

export type QueueSystemApiClient = GuideClient & FurtherMethods;

for (const name of routeNames) {
  if (name in GuideClient.prototype) continue;
  Object.defineProperty(GuideClient.prototype, name, {
    value(this: GuideClient, ...args: CallArguments<typeof name>) {
      return this.call(name, ...args);
    },
  });
}

/** Has a method for every route of the table: the guide's under its signatures, any other by its inputs. */
export const QueueSystemApiClient = GuideClient as new (
  baseUrlOrOptions?: string | ClientOptions,
) => QueueSystemApiClient;

/** The guide's singleton: same origin, session cookie. */
export const queueSystemApi = new QueueSystemApiClient();
