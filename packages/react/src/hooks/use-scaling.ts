import type { SetScalingHoldRequest, SimulateScalingRequest } from '@drover/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { queueSystemKeys as keys } from '../keys.js';
import { useDrover } from '../provider.js';
import type { ChangeOptions } from './use-configuration.js';

/** Has a queue keep a number of workers for a while, whatever the scaler decides. */
export function useSetScalingHold({ notifyErrors = true }: ChangeOptions = {}) {
  const cache = useQueryClient();
  const { client, notify } = useDrover();
  return useMutation({
    mutationFn: ({ queueName, hold }: { queueName: string; hold: SetScalingHoldRequest }) =>
      client.setScalingHold({ params: { queueName }, body: hold }),
    onSuccess: ({ queueName, hold }) => {
      void cache.invalidateQueries({ queryKey: keys.scaling() });
      notify.success(hold ? `${queueName} is held at ${hold.workers} workers` : `${queueName} is held`);
    },
    onError: (error: Error) => {
      if (notifyErrors) notify.error(`Failed to hold the queue: ${error.message}`);
    },
  });
}

export function useEndScalingHold() {
  const cache = useQueryClient();
  const { client, notify } = useDrover();
  return useMutation({
    mutationFn: (queueName: string) => client.endScalingHold({ params: { queueName } }),
    onSuccess: ({ queueName }) => {
      void cache.invalidateQueries({ queryKey: keys.scaling() });
      notify.success(`${queueName} is scaled again`);
    },
    onError: (error: Error) => notify.error(`Failed to end the hold: ${error.message}`),
  });
}

/** Replays recorded arrivals under a draft of a policy; changes nothing. Takes seconds for a long range. */
export function useSimulateScaling() {
  const { client } = useDrover();
  return useMutation({
    mutationFn: (body: SimulateScalingRequest) => client.simulateScaling({ body }, { timeoutMs: 60_000 }),
  });
}
