import type { LiveSnapshot, ScalingMetrics } from '@drover/contract';

/** A queue's figures as decisions are told with them; zeros for a queue that the snapshot does not hold. */
export function scalingMetrics(snapshot: LiveSnapshot, queueName: string): ScalingMetrics {
  const metrics = snapshot.queues.find((queue) => queue.queueName === queueName)?.metrics;
  return {
    queueName,
    queueDepth: metrics?.waiting ?? 0,
    queueLatencyMs: metrics?.oldestWaitingMs ?? 0,
    activeJobs: metrics?.active ?? 0,
    completedRate: metrics?.jobsPerMinute ?? 0,
    errorRate: metrics?.errorRate ?? 0,
    currentWorkers: metrics?.workers ?? 0,
    ...(metrics && { memoryUsage: metrics.memoryUsageMB }),
    timestamp: metrics?.timestamp ?? snapshot.timestamp,
  };
}
