import { expect, it } from 'vitest';
import type * as Ours from './types.js';
import { isErrorResponse, JobPriority } from './types.js';

/** Compiles only when a value of the second type can be used wherever the first is expected. */
function fits<_Expected, _Given extends _Expected>(): void {}

it("fits the guide's code, type by type: what we answer is what it expects, what it sends is what we take", () => {
  fits<Guide.QueueStatus, Ours.QueueStatus>();
  fits<Guide.AlertSeverity, Ours.AlertSeverity>();
  fits<Guide.AlertType, Ours.AlertType>();
  fits<Guide.ScalingAction, Ours.ScalingAction>();
  fits<Guide.JobStatus, Ours.JobStatus>();
  fits<Guide.QueueSystemHealthResponse, Ours.QueueSystemHealthResponse>();
  fits<Guide.DashboardSummaryResponse, Ours.DashboardSummaryResponse>();
  fits<Guide.QueueHealthStatus, Ours.QueueHealthStatus>();
  fits<Guide.QueueMetrics, Ours.QueueMetrics>();
  fits<Guide.QueueMetricsResponse, Ours.QueueMetricsResponse>();
  fits<Guide.Alert, Ours.Alert>();
  fits<Guide.AcknowledgeAlertResponse, Ours.AcknowledgeAlertResponse>();
  fits<Guide.MemoryStats, Ours.MemoryStats>();
  fits<Guide.WorkerMemoryState, Ours.WorkerMemoryState>();
  fits<Guide.WorkerMemorySummary, Ours.WorkerMemorySummary>();
  fits<Guide.CurrentMemoryResponse, Ours.CurrentMemoryResponse>();
  fits<Guide.ScalingPolicy, Ours.ScalingPolicy>();
  fits<Ours.UpdateScalingPolicyRequest, Guide.UpdateScalingPolicyRequest>();
  fits<Guide.UpdateScalingPolicyResponse, Ours.UpdateScalingPolicyResponse>();
  fits<Guide.ScalingMetrics, Ours.ScalingMetrics>();
  fits<Guide.ScalingDecision, Ours.ScalingDecision>();
  fits<Guide.ScalingHistoryResponse, Ours.ScalingHistoryResponse>();
  fits<Guide.RateLimitConfiguration, Ours.RateLimitConfiguration>();
  fits<Guide.RateLimitStatusResponse, Ours.RateLimitStatusResponse>();
  fits<Guide.RateLimitWindow, Ours.RateLimitWindow>();
  fits<Guide.TimeoutConfiguration, Ours.TimeoutConfiguration>();
  fits<Ours.UpdateTimeoutRequest, Guide.UpdateTimeoutRequest>();
  fits<Guide.UpdateTimeoutResponse, Ours.UpdateTimeoutResponse>();
  fits<Guide.ExecutionStatsResponse, Ours.ExecutionStatsResponse>();
  fits<Guide.MemoryConfiguration, Ours.MemoryConfiguration>();
  fits<Guide.QueueControlResponse, Ours.QueueControlResponse>();
  fits<Ours.CleanQueueRequest, Guide.CleanQueueRequest>();
  fits<Guide.CleanQueueResponse, Ours.CleanQueueResponse>();
  fits<Guide.RetryFailedJobsResponse, Ours.RetryFailedJobsResponse>();
  fits<Ours.RecycleWorkerRequest, Guide.RecycleWorkerRequest>();
  fits<Guide.RecycleWorkerResponse, Ours.RecycleWorkerResponse>();
  fits<Guide.ErrorResponse, Ours.ErrorResponse>();
  fits<Guide.ApiResponse<Guide.Alert>, Ours.ApiResponse<Ours.Alert>>();
});

it("has the guide's priorities", () => {
  expect(JobPriority).toMatchObject({ CRITICAL: 1, HIGH: 3, NORMAL: 5, LOW: 7, BACKGROUND: 10 });
});

it('tells errors from replies, whatever comes', () => {
  expect(isErrorResponse({ success: false, error: 'no' })).toBe(true);
  for (const other of [{ success: true }, {}, [], null, undefined, 'text']) expect(isErrorResponse(other)).toBe(false);
});

/** Section 1 of the integration guide, word for word (the enum and the function apart, which are tested above). */
declare namespace Guide {
  export type QueueStatus = 'healthy' | 'warning' | 'critical';
  export type AlertSeverity = 'warning' | 'critical';
  export type AlertType = 'queue_depth' | 'error_rate' | 'timeout_rate' | 'processing_time' | 'memory_usage';
  export type ScalingAction = 'scale_up' | 'scale_down' | 'maintain';
  export type JobStatus = 'completed' | 'failed' | 'delayed' | 'waiting' | 'active';

  export interface QueueSystemHealthResponse {
    timestamp: Date;
    healthy: boolean;
    queues: {
      totalQueues: number;
      healthyQueues: number;
      warningQueues: number;
      criticalQueues: number;
      totalWaiting: number;
      totalActive: number;
      totalFailed: number;
      activeAlerts: number;
      avgJobsPerMinute: number;
      avgErrorRate: number;
    };
    workers: {
      totalWorkers: number;
      totalJobsProcessed: number;
      averageMemoryUsage: number;
      workersNeedingRecycle: number;
    };
    memory: MemoryStats;
  }

  export interface DashboardSummaryResponse {
    totalQueues: number;
    healthyQueues: number;
    warningQueues: number;
    criticalQueues: number;
    totalWaiting: number;
    totalActive: number;
    totalFailed: number;
    activeAlerts: number;
    avgJobsPerMinute: number;
    avgErrorRate: number;
    timestamp: Date;
  }

  export interface QueueHealthStatus {
    queueName: string;
    healthy: boolean;
    status: QueueStatus;
    issues: string[];
    metrics: QueueMetrics;
    timestamp: Date;
  }

  export interface QueueMetrics {
    queueName: string;
    // Queue depths
    waiting: number;
    active: number;
    delayed: number;
    failed: number;
    completed: number;
    // Rates
    jobsPerMinute: number;
    errorRate: number; // percentage
    timeoutRate: number; // percentage
    // Timing
    avgProcessingTimeMs: number;
    p50ProcessingTimeMs: number;
    p95ProcessingTimeMs: number;
    p99ProcessingTimeMs: number;
    oldestWaitingMs: number;
    // Resources
    memoryUsageMB: number;
    memoryPercentage: number;
    timestamp: Date;
  }

  export interface QueueMetricsResponse {
    current: QueueMetrics;
    history?: QueueMetrics[];
  }

  export interface Alert {
    id: string;
    severity: AlertSeverity;
    queueName: string;
    type: AlertType;
    message: string;
    value: number;
    threshold: number;
    timestamp: Date;
    acknowledged: boolean;
    acknowledgedBy?: string;
    acknowledgedAt?: Date;
  }

  export interface AcknowledgeAlertResponse {
    success: boolean;
    alert: Alert;
  }

  export interface MemoryStats {
    heapUsed: number; // MB
    heapTotal: number; // MB
    external: number; // MB
    rss: number; // MB
    arrayBuffers: number; // MB
    percentage: number;
    timestamp: Date;
  }

  export interface WorkerMemoryState {
    workerId: string;
    queueName: string;
    jobsProcessed: number;
    startTime: Date;
    lastMemoryCheck: MemoryStats;
    shouldRecycle: boolean;
    recycleReason?: string;
  }

  export interface WorkerMemorySummary {
    totalWorkers: number;
    totalJobsProcessed: number;
    averageMemoryUsage: number;
    workersNeedingRecycle: number;
    workers: WorkerMemoryState[];
  }

  export interface CurrentMemoryResponse {
    stats: MemoryStats;
    limits: {
      softLimitMB: number;
      hardLimitMB: number;
      warningThresholdPercent: number;
    };
    status: {
      withinLimits: boolean;
      exceedsWarning: boolean;
      exceedsCritical: boolean;
    };
  }

  export interface ScalingPolicy {
    queueName: string;
    minWorkers: number;
    maxWorkers: number;
    scaleUpThreshold: {
      queueDepth?: number;
      queueLatencyMs?: number;
      cpuPercent?: number;
      memoryPercent?: number;
    };
    scaleDownThreshold: {
      queueDepth?: number;
      queueLatencyMs?: number;
      cpuPercent?: number;
      memoryPercent?: number;
    };
    cooldownSeconds: {
      scaleUp: number;
      scaleDown: number;
    };
  }

  export interface UpdateScalingPolicyRequest {
    minWorkers?: number;
    maxWorkers?: number;
    scaleUpThreshold?: {
      queueDepth?: number;
      queueLatencyMs?: number;
      cpuPercent?: number;
      memoryPercent?: number;
    };
    scaleDownThreshold?: {
      queueDepth?: number;
      queueLatencyMs?: number;
      cpuPercent?: number;
      memoryPercent?: number;
    };
    cooldownSeconds?: {
      scaleUp?: number;
      scaleDown?: number;
    };
  }

  export interface UpdateScalingPolicyResponse {
    success: boolean;
    policy: ScalingPolicy;
  }

  export interface ScalingMetrics {
    queueName: string;
    queueDepth: number;
    queueLatencyMs: number;
    activeJobs: number;
    completedRate: number; // jobs per minute
    errorRate: number; // percentage
    currentWorkers: number;
    cpuUsage?: number;
    memoryUsage?: number;
    timestamp: Date;
  }

  export interface ScalingDecision {
    action: ScalingAction;
    targetWorkers: number;
    currentWorkers: number;
    reason: string;
    metrics: ScalingMetrics;
  }

  export interface ScalingHistoryResponse {
    queueName: string;
    history: Array<ScalingDecision & { executedAt: Date }>;
  }

  export interface RateLimitConfiguration {
    emailSending: {
      perMinute: number;
      perHour: number;
      perDay: number;
    };
    emailCampaign: {
      perMinute: number;
      perHour: number;
    };
    stripeApi: {
      perSecond: number;
      perHour: number;
    };
    resendApi: {
      perSecond: number;
      perHour: number;
    };
    databaseWrites: {
      perSecond: number;
      perMinute: number;
    };
    searchIndexing: {
      perSecond: number;
      perMinute: number;
    };
    assetProcessing: {
      perMinute: number;
      perHour: number;
    };
    taxGeneration: {
      perMinute: number;
      perHour: number;
    };
  }

  export interface RateLimitStatusResponse {
    limiterName: string;
    windows: {
      perSecond?: RateLimitWindow;
      perMinute?: RateLimitWindow;
      perHour?: RateLimitWindow;
      perDay?: RateLimitWindow;
    };
  }

  export interface RateLimitWindow {
    current: number;
    limit: number;
    remaining: number;
    resetAt: Date;
  }

  export interface TimeoutConfiguration {
    [queueName: string]: {
      timeout: number; // milliseconds
      adaptiveEnabled: boolean;
      softTimeoutPercentage: number;
    };
  }

  export interface UpdateTimeoutRequest {
    timeout?: number;
    adaptiveEnabled?: boolean;
  }

  export interface UpdateTimeoutResponse {
    success: boolean;
    config: {
      queueName: string;
      timeout: number;
      adaptiveEnabled: boolean;
      softTimeoutPercentage: number;
    };
  }

  export interface ExecutionStatsResponse {
    queueName: string;
    sampleCount: number;
    min: number;
    max: number;
    avg: number;
    p50: number;
    p95: number;
    p99: number;
    recentExecutions: number[];
  }

  export interface MemoryConfiguration {
    worker: {
      softLimit: number; // MB
      hardLimit: number; // MB
      warningThreshold: number; // percentage
    };
    jobSpecific: {
      [queueName: string]: number; // MB
    };
    recycling: {
      afterJobs: number;
      afterHours: number;
    };
  }

  export interface QueueControlResponse {
    success: boolean;
    queueName: string;
    status: 'paused' | 'active';
  }

  export interface CleanQueueRequest {
    status: JobStatus;
    grace?: number; // milliseconds
    limit?: number;
  }

  export interface CleanQueueResponse {
    success: boolean;
    queueName: string;
    status: string;
    removed: number;
  }

  export interface RetryFailedJobsResponse {
    success: boolean;
    queueName: string;
    total: number;
    retried: number;
    failed: number;
    errors?: string[];
  }

  export interface RecycleWorkerRequest {
    reason: string;
    graceful?: boolean;
  }

  export interface RecycleWorkerResponse {
    success: boolean;
    workerId: string;
    queueName: string;
    status: 'recycling' | 'failed';
    message: string;
  }

  export interface ErrorResponse {
    success: false;
    error: string;
    code?: string;
    // biome-ignore lint/suspicious/noExplicitAny: the guide's own words.
    details?: any;
  }

  export type ApiResponse<T> = T | ErrorResponse;
}
