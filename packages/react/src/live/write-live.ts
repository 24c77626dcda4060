import type {
  Alert,
  AlertFilters,
  LiveDelta,
  LiveSnapshot,
  QueueHealthStatus,
  QueueMetrics,
  QueueMetricsQuery,
  QueueMetricsResponse,
} from '@drover/contract';
import type { QueryClient } from '@tanstack/react-query';
import { queueSystemKeys as keys } from '../keys.js';
import { matchesFilters } from './match-alert.js';

/** Puts a snapshot into the cache under the guide's keys. */
export function writeSnapshot(cache: QueryClient, snapshot: LiveSnapshot): void {
  writeParts(cache, snapshot);
  cache.setQueryData<QueueHealthStatus[]>(keys.queuesHealth(), snapshot.queues);
  writeCurrent(cache, snapshot.queues);
}

/** Puts a delta into the cache. Queues that did not change keep their identity, so memoised rows stay as they are. */
export function writeDelta(cache: QueryClient, delta: LiveDelta): void {
  writeParts(cache, delta);
  cache.setQueryData<QueueHealthStatus[]>(keys.queuesHealth(), (held) => held && mergeQueues(held, delta));
  writeCurrent(cache, delta.changedQueues);
}

/** Queues after a delta: changed ones in their place, new ones at the end, removed ones gone. */
export function mergeQueues(
  held: readonly QueueHealthStatus[],
  delta: Pick<LiveDelta, 'changedQueues' | 'removedQueues'>,
): QueueHealthStatus[] {
  const changed = new Map(delta.changedQueues.map((queue) => [queue.queueName, queue]));
  const removed = new Set(delta.removedQueues);
  const merged: QueueHealthStatus[] = [];
  for (const queue of held) {
    if (removed.has(queue.queueName)) continue;
    merged.push(changed.get(queue.queueName) ?? queue);
    changed.delete(queue.queueName);
  }
  merged.push(...changed.values());
  return merged;
}

function writeParts(cache: QueryClient, live: LiveSnapshot | LiveDelta): void {
  cache.setQueryData(keys.dashboard(), live.dashboard);
  cache.setQueryData(keys.health(), live.health);
  cache.setQueryData(keys.status(), live.status);
  cache.setQueryData(keys.workerMemory(), live.workers);
  cache.setQueryData(keys.currentMemory(), live.memory);
  if (live.alerts) writeAlerts(cache, live.alerts);
}

/** Each open list gets what its filters let through. */
function writeAlerts(cache: QueryClient, alerts: readonly Alert[]): void {
  for (const { queryKey } of cache.getQueryCache().findAll({ queryKey: keys.allAlerts(), predicate: isActiveAlerts })) {
    const filters = queryKey[2] as AlertFilters | undefined;
    cache.setQueryData<Alert[]>(queryKey, (held) => held && alerts.filter((alert) => matchesFilters(alert, filters)));
  }
}

/** A list of firing alerts, not a history or a setting below the same key. */
export function isActiveAlerts({ queryKey }: { queryKey: readonly unknown[] }): boolean {
  return queryKey[1] === 'alerts' && typeof queryKey[2] !== 'string';
}

/** Only queries that exist are touched: a thousand queues must not become a thousand cache entries. */
function writeCurrent(cache: QueryClient, queues: readonly QueueHealthStatus[]): void {
  const open = cache.getQueryCache().findAll({ queryKey: keys.queues(), predicate: isQueueMetrics });
  for (const { queryKey } of open) {
    const queue = queues.find(({ queueName }) => queueName === queryKey[2]);
    if (!queue) continue;
    const { until } = (queryKey[4] ?? {}) as QueueMetricsQuery;
    cache.setQueryData<QueueMetricsResponse>(queryKey, (held) => held && withCurrent(held, queue.metrics, !until));
  }
}

function isQueueMetrics({ queryKey }: { queryKey: readonly unknown[] }): boolean {
  return queryKey[3] === 'metrics';
}

/** A history that runs to now grows by the new value once a whole step has passed. */
export function withCurrent(
  held: QueueMetricsResponse,
  current: QueueMetrics,
  runsToNow: boolean,
): QueueMetricsResponse {
  const { history, stepMs } = held;
  const last = history?.at(-1);
  if (!runsToNow || !history || !stepMs) return { ...held, current };
  // A page that was opened before the first step was recorded begins its own.
  const isDue = !last || current.timestamp.getTime() - last.timestamp.getTime() >= stepMs;
  return isDue ? { ...held, current, history: [...history, current] } : { ...held, current };
}
