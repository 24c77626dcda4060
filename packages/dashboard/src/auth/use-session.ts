import { queryOptions, useQuery } from '@tanstack/react-query';
import { fetchSession } from './fetch-session';

export const sessionQuery = queryOptions({
  queryKey: ['session'],
  // The cache takes no undefined: signed out is null.
  queryFn: async () => (await fetchSession()) ?? null,
  staleTime: Number.POSITIVE_INFINITY,
  refetchOnWindowFocus: false,
});

/** Who is signed in: null when nobody is, undefined while asking. */
export function useSession() {
  return useQuery(sessionQuery);
}
