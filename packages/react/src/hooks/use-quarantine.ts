import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { jobKeys } from '../keys.js';
import { useDrover } from '../provider.js';
import { usePace } from './use-pace.js';

/** Jobs that no worker runs because too many crashed with them, the latest first, page by page. */
export function useQuarantine(queueName?: string) {
  const { client } = useDrover();
  const pace = usePace({ covered: false });
  return useInfiniteQuery({
    queryKey: jobKeys.quarantine(queueName),
    queryFn: ({ pageParam, signal }) =>
      client.getQuarantine(
        { query: { ...(queueName && { queueName }), ...(pageParam && { cursor: pageParam }) } },
        { signal },
      ),
    initialPageParam: '',
    getNextPageParam: (last) => last.next,
    refetchInterval: 15_000,
    ...pace,
  });
}

/** Takes `id`s of the quarantine. Releasing takes about 2 s. Resolves with a result also when some could not be changed. */
export function useChangeQuarantine() {
  const { client } = useDrover();
  const cache = useQueryClient();
  return useMutation({
    mutationFn: ({ action, ids }: { readonly action: 'release' | 'discard'; readonly ids: readonly string[] }) => {
      const request = { body: { ids: [...ids] } };
      return action === 'release' ? client.releaseJobs(request) : client.discardJobs(request);
    },
    onSettled: () => {
      // Revealed values are not read again: each look is written to the audit log.
      void cache.invalidateQueries({ queryKey: jobKeys.all(), predicate: ({ queryKey }) => queryKey.at(-1) !== true });
    },
  });
}
