/**
 * The guide's types (section 1), with its names, units and value sets. Everything Drover
 * adds is optional, so code written for the guide compiles and runs unchanged.
 *
 * Instants are `Date` here and ISO 8601 UTC strings on the wire; the client revives them.
 *
 * Long because it is a table: one file, in the guide's order, is what a reader compares with it.
 */

import type { ScalingEvidence, ScalingHistoryAdditions, ScalingHold, ScalingMode } from './scaling.js';

// Enums

export enum JobPriority {
  CRITICAL = 1,
  HIGH = 3,
  NORMAL = 5,
  LOW = 7,
  BACKGROUND = 10,
}

export type QueueStatus = 'healthy' | 'warning' | 'critical';
export type AlertSeverity = 'warning' | 'critical';
export type AlertType = 'queue_depth' | 'error_rate' | 'timeout_rate' | 'processing_time' | 'memory_usage';
export type ScalingAction = 'scale_up' | 'scale_down' | 'maintain';
export type JobStatus = 'completed' | 'failed' | 'delayed' | 'waiting' | 'active';

// Health & Metrics

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
  /** Additions of Drover. */
  totalDelayed?: number;
  pausedQueues?: number;
  oldestWaitingMs?: number;
  /** Names of the fields above that are 0 only because they are not known. */
  unknown?: string[];
}

/** One thing that is wrong with a queue. */
export interface HealthIssue {
  kind: HealthIssueKind;
  severity: AlertSeverity;
  /** In words, with the value and its limit. */
  message: string;
  value?: number;
  limit?: number;
}

export type HealthIssueKind =
  | 'queue_depth'
  | 'oldest_waiting'
  | 'error_rate'
  | 'timeout_rate'
  | 'processing_time'
  | 'memory_usage'
  | 'paused'
  | 'no_workers'
  | 'stalled'
  | 'crash_loop'
  | 'rate_limit'
  | 'schedule_missed'
  | 'mixed_priorities'
  | 'unreadable';

/** Workers of a queue by state. */
export interface WorkerCounts {
  starting: number;
  ready: number;
  draining: number;
  /** How many Drover keeps running; absent when it does not run this queue's workers. */
  desired?: number;
}

export type WorkerLifecycle = 'starting' | 'ready' | 'draining' | 'stopped';

export interface QueueHealthStatus {
  queueName: string;
  healthy: boolean;
  status: QueueStatus;
  issues: string[];
  metrics: QueueMetrics;
  timestamp: Date;
  /** Additions of Drover. `issues` again, with what each is about. */
  issueDetails?: HealthIssue[];
  paused?: boolean;
  /** `drover`: workers that report to Drover. `other`: plain BullMQ workers or none seen. */
  watchedBy?: 'drover' | 'other';
  workers?: WorkerCounts;
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
  /** Additions of Drover. Names of fields that are 0 only because they are not known. */
  unknown?: string[];
  /** Part of `waiting` that has a priority. */
  prioritized?: number;
  waitingChildren?: number;
  workers?: number;
  /** Jobs per minute that became runnable, over the sliding minute. */
  arrivalsPerMinute?: number;
  /** Cumulative since Drover first saw the queue, unlike the sizes of the kept sets above. */
  completedTotal?: number;
  failedTotal?: number;
  timedOutTotal?: number;
  stalledTotal?: number;
  handedBackTotal?: number;
  p50WaitMs?: number;
  p95WaitMs?: number;
  p99WaitMs?: number;
  /** Where timings come from: reports of Drover's workers, finished jobs that BullMQ kept, or nowhere. */
  timingSource?: 'workers' | 'sampled' | 'none';
}

export interface QueueMetricsResponse {
  current: QueueMetrics;
  history?: QueueMetrics[];
  /** Addition of Drover: span of one history entry, in ms. */
  stepMs?: number;
}

// Alerts

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
  /** Additions of Drover. What exactly is wrong; `type` is the nearest of the guide's five. */
  kind?: AlertKind;
  /** True while a silence keeps it from being told. */
  silenced?: boolean;
  silenceId?: string;
  /** The worst severity it has had. */
  worstSeverity?: AlertSeverity;
  /** Of an alert that no longer fires. */
  resolvedAt?: Date;
  /** `cleared`: the value came back. `queue_gone`: the queue no longer exists. */
  resolvedBecause?: 'cleared' | 'queue_gone';
  /** Its life so far, oldest first: the first event and the latest 29. */
  events?: AlertEvent[];
}

/** What an alert can be about. Addition of Drover. */
export type AlertKind =
  | AlertType
  | 'no_workers'
  | 'stalled'
  | 'oldest_waiting'
  | 'crash_loop'
  | 'rate_limit'
  | 'schedule_missed';

/** One step in an alert's life. Addition of Drover. */
export interface AlertEvent {
  at: Date;
  what: 'fired' | 'raised' | 'lowered' | 'acknowledged' | 'silenced' | 'unsilenced' | 'resolved';
  severity?: AlertSeverity;
  by?: string;
}

export interface AcknowledgeAlertResponse {
  success: boolean;
  alert: Alert;
}

// Memory Management

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
  /** Additions of Drover. */
  host?: string;
  pid?: number;
  state?: WorkerLifecycle;
  active?: number;
  concurrency?: number;
  /** Share of one core, in percent. */
  cpuPercent?: number;
  eventLoopDelayMs?: number;
  reportedAt?: Date;
  version?: string;
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
  /** Addition of Drover: each host with workers. */
  hosts?: { host: string; workers: number; rssMB: number; totalMemoryMB?: number; freeMemoryMB?: number }[];
}

// Scaling

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
  /** Additions of Drover. How long a job may wait; `scaleUpThreshold.queueLatencyMs` without it, else 30 s. */
  objective?: { waitMs: number };
  /** `auto` without it. `dry_run`: decisions are told and not carried out. `off`: the count stays at minWorkers. */
  mode?: ScalingMode;
  /** For `If-Match`; 0 before the first edit. */
  version?: number;
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
  /** Addition of Drover. `null` takes it away. */
  objective?: { waitMs: number } | null;
  /** Addition of Drover. */
  mode?: ScalingMode;
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
  /** Additions of Drover. What the decision rests on; absent while none was made. */
  evidence?: ScalingEvidence;
  /** Somebody's order over the decision. */
  hold?: ScalingHold;
  /** The policy's, in a preview. */
  mode?: ScalingMode;
}

export interface ScalingHistoryResponse {
  queueName: string;
  history: Array<ScalingDecision & { executedAt: Date } & ScalingHistoryAdditions>;
  /** Addition of Drover: `cursor` of the next page; absent after the last. */
  nextCursor?: string;
}

export type ScalingHistoryEntry = ScalingHistoryResponse['history'][number];

// Rate Limiting

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

/** Addition of Drover: a limiter's windows, any of the four. */
export interface RateLimitWindows {
  perSecond?: number;
  perMinute?: number;
  perHour?: number;
  perDay?: number;
}

/** The guide's eight, which may have further windows, and whatever limiters were configured beside them. */
export type RateLimitConfigurationResponse = {
  [N in keyof RateLimitConfiguration]: RateLimitConfiguration[N] & RateLimitWindows;
} & { [limiterName: string]: RateLimitWindows };

/** `null` takes a window away; one that is not named stays as it is. A new name makes a new limiter. */
export interface UpdateRateLimitRequest {
  perSecond?: number | null;
  perMinute?: number | null;
  perHour?: number | null;
  perDay?: number | null;
}

export interface UpdateRateLimitResponse {
  success: boolean;
  limiterName: string;
  windows: RateLimitWindows;
}

export interface DeleteRateLimitResponse {
  success: boolean;
  limiterName: string;
  /** False: it is part of the configuration, whose windows hold again. */
  removed: boolean;
  /** In force now; empty when it was removed. */
  windows: RateLimitWindows;
}

export interface RateLimitHistoryEntry {
  /** Begin of the minute. */
  timestamp: Date;
  /** Weight granted in it. */
  allowed: number;
  /** Requests granted in it, or sent back to their queue, that had to wait. */
  delayed: number;
  avgDelayMs: number;
  /** Most that waited at once, as the leader saw it. */
  waiting: number;
}

export interface RateLimitHistoryResponse {
  limiterName: string;
  stepMs: number;
  /** Oldest first; a minute in which nothing was asked is absent. */
  history: RateLimitHistoryEntry[];
}

export interface RateLimitStatusResponse {
  limiterName: string;
  windows: {
    perSecond?: RateLimitWindow;
    perMinute?: RateLimitWindow;
    perHour?: RateLimitWindow;
    perDay?: RateLimitWindow;
  };
  /** Additions of Drover. Requests that wait for a permit now, as workers last told. */
  waiting?: number;
  waitingByQueue?: Record<string, number>;
  /** Nothing is granted until then: a worker was told so by the service. */
  penalizedUntil?: Date;
  /** Cumulative, until the limiter was idle for two days. */
  allowedTotal?: number;
  delayedTotal?: number;
}

export interface RateLimitWindow {
  current: number;
  limit: number;
  remaining: number;
  /** When all of the limit is free again, if nothing more is granted. */
  resetAt: Date;
  /** Addition of Drover: when the oldest grant leaves the window; absent while it is empty. */
  nextAt?: Date;
}

// Timeouts

export interface TimeoutConfiguration {
  [queueName: string]: QueueTimeout;
}

/** The timeouts of one queue, as its workers go by them. */
export interface QueueTimeout extends TimeoutExtras {
  timeout: number; // milliseconds
  adaptiveEnabled: boolean;
  softTimeoutPercentage: number;
}

/** Additions of Drover. */
export interface TimeoutExtras {
  /** False: attempts have no deadline; `timeout` is what they would have. */
  enabled?: boolean;
  /** True: what would have timed out is told, and nothing is killed. */
  shadow?: boolean;
  /** Bounds of an adaptive timeout, in ms. */
  floor?: number;
  ceiling?: number;
  /** An adaptive timeout is this percentile of a job name's durations, times the factor. */
  percentile?: number;
  factor?: number;
  /** A job name with fewer measured attempts has `timeout`. */
  minSamples?: number;
  /** Adaptive timeouts in force, in ms, of the job names that have one; all others have `timeout`. */
  effective?: Record<string, number>;
  /** What the timeouts did since they were last changed. */
  activity?: TimeoutActivity;
}

export interface TimeoutActivity extends TimeoutCounts {
  since: Date;
  /** At most 50 job names, the rest under `*`. */
  byName: Record<string, TimeoutCounts>;
}

export interface TimeoutCounts {
  /** Attempts that ran past the soft timeout. */
  soft: number;
  /** Attempts that shadow mode let run past their timeout: they would have been killed. */
  wouldHaveTimedOut: number;
  /** Handlers that ignored the abort of their signal and were left running. */
  abandoned: number;
}

/** Fields that are left out stay as they are; `null` returns a field to the configuration. */
export interface UpdateTimeoutRequest {
  timeout?: number | null;
  adaptiveEnabled?: boolean | null;
  softTimeoutPercentage?: number | null;
  /** A change of `timeout` switches timeouts on, unless this says otherwise. */
  enabled?: boolean | null;
  shadow?: boolean | null;
  floor?: number | null;
  ceiling?: number | null;
  percentile?: number | null;
  factor?: number | null;
  minSamples?: number | null;
}

export interface UpdateTimeoutResponse {
  success: boolean;
  config: { queueName: string } & QueueTimeout;
}

/** The timeouts of every queue that has none of its own. */
export interface UpdateDefaultTimeoutResponse {
  success: boolean;
  config: QueueTimeout;
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
  /** Additions of Drover. */
  timingSource?: 'workers' | 'sampled' | 'none';
  /** How far back the figures go, in ms; the recent executions go as far as need be. */
  windowMs?: number;
  unknown?: string[];
  /** Buckets of the distribution, ascending; bounds in ms. */
  histogram?: { fromMs: number; toMs: number; count: number }[];
  byName?: Record<string, { completed: number; failed: number; timedOut: number; avgMs: number }>;
}

// Memory Configuration

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

// Queue Operations

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

// Error Responses

export interface ErrorResponse {
  success: false;
  error: string;
  code?: string;
  details?: unknown;
}

// API Response Wrappers

export type ApiResponse<T> = T | ErrorResponse;

export function isErrorResponse(response: unknown): response is ErrorResponse {
  return typeof response === 'object' && response !== null && 'success' in response && response.success === false;
}
