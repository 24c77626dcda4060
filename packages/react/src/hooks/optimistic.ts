import type {
  Alert,
  AlertFilters,
  QueueHealthStatus,
  ScalingPolicy,
  UpdateScalingPolicyRequest,
} from '@drover/contract';
import type { QueryClient } from '@tanstack/react-query';
import { queueSystemKeys as keys } from '../keys.js';

/** Puts the cache back as it was before the change. */
export type Rollback = () => void;

/**
 * Changes what the cache holds below a key, before the server has answered. A fetch under way
 * is given up: it would bring the old state back in the middle.
 */
async function patch<Data>(
  cache: QueryClient,
  key: readonly unknown[],
  isData: (data: unknown) => data is Data,
  change: (data: Data, key: readonly unknown[]) => Data,
): Promise<Rollback> {
  await cache.cancelQueries({ queryKey: key });
  const before = cache.getQueriesData({ queryKey: key }).filter(([, data]) => isData(data));
  for (const [queryKey, data] of before) if (isData(data)) cache.setQueryData(queryKey, change(data, queryKey));
  return () => {
    for (const [queryKey, data] of before) cache.setQueryData(queryKey, data);
  };
}

/** Shows alerts as acknowledged; lists of those that are not acknowledged lose them. */
export function acknowledgeInCache(cache: QueryClient, alertIds: readonly string[]): Promise<Rollback> {
  const change = (alerts: Alert[], queryKey: readonly unknown[]) => {
    const { acknowledged } = (queryKey[2] ?? {}) as AlertFilters;
    const ids = new Set(alertIds);
    if (acknowledged === false) return alerts.filter(({ id }) => !ids.has(id));
    return alerts.map((alert) => (ids.has(alert.id) ? { ...alert, acknowledged: true } : alert));
  };
  return patch(cache, ['queue-system', 'alerts'], isList<Alert>, change);
}

/** Shows a queue as paused, or as running. */
export function pauseInCache(cache: QueryClient, queueName: string, paused: boolean): Promise<Rollback> {
  const change = (queues: QueueHealthStatus[]) =>
    queues.map((queue) => (queue.queueName === queueName ? { ...queue, paused } : queue));
  return patch(cache, keys.queuesHealth(), isList<QueueHealthStatus>, change);
}

/** Shows a policy as it will be: deep merge, and `null` takes a threshold away. */
export function changePolicyInCache(
  cache: QueryClient,
  queueName: string,
  update: UpdateScalingPolicyRequest,
): Promise<Rollback> {
  const change = (policies: ScalingPolicy[]) =>
    policies.map((policy) => (policy.queueName === queueName ? mergePolicy(policy, update) : policy));
  return patch(cache, keys.scalingPolicies(), isList<ScalingPolicy>, change);
}

/** A policy after a change, as the server merges it. */
export function mergePolicy(policy: ScalingPolicy, update: UpdateScalingPolicyRequest): ScalingPolicy {
  return merge(policy, update) as ScalingPolicy;
}

function merge(held: unknown, change: unknown): unknown {
  if (!isRecord(held) || !isRecord(change)) return change;
  const merged: Record<string, unknown> = { ...held };
  for (const [key, value] of Object.entries(change)) {
    if (value === null) delete merged[key];
    else if (value !== undefined) merged[key] = merge(held[key], value);
  }
  return merged;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Below the key of the alerts lie histories too, whose data is no list. */
function isList<Item>(data: unknown): data is Item[] {
  return Array.isArray(data);
}
