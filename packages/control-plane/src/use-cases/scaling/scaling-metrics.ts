import type { LiveSnapshot, ScalingMetrics } from '@drover/contract';
import type { QueueLoad } from '@drover/core';

/**
 * A queue's figures as decisions are told with them: those that the decision saw, over those
 * of the snapshot; zeros for what neither holds.
 */
export function scalingMetrics(snapshot: LiveSnapshot | null, queueName: string, load?: QueueLoad): ScalingMetrics {
  const metrics = snapshot?.queues.find((queue) => queue.queueName === queueName)?.metrics;
  return {
    queueName,
    queueDepth: load?.depth ?? metrics?.waiting ?? 0,
    queueLatencyMs: load?.oldestWaitMs ?? metrics?.oldestWaitingMs ?? 0,
    activeJobs: load?.active ?? metrics?.active ?? 0,
    completedRate: metrics?.jobsPerMinute ?? 0,
    errorRate: metrics?.errorRate ?? 0,
    currentWorkers: load?.currentWorkers ?? metrics?.workers ?? 0,
    ...(load?.cpuPercent !== undefined && { cpuUsage: load.cpuPercent }),
    ...(metrics && { memoryUsage: metrics.memoryUsageMB }),
    timestamp: load ? new Date(load.nowMs) : (metrics?.timestamp ?? snapshot?.timestamp ?? new Date(0)),
  };
}
