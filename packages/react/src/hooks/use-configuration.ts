import type {
  ScalingHistoryQuery,
  UpdateMemoryConfigRequest,
  UpdateScalingPolicyRequest,
  UpdateTimeoutRequest,
} from '@drover/contract';
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { queueSystemKeys as keys } from '../keys.js';
import { useDrover } from '../provider.js';
import { changePolicyInCache } from './optimistic.js';
import { usePace } from './use-pace.js';

export function useScalingPolicies() {
  const pace = usePace({ covered: false });
  return useQuery({ ...useDrover().queries.scalingPolicies(), ...pace });
}

export function useUpdateScalingPolicy() {
  const cache = useQueryClient();
  const { client, notify } = useDrover();
  return useMutation({
    mutationFn: ({ queueName, update }: { queueName: string; update: UpdateScalingPolicyRequest }) =>
      client.updateScalingPolicy(queueName, update),
    onMutate: ({ queueName, update }: { queueName: string; update: UpdateScalingPolicyRequest }) =>
      changePolicyInCache(cache, queueName, update),
    onSuccess: () => {
      void cache.invalidateQueries({ queryKey: keys.scaling() });
      notify.success('Scaling policy updated');
    },
    onError: (error: Error, _variables, rollback) => {
      rollback?.();
      notify.error(`Failed to update policy: ${error.message}`);
    },
  });
}

/** What the scaler would decide now. */
export function useScalingDecision(queueName: string) {
  const pace = usePace({ covered: false });
  return useQuery({ ...useDrover().queries.scalingDecision(queueName), ...pace });
}

/** The guide's section 3 form: one page, newest first. */
export function useScalingHistory(queueName: string, options?: ScalingHistoryQuery) {
  const pace = usePace({ covered: false });
  return useQuery({ ...useDrover().queries.scalingHistory(queueName, options), ...pace });
}

/** The guide's section 8 form: pages of 50. */
export function useInfiniteScalingHistory(queueName: string) {
  const pace = usePace({ covered: false });
  return useInfiniteQuery({ ...useDrover().queries.infiniteScalingHistory(queueName), ...pace });
}

export function useRateLimitConfig() {
  const pace = usePace({ covered: false });
  return useQuery({ ...useDrover().queries.rateLimitConfig(), ...pace });
}

export function useRateLimitStatus(limiterName: string) {
  const pace = usePace({ covered: false });
  return useQuery({ ...useDrover().queries.rateLimitStatus(limiterName), ...pace });
}

export function useTimeoutConfig() {
  const pace = usePace({ covered: false });
  return useQuery({ ...useDrover().queries.timeouts(), ...pace });
}

export function useUpdateTimeout() {
  const cache = useQueryClient();
  const { client, notify } = useDrover();
  return useMutation({
    mutationFn: ({ queueName, update }: { queueName: string; update: UpdateTimeoutRequest }) =>
      client.updateTimeout(queueName, update),
    onSuccess: () => {
      void cache.invalidateQueries({ queryKey: keys.timeouts() });
      notify.success('Timeout updated');
    },
    onError: (error: Error) => notify.error(`Failed to update timeout: ${error.message}`),
  });
}

export function useMemoryConfig() {
  const pace = usePace({ covered: false });
  return useQuery({ ...useDrover().queries.memoryConfig(), ...pace });
}

export function useUpdateMemoryConfig() {
  const cache = useQueryClient();
  const { client, notify } = useDrover();
  return useMutation({
    mutationFn: (body: UpdateMemoryConfigRequest) => client.updateMemoryConfig({ body }),
    onSuccess: () => {
      void cache.invalidateQueries({ queryKey: keys.memoryConfig() });
      notify.success('Memory configuration updated');
    },
    onError: (error: Error) => notify.error(`Failed to update memory configuration: ${error.message}`),
  });
}
