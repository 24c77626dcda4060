import type { MemoryHistoryQuery, RecyclesQuery, UpdateMemoryConfigRequest } from '@drover/contract';
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { queueSystemKeys as keys } from '../keys.js';
import { useDrover } from '../provider.js';
import type { ChangeOptions } from './use-configuration.js';
import { usePace } from './use-pace.js';

/** Memory over time of one worker, of a queue's workers, or of the whole system. */
export function useMemoryHistory(query: MemoryHistoryQuery, { enabled = true }: { enabled?: boolean } = {}) {
  const pace = usePace({ covered: false });
  return useQuery({
    ...useDrover().queries.memoryHistory(query),
    ...pace,
    enabled,
    placeholderData: keepPreviousData,
  });
}

/** Replacements of workers: those under way, and the latest that are over. */
export function useRecycles(query?: RecyclesQuery) {
  const pace = usePace({ covered: false });
  return useQuery({ ...useDrover().queries.recycles(query), ...pace });
}

export function useMemoryConfig() {
  const pace = usePace({ covered: false });
  return useQuery({ ...useDrover().queries.memoryConfig(), ...pace });
}

type MemoryConfigChange = UpdateMemoryConfigRequest & {
  /** `versionOf` the configuration that the change is based on; without it the last write wins. */
  ifMatch?: string | undefined;
};

export function useUpdateMemoryConfig({ notifyErrors = true }: ChangeOptions = {}) {
  const cache = useQueryClient();
  const { client, notify } = useDrover();
  return useMutation({
    mutationFn: ({ ifMatch, ...body }: MemoryConfigChange) =>
      client.updateMemoryConfig({ body }, ifMatch === undefined ? {} : { ifMatch }),
    onSuccess: () => {
      void cache.invalidateQueries({ queryKey: keys.memoryConfig() });
      notify.success('Memory configuration updated');
    },
    onError: (error: Error) => {
      if (notifyErrors) notify.error(`Failed to update memory configuration: ${error.message}`);
    },
  });
}

interface RecycleWorkersRequest {
  workerIds: readonly string[];
  reason: string;
  graceful: boolean;
}

/** How a recycle of several workers began; each then goes its way, which `useRecycles` tells. */
export interface RecycleWorkersResult {
  started: readonly string[];
  refused: readonly { workerId: string; why: string }[];
}

/** Asks for many at once; Drover takes those of one queue in turn. Never rejects: each worker has its own answer. */
export function useRecycleWorkers() {
  const cache = useQueryClient();
  const { client, notify } = useDrover();
  return useMutation({
    mutationFn: async ({ workerIds, ...request }: RecycleWorkersRequest): Promise<RecycleWorkersResult> => {
      const replies = await Promise.allSettled(workerIds.map((workerId) => client.recycleWorker(workerId, request)));
      const refused = replies.flatMap((reply, index) =>
        reply.status === 'rejected' ? [{ workerId: workerIds[index] ?? '', why: String(reply.reason?.message) }] : [],
      );
      const names = new Set(refused.map(({ workerId }) => workerId));
      return { started: workerIds.filter((workerId) => !names.has(workerId)), refused };
    },
    onSuccess: ({ started }) => {
      void cache.invalidateQueries({ queryKey: keys.workers() });
      if (started.length > 0)
        notify.success(`Recycling ${started.length} ${started.length === 1 ? 'worker' : 'workers'}`);
    },
  });
}
