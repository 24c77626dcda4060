import type { ScalingHistoryQuery, UpdateScalingPolicyRequest, UpdateTimeoutRequest } from '@drover/contract';
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { queueSystemKeys as keys } from '../keys.js';
import { useDrover } from '../provider.js';
import { changePolicyInCache } from './optimistic.js';
import { usePace } from './use-pace.js';

/** How a change of a configuration is sent and told. */
export interface ChangeOptions {
  /** False: the caller shows why a change failed, for example at the field; no notice of it. */
  readonly notifyErrors?: boolean;
}

interface PolicyChange {
  queueName: string;
  update: UpdateScalingPolicyRequest;
  /** Version that the change is based on; without it the last write wins. */
  ifMatch?: string | undefined;
}

interface TimeoutChange {
  queueName: string;
  update: UpdateTimeoutRequest;
  /** `versionOf` the configuration that the change is based on; without it the last write wins. */
  ifMatch?: string | undefined;
}

export function useScalingPolicies() {
  const pace = usePace({ covered: false });
  return useQuery({ ...useDrover().queries.scalingPolicies(), ...pace });
}

export function useUpdateScalingPolicy({ notifyErrors = true }: ChangeOptions = {}) {
  const cache = useQueryClient();
  const { client, notify } = useDrover();
  return useMutation({
    mutationFn: ({ queueName, update, ifMatch }: PolicyChange) =>
      client.updateScalingPolicy(queueName, update, ifMatch === undefined ? {} : { ifMatch }),
    onMutate: ({ queueName, update }: PolicyChange) => changePolicyInCache(cache, queueName, update),
    onSuccess: () => {
      void cache.invalidateQueries({ queryKey: keys.scaling() });
      notify.success('Scaling policy updated');
    },
    onError: (error: Error, _variables, rollback) => {
      rollback?.();
      if (notifyErrors) notify.error(`Failed to update policy: ${error.message}`);
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

export function useTimeoutConfig() {
  const pace = usePace({ covered: false });
  return useQuery({ ...useDrover().queries.timeouts(), ...pace });
}

export function useUpdateTimeout({ notifyErrors = true }: ChangeOptions = {}) {
  const cache = useQueryClient();
  const { client, notify } = useDrover();
  return useMutation({
    mutationFn: ({ queueName, update, ifMatch }: TimeoutChange) =>
      client.updateTimeout(queueName, update, ifMatch === undefined ? {} : { ifMatch }),
    onSuccess: () => {
      void cache.invalidateQueries({ queryKey: keys.timeouts() });
      notify.success('Timeout updated');
    },
    onError: (error: Error) => {
      if (notifyErrors) notify.error(`Failed to update timeout: ${error.message}`);
    },
  });
}
