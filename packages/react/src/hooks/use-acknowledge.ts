import type { AcknowledgeAlertsRequest } from '@drover/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { queueSystemKeys as keys } from '../keys.js';
import { useDrover } from '../provider.js';
import { acknowledgeInCache } from './optimistic.js';

export function useAcknowledgeAlert() {
  const cache = useQueryClient();
  const { client, notify } = useDrover();
  return useMutation({
    mutationFn: (alertId: string) => client.acknowledgeAlert(alertId),
    onMutate: (alertId: string) => acknowledgeInCache(cache, [alertId]),
    onSuccess: () => {
      void cache.invalidateQueries({ queryKey: keys.allAlerts() });
      notify.success('Alert acknowledged');
    },
    onError: (error: Error, _alertId, rollback) => {
      rollback?.();
      notify.error(`Failed to acknowledge alert: ${error.message}`);
    },
  });
}

/** Addition of Drover: many at once. */
export function useAcknowledgeAlerts() {
  const cache = useQueryClient();
  const { client, notify } = useDrover();
  return useMutation({
    mutationFn: (body: AcknowledgeAlertsRequest) => client.acknowledgeAlerts({ body }),
    onMutate: ({ ids }: AcknowledgeAlertsRequest) => acknowledgeInCache(cache, ids ?? []),
    onSuccess: ({ acknowledged, failed }) => {
      void cache.invalidateQueries({ queryKey: keys.allAlerts() });
      notify.success(`${acknowledged} alerts acknowledged`);
      if (failed > 0) notify.warning(`${failed} alerts could not be acknowledged`);
    },
    onError: (error: Error, _request, rollback) => {
      rollback?.();
      notify.error(`Failed to acknowledge alerts: ${error.message}`);
    },
  });
}
