import type { AlertSilence, CreateAlertSilenceRequest, UpdateAlertThresholdsRequest } from '@drover/contract';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { queueSystemKeys as keys } from '../keys.js';
import { useDrover } from '../provider.js';
import { readVersioned } from '../versions.js';
import { usePace } from './use-pace.js';

/** The limits of one queue, or, without a name, those that hold for every queue without its own. */
export function useAlertThresholds(queueName?: string) {
  const { client } = useDrover();
  const pace = usePace({ covered: false });
  return useQuery({
    queryKey: keys.alertThresholds(queueName),
    queryFn: ({ signal }) =>
      readVersioned((onVersion) =>
        queueName === undefined
          ? client.getAlertThresholds({}, { signal, onVersion })
          : client.getQueueAlertThresholds({ params: { queueName } }, { signal, onVersion }),
      ),
    structuralSharing: false,
    staleTime: 30_000,
    ...pace,
  });
}

export interface ThresholdsChange {
  readonly queueName?: string | undefined;
  readonly body: UpdateAlertThresholdsRequest;
  /** `versionOf` the limits that the change is based on: `conflict` when they have moved on. */
  readonly ifMatch?: string | undefined;
}

/** Errors are the form's to show: they belong to its fields. */
export function useUpdateAlertThresholds() {
  const cache = useQueryClient();
  const { client, notify } = useDrover();
  return useMutation({
    mutationFn: ({ queueName, body, ifMatch }: ThresholdsChange) => {
      const options = ifMatch === undefined ? {} : { ifMatch };
      return queueName === undefined
        ? client.updateAlertThresholds({ body }, options)
        : client.updateQueueAlertThresholds({ params: { queueName }, body }, options);
    },
    onSuccess: async () => {
      notify.success('Thresholds saved');
      // A queue's limits stand on the defaults: either change may show in both.
      await cache.invalidateQueries({ queryKey: keys.allAlertThresholds() });
    },
  });
}

/** Silences that hold now or will, the first to end first. */
export function useAlertSilences() {
  const { client } = useDrover();
  const pace = usePace({ covered: false });
  return useQuery({
    queryKey: keys.alertSilences(),
    queryFn: ({ signal }) => client.getAlertSilences({}, { signal }),
    refetchInterval: 30_000,
    staleTime: 10_000,
    ...pace,
  });
}

/** Errors are the form's to show. */
export function useCreateAlertSilence() {
  const cache = useQueryClient();
  const { client, notify } = useDrover();
  return useMutation({
    mutationFn: (body: CreateAlertSilenceRequest) => client.createAlertSilence({ body }),
    onSuccess: async () => {
      notify.success('Silence added');
      await cache.invalidateQueries({ queryKey: keys.allAlerts() });
    },
  });
}

export function useEndAlertSilence() {
  const cache = useQueryClient();
  const { client, notify } = useDrover();
  return useMutation({
    mutationFn: (silenceId: string) => client.deleteAlertSilence({ params: { silenceId } }),
    onSuccess: async (_reply, silenceId) => {
      cache.setQueryData<AlertSilence[]>(keys.alertSilences(), (held) => held?.filter(({ id }) => id !== silenceId));
      notify.success('Silence ended');
      await cache.invalidateQueries({ queryKey: keys.allAlerts() });
    },
  });
}

/** Who is told of alerts, and how that does. */
export function useAlertNotifiers() {
  const { client } = useDrover();
  const pace = usePace({ covered: false });
  return useQuery({
    queryKey: keys.alertNotifiers(),
    queryFn: ({ signal }) => client.getAlertNotifiers({}, { signal }),
    refetchInterval: 15_000,
    staleTime: 5_000,
    ...pace,
  });
}

/** Sends a real message; the reply says whether it arrived, and why not. */
export function useTestAlertNotifier() {
  const cache = useQueryClient();
  const { client } = useDrover();
  return useMutation({
    mutationFn: (notifierName: string) => client.testAlertNotifier({ params: { notifierName } }),
    onSettled: () => cache.invalidateQueries({ queryKey: keys.alertNotifiers() }),
  });
}
