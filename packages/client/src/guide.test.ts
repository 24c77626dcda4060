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
import { QueueSystemApiClient, queueSystemApi } from './queue-system-api-client.js';

/** The methods of the guide's client, section 2.1, word for word. */
interface GuideClient {
  getSystemHealth(): Promise<QueueSystemHealthResponse>;
  getDashboardSummary(): Promise<DashboardSummaryResponse>;
  getQueuesHealth(): Promise<QueueHealthStatus[]>;
  getQueueMetrics(
    queueName: string,
    options?: { history?: boolean; historyLimit?: number },
  ): Promise<QueueMetricsResponse>;
  getActiveAlerts(filters?: { severity?: AlertSeverity; queueName?: string; acknowledged?: boolean }): Promise<Alert[]>;
  getScalingHistory(queueName: string, options?: { limit?: number; since?: string }): Promise<ScalingHistoryResponse>;
  acknowledgeAlert(alertId: string): Promise<AcknowledgeAlertResponse>;
  getWorkerMemory(): Promise<WorkerMemorySummary>;
  getCurrentMemory(): Promise<CurrentMemoryResponse>;
  getMemoryConfig(): Promise<MemoryConfiguration>;
  getScalingPolicies(): Promise<ScalingPolicy[]>;
  updateScalingPolicy(queueName: string, update: UpdateScalingPolicyRequest): Promise<UpdateScalingPolicyResponse>;
  getScalingDecision(queueName: string): Promise<ScalingDecision>;
  getRateLimitConfig(): Promise<RateLimitConfiguration>;
  getRateLimitStatus(limiterName: string): Promise<RateLimitStatusResponse>;
  getTimeoutConfig(): Promise<TimeoutConfiguration>;
  updateTimeout(queueName: string, update: UpdateTimeoutRequest): Promise<UpdateTimeoutResponse>;
  getExecutionStats(queueName: string): Promise<ExecutionStatsResponse>;
  pauseQueue(queueName: string): Promise<QueueControlResponse>;
  resumeQueue(queueName: string): Promise<QueueControlResponse>;
  cleanQueue(queueName: string, request: CleanQueueRequest): Promise<CleanQueueResponse>;
  retryFailedJobs(queueName: string, limit?: number): Promise<RetryFailedJobsResponse>;
  recycleWorker(workerId: string, request: RecycleWorkerRequest): Promise<RecycleWorkerResponse>;
}

it("can stand wherever the guide's client stands", () => {
  const singleton: GuideClient = queueSystemApi;
  const own: GuideClient = new QueueSystemApiClient('/api/admin/queue-system');
  expect([singleton, own]).toEqual([expect.any(QueueSystemApiClient), expect.any(QueueSystemApiClient)]);
});
