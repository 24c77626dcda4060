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
} from '@drover/contract';
import { expect, it } from 'vitest';
import * as hooks from './index.js';

/** What components of the guide use of a query. */
interface Read<Data> {
  data: Data | undefined;
  isLoading: boolean;
}

/** What components of the guide use of a mutation. */
interface Change<Variables, Data> {
  mutate(variables: Variables): void;
  mutateAsync(variables: Variables): Promise<Data>;
  isPending: boolean;
}

/** The hooks of the guide's section 3 under their names, with their arguments; the last three are those it forgot. */
interface GuideHooks {
  useDashboardSummary(): Read<DashboardSummaryResponse>;
  useSystemHealth(): Read<QueueSystemHealthResponse>;
  useQueuesHealth(): Read<QueueHealthStatus[]>;
  useQueueMetrics(
    queueName: string,
    options?: { history?: boolean; historyLimit?: number },
  ): Read<QueueMetricsResponse>;
  useActiveAlerts(filters?: { severity?: AlertSeverity; queueName?: string; acknowledged?: boolean }): Read<Alert[]>;
  useAcknowledgeAlert(): Change<string, AcknowledgeAlertResponse>;
  useWorkerMemory(): Read<WorkerMemorySummary>;
  useCurrentMemory(): Read<CurrentMemoryResponse>;
  useScalingPolicies(): Read<ScalingPolicy[]>;
  useUpdateScalingPolicy(): Change<
    { queueName: string; update: UpdateScalingPolicyRequest },
    UpdateScalingPolicyResponse
  >;
  useScalingDecision(queueName: string): Read<ScalingDecision>;
  useScalingHistory(queueName: string, options?: { limit?: number; since?: string }): Read<ScalingHistoryResponse>;
  useInfiniteScalingHistory(queueName: string): Read<{ pages: ScalingHistoryResponse[] }>;
  useRateLimitConfig(): Read<RateLimitConfiguration>;
  useRateLimitStatus(limiterName: string): Read<RateLimitStatusResponse>;
  useExecutionStats(queueName: string): Read<ExecutionStatsResponse>;
  usePauseQueue(): Change<string, QueueControlResponse>;
  useResumeQueue(): Change<string, QueueControlResponse>;
  useCleanQueue(): Change<{ queueName: string; request: CleanQueueRequest }, CleanQueueResponse>;
  useRetryFailedJobs(): Change<{ queueName: string; limit?: number }, RetryFailedJobsResponse>;
  useRecycleWorker(): Change<{ workerId: string; request: RecycleWorkerRequest }, RecycleWorkerResponse>;
  useTimeoutConfig(): Read<TimeoutConfiguration>;
  useUpdateTimeout(): Change<{ queueName: string; update: UpdateTimeoutRequest }, UpdateTimeoutResponse>;
  useMemoryConfig(): Read<MemoryConfiguration>;
}

it("stand wherever the guide's hooks stand", () => {
  const ours: GuideHooks = hooks;
  expect(Object.keys(ours).filter((name) => name.startsWith('use')).length).toBeGreaterThanOrEqual(24);
});
