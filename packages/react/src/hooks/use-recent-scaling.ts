import type { ScalingHistoryEntry } from '@drover/contract';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { queueSystemKeys as keys } from '../keys.js';
import { useDrover } from '../provider.js';
import { usePace } from './use-pace.js';

export type RecentScaling = ScalingHistoryEntry & { readonly queueName: string };

/**
 * What the scaler last did for these queues, merged, the latest first. One request a queue: name few. A queue that
 * cannot be read is left out, unless none can.
 */
export function useRecentScaling(queueNames: readonly string[], { limit = 5 } = {}) {
  const pace = usePace({ covered: false });
  const { client } = useDrover();
  return useQuery({
    queryKey: keys.recentScaling(queueNames, limit),
    queryFn: async ({ signal }): Promise<RecentScaling[]> => {
      const histories = await Promise.allSettled(
        queueNames.map((queueName) => client.getScalingHistory(queueName, { limit }, { signal })),
      );
      const [failed] = histories.filter((settled) => settled.status === 'rejected');
      const read = histories.flatMap((settled) => (settled.status === 'fulfilled' ? settled.value : []));
      if (failed && read.length === 0) throw failed.reason;
      return read
        .flatMap(({ queueName, history }) => history.map((entry) => ({ ...entry, queueName })))
        .toSorted((a, b) => b.executedAt.getTime() - a.executedAt.getTime())
        .slice(0, limit);
    },
    placeholderData: keepPreviousData,
    refetchInterval: 30_000,
    staleTime: 10_000,
    ...pace,
  });
}
