import type { SearchJobsRequest } from '@drover/contract';
import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useMemo, useState, useSyncExternalStore } from 'react';
import { JobSearch, type JobSearchStand, type JobSearchState } from '../job-search.js';
import { jobKeys } from '../keys.js';
import { useDrover } from '../provider.js';

export interface RunningJobSearch extends JobSearchState {
  /** Goes on: for more hits, after a cancel, after a failure. */
  goOn(): void;
  cancel(): void;
  /** From the beginning. */
  again(): void;
}

/**
 * Searches slice by slice while the component is there, and begins anew when the request is another. One that is come
 * back to within five minutes stands as it was left.
 */
export function useJobSearch(request: SearchJobsRequest): RunningJobSearch {
  const { client } = useDrover();
  const cache = useQueryClient();
  const [run, setRun] = useState(0);
  const asked = JSON.stringify(request);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `asked` is the request by its content; `run` begins anew.
  const search = useMemo(
    () =>
      new JobSearch(
        request,
        (body, signal) => client.searchJobs({ body }, { signal }),
        cache.getQueryData<JobSearchStand>(jobKeys.search(asked)),
      ),
    [client, cache, asked, run],
  );
  useEffect(() => {
    if (search.getState().phase === 'searching') void search.go();
    return () => {
      search.leave();
      cache.setQueryData(jobKeys.search(asked), search.getState());
    };
  }, [search, cache, asked]);
  const state = useSyncExternalStore(search.subscribe, search.getState, search.getState);
  const again = useCallback(() => {
    search.leave();
    cache.removeQueries({ queryKey: jobKeys.search(asked) });
    setRun((before) => before + 1);
  }, [search, cache, asked]);
  return { ...state, goOn: () => void search.go(), cancel: search.cancel, again };
}
