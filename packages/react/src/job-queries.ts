import type { QueueSystemApiClient } from '@drover/client';
import type { JobLogsQuery, JobPlace, JobReference, JobsQuery, JobValueQuery } from '@drover/contract';
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { jobKeys } from './keys.js';

const liveMs = 5_000;
const runningMs = 2_000;
const restingMs = 15_000;

/** Query options of every read of jobs. Apart from the others, so that a page without jobs does not load them. */
export function jobQueries(api: QueueSystemApiClient) {
  return {
    /** The first page follows the queue; once a second one is read all stand still, so that nothing is read twice. */
    pages: (queueName: string, query: Omit<JobsQuery, 'cursor'>) =>
      infiniteQueryOptions({
        queryKey: jobKeys.pages(queueName, query),
        queryFn: ({ pageParam, signal }) =>
          api.getJobs(
            { params: { queueName }, query: { ...query, ...(pageParam && { cursor: pageParam }) } },
            { signal },
          ),
        initialPageParam: '',
        getNextPageParam: (last) => last.next,
        enabled: !!queueName,
        refetchInterval: ({ state }) => ((state.data?.pages.length ?? 0) > 1 ? false : liveMs),
        staleTime: ({ state }) => ((state.data?.pages.length ?? 0) > 1 ? Number.POSITIVE_INFINITY : 2_000),
      }),
    found: (jobId: string) =>
      queryOptions({
        queryKey: jobKeys.found(jobId),
        queryFn: ({ signal }) => api.findJobs({ query: { id: jobId } }, { signal }),
        enabled: !!jobId,
        refetchInterval: restingMs,
      }),
    /** With `reveal` it is read once and not kept: each look is written to the audit log. */
    job: ({ queueName, jobId }: JobReference, reveal = false) =>
      queryOptions({
        queryKey: jobKeys.job(queueName, jobId, reveal),
        queryFn: ({ signal }) => api.getJob({ params: { queueName, jobId }, query: { reveal } }, { signal }),
        enabled: !!queueName && !!jobId,
        ...(reveal
          ? once
          : {
              refetchInterval: ({ state }: { state: { data: { state: JobPlace } | undefined } }) =>
                isFinished(state.data?.state) ? restingMs : runningMs,
            }),
      }),
    logs: ({ queueName, jobId }: JobReference, query: JobLogsQuery = {}) =>
      queryOptions({
        queryKey: jobKeys.logs(queueName, jobId, query),
        queryFn: ({ signal }) => api.getJobLogs({ params: { queueName, jobId }, query }, { signal }),
        enabled: !!queueName && !!jobId,
        ...(query.reveal && once),
      }),
    /** One value, whole: up to 8 MB. */
    value: ({ queueName, jobId }: JobReference, query: JobValueQuery) =>
      queryOptions({
        queryKey: jobKeys.value(queueName, jobId, query),
        queryFn: ({ signal }) => api.getJobValue({ params: { queueName, jobId }, query }, { signal }),
        enabled: !!queueName && !!jobId,
        ...once,
      }),
    tree: ({ queueName, jobId }: JobReference) =>
      queryOptions({
        queryKey: jobKeys.tree(queueName, jobId),
        queryFn: ({ signal }) => api.getJobTree({ params: { queueName, jobId } }, { signal }),
        enabled: !!queueName && !!jobId,
        refetchInterval: liveMs,
      }),
    trash: (queueName?: string) =>
      infiniteQueryOptions({
        queryKey: jobKeys.trash(queueName),
        queryFn: ({ pageParam, signal }) =>
          api.getJobTrash(
            { query: { ...(queueName && { queueName }), ...(pageParam && { cursor: pageParam }) } },
            { signal },
          ),
        initialPageParam: '',
        getNextPageParam: (last) => last.next,
        staleTime: 10_000,
      }),
  };
}

const once = {
  staleTime: Number.POSITIVE_INFINITY,
  gcTime: 0,
  refetchOnWindowFocus: false,
  refetchOnReconnect: false,
} as const;

function isFinished(state: JobPlace | undefined): boolean {
  return state === 'completed' || state === 'failed';
}
