import type { AlertFilters, QueueMetricsQuery, TrendsQuery } from '@drover/contract';
import { useQuery } from '@tanstack/react-query';
import { useDrover } from '../provider.js';
import { usePace } from './use-pace.js';

/** Totals over all queues. */
export function useDashboardSummary() {
  const pace = usePace({ covered: true });
  return useQuery({ ...useDrover().queries.dashboard(), ...pace });
}

/** Queues, workers and memory of the whole system. */
export function useSystemHealth() {
  const pace = usePace({ covered: true });
  return useQuery({ ...useDrover().queries.health(), ...pace });
}

/** What the control plane says of itself. */
export function useSystemStatus() {
  const pace = usePace({ covered: true });
  return useQuery({ ...useDrover().queries.status(), ...pace });
}

/** Every queue with its health and newest metrics. */
export function useQueuesHealth() {
  const pace = usePace({ covered: true });
  return useQuery({ ...useDrover().queries.queuesHealth(), ...pace });
}

/** Short histories for sparklines. */
export function useTrends(query?: TrendsQuery) {
  const pace = usePace({ covered: false });
  return useQuery({ ...useDrover().queries.trends(query), ...pace });
}

/** One queue's newest metrics, and its history on request. Both follow the stream while it delivers. */
export function useQueueMetrics(queueName: string, options?: QueueMetricsQuery) {
  const pace = usePace({ covered: true });
  return useQuery({
    ...useDrover().queries.queueMetrics(queueName, options),
    ...pace,
    // Another range of the same queue: the old one stays, as a placeholder, until the new one is there.
    placeholderData: (held, query) => (query?.queryKey[2] === queueName ? held : undefined),
  });
}

/** Firing alerts, filtered. */
export function useActiveAlerts(filters?: AlertFilters) {
  const pace = usePace({ covered: true });
  return useQuery({ ...useDrover().queries.alerts(filters), ...pace });
}

/** Every worker process with its memory. */
export function useWorkerMemory() {
  const pace = usePace({ covered: true });
  return useQuery({ ...useDrover().queries.workerMemory(), ...pace });
}

/** The workers' memory against the sum of their limits. */
export function useCurrentMemory() {
  const pace = usePace({ covered: true });
  return useQuery({ ...useDrover().queries.currentMemory(), ...pace });
}

/** Distribution of a queue's processing times. */
export function useExecutionStats(queueName: string) {
  const pace = usePace({ covered: false });
  return useQuery({ ...useDrover().queries.executionStats(queueName), ...pace });
}
