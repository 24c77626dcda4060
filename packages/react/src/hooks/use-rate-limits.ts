import type { RateLimitHistoryQuery, UpdateRateLimitRequest } from '@drover/contract';
import { keepPreviousData, useMutation, useQueries, useQuery, useQueryClient } from '@tanstack/react-query';
import { queueSystemKeys as keys } from '../keys.js';
import { useDrover } from '../provider.js';
import type { ChangeOptions } from './use-configuration.js';
import { usePace } from './use-pace.js';

export function useRateLimitConfig() {
  const pace = usePace({ covered: false });
  return useQuery({ ...useDrover().queries.rateLimitConfig(), ...pace });
}

export function useRateLimitStatus(limiterName: string) {
  const pace = usePace({ covered: false });
  return useQuery({ ...useDrover().queries.rateLimitStatus(limiterName), ...pace });
}

/** Of several limiters at once, in their order. */
export function useRateLimitStatuses(limiterNames: readonly string[]) {
  const pace = usePace({ covered: false });
  const { queries } = useDrover();
  return useQueries({ queries: limiterNames.map((name) => ({ ...queries.rateLimitStatus(name), ...pace })) });
}

/** What a limiter granted and delayed, minute by minute. */
export function useRateLimitHistory(limiterName: string, query?: RateLimitHistoryQuery) {
  const pace = usePace({ covered: false });
  return useQuery({
    ...useDrover().queries.rateLimitHistory(limiterName, query),
    ...pace,
    placeholderData: keepPreviousData,
  });
}

interface RateLimitChange {
  limiterName: string;
  update: UpdateRateLimitRequest;
  /** `versionOf` the configuration that the change is based on; without it the last write wins. */
  ifMatch?: string | undefined;
}

/** Changes a limiter's windows, or makes a new one. */
export function useUpdateRateLimit({ notifyErrors = true }: ChangeOptions = {}) {
  const cache = useQueryClient();
  const { client, notify } = useDrover();
  return useMutation({
    mutationFn: ({ limiterName, update, ifMatch }: RateLimitChange) =>
      client.updateRateLimit({ params: { limiterName }, body: update }, ifMatch === undefined ? {} : { ifMatch }),
    onSuccess: ({ limiterName }) => {
      void cache.invalidateQueries({ queryKey: keys.rateLimits() });
      notify.success(`Rate limit ${limiterName} updated`);
    },
    onError: (error: Error) => {
      if (notifyErrors) notify.error(`Failed to update the rate limit: ${error.message}`);
    },
  });
}

/** Takes back what was changed of a limiter; one that the configuration does not know is gone. */
export function useDeleteRateLimit({ notifyErrors = true }: ChangeOptions = {}) {
  const cache = useQueryClient();
  const { client, notify } = useDrover();
  return useMutation({
    mutationFn: ({ limiterName }: { limiterName: string }) => client.deleteRateLimit({ params: { limiterName } }),
    onSuccess: ({ limiterName, removed }) => {
      void cache.invalidateQueries({ queryKey: keys.rateLimits() });
      notify.success(`Rate limit ${limiterName} ${removed ? 'deleted' : 'reset'}`);
    },
    onError: (error: Error) => {
      if (notifyErrors) notify.error(`Failed to remove the rate limit: ${error.message}`);
    },
  });
}
