import type { CleanQueueRequest, RecycleWorkerRequest } from '@drover/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { queueSystemKeys as keys } from '../keys.js';
import { useDrover } from '../provider.js';

export function useAcknowledgeAlert() {
  const cache = useQueryClient();
  const { client, notify } = useDrover();
  return useMutation({
    mutationFn: (alertId: string) => client.acknowledgeAlert(alertId),
    onSuccess: () => {
      void cache.invalidateQueries({ queryKey: ['queue-system', 'alerts'] });
      notify.success('Alert acknowledged');
    },
    onError: (error: Error) => notify.error(`Failed to acknowledge alert: ${error.message}`),
  });
}

export function usePauseQueue() {
  const cache = useQueryClient();
  const { client, notify } = useDrover();
  return useMutation({
    mutationFn: (queueName: string) => client.pauseQueue(queueName),
    onSuccess: (data) => {
      void cache.invalidateQueries({ queryKey: keys.queues() });
      notify.success(`Queue ${data.queueName} paused`);
    },
    onError: (error: Error) => notify.error(`Failed to pause queue: ${error.message}`),
  });
}

export function useResumeQueue() {
  const cache = useQueryClient();
  const { client, notify } = useDrover();
  return useMutation({
    mutationFn: (queueName: string) => client.resumeQueue(queueName),
    onSuccess: (data) => {
      void cache.invalidateQueries({ queryKey: keys.queues() });
      notify.success(`Queue ${data.queueName} resumed`);
    },
    onError: (error: Error) => notify.error(`Failed to resume queue: ${error.message}`),
  });
}

export function useCleanQueue() {
  const cache = useQueryClient();
  const { client, notify } = useDrover();
  return useMutation({
    mutationFn: ({ queueName, request }: { queueName: string; request: CleanQueueRequest }) =>
      client.cleanQueue(queueName, request),
    onSuccess: (data) => {
      void cache.invalidateQueries({ queryKey: keys.queues() });
      notify.success(`Removed ${data.removed} jobs from ${data.queueName}`);
    },
    onError: (error: Error) => notify.error(`Failed to clean queue: ${error.message}`),
  });
}

export function useRetryFailedJobs() {
  const cache = useQueryClient();
  const { client, notify } = useDrover();
  return useMutation({
    mutationFn: ({ queueName, limit }: { queueName: string; limit?: number }) =>
      client.retryFailedJobs(queueName, limit),
    onSuccess: (data) => {
      void cache.invalidateQueries({ queryKey: keys.queues() });
      notify.success(`Retried ${data.retried} jobs from ${data.queueName}`);
      if (data.failed > 0) notify.warning(`${data.failed} jobs could not be retried`);
    },
    onError: (error: Error) => notify.error(`Failed to retry jobs: ${error.message}`),
  });
}

export function useRecycleWorker() {
  const cache = useQueryClient();
  const { client, notify } = useDrover();
  return useMutation({
    mutationFn: ({ workerId, request }: { workerId: string; request: RecycleWorkerRequest }) =>
      client.recycleWorker(workerId, request),
    onSuccess: (data) => {
      void cache.invalidateQueries({ queryKey: keys.workers() });
      notify.success(`Worker ${data.workerId} recycling initiated`);
    },
    onError: (error: Error) => notify.error(`Failed to recycle worker: ${error.message}`),
  });
}
