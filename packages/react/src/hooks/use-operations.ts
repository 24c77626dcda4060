import type { CleanQueueRequest, RecycleWorkerRequest, StartOperationRequest } from '@drover/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { queueSystemKeys as keys } from '../keys.js';
import { useDrover } from '../provider.js';
import { pauseInCache } from './optimistic.js';
import type { ChangeOptions } from './use-configuration.js';

export function usePauseQueue() {
  const cache = useQueryClient();
  const { client, notify } = useDrover();
  return useMutation({
    mutationFn: (queueName: string) => client.pauseQueue(queueName),
    onMutate: (queueName: string) => pauseInCache(cache, queueName, true),
    onSuccess: (data) => {
      void cache.invalidateQueries({ queryKey: keys.queues() });
      notify.success(`Queue ${data.queueName} paused`);
    },
    onError: (error: Error, _queueName, rollback) => {
      rollback?.();
      notify.error(`Failed to pause queue: ${error.message}`);
    },
  });
}

export function useResumeQueue() {
  const cache = useQueryClient();
  const { client, notify } = useDrover();
  return useMutation({
    mutationFn: (queueName: string) => client.resumeQueue(queueName),
    onMutate: (queueName: string) => pauseInCache(cache, queueName, false),
    onSuccess: (data) => {
      void cache.invalidateQueries({ queryKey: keys.queues() });
      notify.success(`Queue ${data.queueName} resumed`);
    },
    onError: (error: Error, _queueName, rollback) => {
      rollback?.();
      notify.error(`Failed to resume queue: ${error.message}`);
    },
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

/** Additions of Drover: long operations by their id. */
export function useStartOperation({ notifyErrors = true }: ChangeOptions = {}) {
  const cache = useQueryClient();
  const { client, notify } = useDrover();
  return useMutation({
    mutationFn: (body: StartOperationRequest) => client.startOperation({ body }),
    onSuccess: () => void cache.invalidateQueries({ queryKey: keys.operations() }),
    onError: (error: Error) => {
      if (notifyErrors) notify.error(`Failed to start the operation: ${error.message}`);
    },
  });
}

export function useCancelOperation() {
  const cache = useQueryClient();
  const { client, notify } = useDrover();
  return useMutation({
    mutationFn: (operationId: string) => client.cancelOperation({ params: { operationId } }),
    onSuccess: () => {
      void cache.invalidateQueries({ queryKey: keys.operations() });
      notify.success('Operation cancelled');
    },
    onError: (error: Error) => notify.error(`Failed to cancel the operation: ${error.message}`),
  });
}
