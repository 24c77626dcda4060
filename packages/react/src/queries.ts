import type { QueueSystemApiClient } from '@drover/client';
import type {
  AlertFilters,
  AlertHistoryQuery,
  AuditFilters,
  LiveSnapshot,
  MemoryHistoryQuery,
  OperationSummary,
  OperationsQuery,
  QueueMetricsQuery,
  RateLimitHistoryQuery,
  RecyclesQuery,
  RunningJobsQuery,
  ScalingHistoryQuery,
  TrendsQuery,
} from '@drover/contract';
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { queueSystemKeys as keys } from './keys.js';
import { matchesFilters } from './live/match-alert.js';
import { readVersioned } from './versions.js';

/** The parts of a snapshot that are queries of the guide too. */
export type LivePart = Exclude<keyof LiveSnapshot, 'seq' | 'epoch' | 'timestamp'>;

/** Lets a query wait for a stream that is just opening, rather than fetch what it will bring anyway. */
export interface FirstSnapshot {
  /** That part of the first snapshot; undefined when no stream is opening, or it failed or takes too long. */
  first<Part extends LivePart>(part: Part): Promise<LiveSnapshot[Part] | undefined>;
}

const historyPage = 50;

/** Query options of every read of the API, with the guide's keys, intervals and stale times (ms). */
export function queueSystemQueries(api: QueueSystemApiClient, live?: FirstSnapshot) {
  return {
    dashboard: () =>
      queryOptions({
        queryKey: keys.dashboard(),
        queryFn: async ({ signal }) => (await live?.first('dashboard')) ?? api.getDashboardSummary({ signal }),
        refetchInterval: 5_000,
        staleTime: 2_000,
      }),
    health: () =>
      queryOptions({
        queryKey: keys.health(),
        queryFn: async ({ signal }) => (await live?.first('health')) ?? api.getSystemHealth({ signal }),
        refetchInterval: 10_000,
        staleTime: 5_000,
      }),
    status: () =>
      queryOptions({
        queryKey: keys.status(),
        queryFn: async ({ signal }) => (await live?.first('status')) ?? api.getStatus({ signal }),
        refetchInterval: 10_000,
        staleTime: 5_000,
      }),
    queuesHealth: () =>
      queryOptions({
        queryKey: keys.queuesHealth(),
        queryFn: async ({ signal }) => (await live?.first('queues')) ?? api.getQueuesHealth({ signal }),
        refetchInterval: 10_000,
        // Each tick renews every instant in it: comparing deeply would find no equal part.
        structuralSharing: false,
        staleTime: 5_000,
      }),
    trends: (query?: TrendsQuery) =>
      queryOptions({
        queryKey: keys.trends(query),
        queryFn: ({ signal }) => api.getTrends(query, { signal }),
        refetchInterval: 60_000,
        staleTime: 30_000,
      }),
    queueMetrics: (queueName: string, options?: QueueMetricsQuery) =>
      queryOptions({
        queryKey: keys.queueMetrics(queueName, options),
        queryFn: ({ signal }) => api.getQueueMetrics(queueName, options, { signal }),
        refetchInterval: 10_000,
        enabled: !!queueName,
      }),
    executionStats: (queueName: string) =>
      queryOptions({
        queryKey: keys.executionStats(queueName),
        queryFn: ({ signal }) => api.getExecutionStats(queueName, { signal }),
        enabled: !!queueName,
        staleTime: 60_000,
      }),
    alerts: (filters?: AlertFilters) =>
      queryOptions({
        queryKey: keys.alerts(filters),
        queryFn: async ({ signal }) =>
          (await live?.first('alerts'))?.filter((alert) => matchesFilters(alert, filters)) ??
          api.getActiveAlerts(filters, { signal }),
        refetchInterval: 3_000,
        staleTime: 1_000,
      }),
    alertHistory: (query?: Omit<AlertHistoryQuery, 'cursor'>) =>
      infiniteQueryOptions({
        queryKey: keys.alertHistory(query),
        queryFn: ({ pageParam, signal }) =>
          api.getAlertHistory({ query: { ...query, ...(pageParam && { cursor: pageParam }) } }, { signal }),
        initialPageParam: '',
        getNextPageParam: (last) => last.nextCursor,
        staleTime: 30_000,
      }),
    audit: (filters?: AuditFilters) =>
      infiniteQueryOptions({
        queryKey: keys.audit(filters),
        queryFn: ({ pageParam, signal }) =>
          api.getAudit({ query: { ...filters, ...(pageParam && { cursor: pageParam }) } }, { signal }),
        initialPageParam: '',
        getNextPageParam: (last) => last.nextCursor,
        staleTime: 30_000,
      }),
    operations: (query: Omit<OperationsQuery, 'before'> = {}) =>
      queryOptions({
        queryKey: keys.operationList(query),
        queryFn: ({ signal }) => api.getOperations({ query }, { signal }),
        refetchInterval: 10_000,
      }),
    /** All of them, page by page. */
    operationPages: () =>
      infiniteQueryOptions({
        queryKey: keys.operationPages(),
        queryFn: ({ pageParam, signal }) =>
          api.getOperations({ query: { ...(pageParam && { before: pageParam }) } }, { signal }),
        initialPageParam: '',
        getNextPageParam: (last) => last.next,
        refetchInterval: 10_000,
      }),
    operation: (operationId: string) =>
      queryOptions({
        queryKey: keys.operation(operationId),
        queryFn: ({ signal }) => api.getOperation({ params: { operationId } }, { signal }),
        enabled: !!operationId,
        refetchInterval: ({ state }) => (state.data && isOver(state.data.state) ? false : 1_000),
      }),
    workerMemory: () =>
      queryOptions({
        queryKey: keys.workerMemory(),
        queryFn: async ({ signal }) => (await live?.first('workers')) ?? api.getWorkerMemory({ signal }),
        refetchInterval: 15_000,
        // Each tick renews every instant in it: comparing deeply would find no equal part.
        structuralSharing: false,
        staleTime: 10_000,
      }),
    currentMemory: () =>
      queryOptions({
        queryKey: keys.currentMemory(),
        queryFn: async ({ signal }) => (await live?.first('memory')) ?? api.getCurrentMemory({ signal }),
        refetchInterval: 10_000,
        staleTime: 5_000,
      }),
    memoryConfig: () =>
      queryOptions({
        queryKey: keys.memoryConfig(),
        queryFn: ({ signal }) => readVersioned((onVersion) => api.getMemoryConfig({ signal, onVersion })),
        structuralSharing: false,
        staleTime: 300_000,
      }),
    memoryHistory: (query: MemoryHistoryQuery) =>
      queryOptions({
        queryKey: keys.memoryHistory(query),
        queryFn: ({ signal }) => api.getMemoryHistory({ query }, { signal }),
        refetchInterval: 15_000,
        staleTime: 10_000,
      }),
    /** While one is under way, its progress; else a look now and then for those that Drover starts itself. */
    recycles: (query: RecyclesQuery = {}) =>
      queryOptions({
        queryKey: keys.recycles(query),
        queryFn: ({ signal }) => api.getRecycles({ query }, { signal }),
        refetchInterval: ({ state }) => (state.data && state.data.running.length > 0 ? 2_000 : 15_000),
      }),
    scalingPolicies: () =>
      queryOptions({
        queryKey: keys.scalingPolicies(),
        queryFn: ({ signal }) => api.getScalingPolicies({ signal }),
        staleTime: 60_000,
      }),
    scalingDecision: (queueName: string) =>
      queryOptions({
        queryKey: keys.scalingDecision(queueName),
        queryFn: ({ signal }) => api.getScalingDecision(queueName, { signal }),
        enabled: !!queueName,
        refetchInterval: 30_000,
      }),
    scalingHistory: (queueName: string, options?: ScalingHistoryQuery) =>
      queryOptions({
        queryKey: keys.scalingHistory(queueName, options),
        queryFn: ({ signal }) => api.getScalingHistory(queueName, options, { signal }),
        enabled: !!queueName,
      }),
    infiniteScalingHistory: (queueName: string) =>
      infiniteQueryOptions({
        queryKey: keys.infiniteScalingHistory(queueName),
        queryFn: ({ pageParam, signal }) =>
          api.getScalingHistory(queueName, { limit: historyPage, offset: pageParam }, { signal }),
        initialPageParam: 0,
        getNextPageParam: (last, pages) => (last.history.length < historyPage ? undefined : pages.length * historyPage),
        enabled: !!queueName,
      }),
    rateLimitConfig: () =>
      queryOptions({
        queryKey: keys.rateLimits(),
        queryFn: ({ signal }) => readVersioned((onVersion) => api.getRateLimitConfig({ signal, onVersion })),
        structuralSharing: false,
        staleTime: 300_000,
      }),
    rateLimitHistory: (limiterName: string, query: RateLimitHistoryQuery = {}) =>
      queryOptions({
        queryKey: keys.rateLimitHistory(limiterName, query),
        queryFn: ({ signal }) => api.getRateLimitHistory({ params: { limiterName }, query }, { signal }),
        enabled: !!limiterName,
        refetchInterval: 30_000,
      }),
    rateLimitStatus: (limiterName: string) =>
      queryOptions({
        queryKey: keys.rateLimitStatus(limiterName),
        queryFn: ({ signal }) => api.getRateLimitStatus(limiterName, { signal }),
        enabled: !!limiterName,
        refetchInterval: 10_000,
      }),
    schedules: (queueName?: string) =>
      queryOptions({
        queryKey: keys.scheduleList(queueName),
        queryFn: ({ signal }) => api.getSchedules({ query: queueName === undefined ? {} : { queueName } }, { signal }),
        refetchInterval: 15_000,
      }),
    schedule: (queueName: string, scheduleId: string) =>
      queryOptions({
        queryKey: keys.schedule(queueName, scheduleId),
        queryFn: ({ signal }) => api.getSchedule({ params: { queueName, scheduleId } }, { signal }),
        enabled: !!queueName && !!scheduleId,
        refetchInterval: 15_000,
      }),
    runningJobs: (query: RunningJobsQuery = {}) =>
      queryOptions({
        queryKey: keys.runningJobs(query),
        queryFn: ({ signal }) => api.getRunningJobs({ query }, { signal }),
        refetchInterval: 5_000,
      }),
    timeouts: () =>
      queryOptions({
        queryKey: keys.timeouts(),
        queryFn: ({ signal }) => readVersioned((onVersion) => api.getTimeoutConfig({ signal, onVersion })),
        structuralSharing: false,
        staleTime: 60_000,
      }),
  };
}

export type QueueSystemQueries = ReturnType<typeof queueSystemQueries>;

function isOver(state: OperationSummary['state']): boolean {
  return state !== 'queued' && state !== 'running';
}
