import type { JobLogsQuery, JobReference, JobsQuery, JobValueQuery } from '@drover/contract';
import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { jobQueries } from '../job-queries.js';
import { useDrover } from '../provider.js';
import { usePace } from './use-pace.js';

/** Jobs of a queue in one state, page by page: 50 unless told. */
export function useJobs(queueName: string, query: Omit<JobsQuery, 'cursor'>) {
  const pace = usePace({ covered: false });
  return useInfiniteQuery({ ...jobQueries(useDrover().client).pages(queueName, query), ...pace });
}

/** Every queue's job of that id; asks for nothing while it is empty. */
export function useFoundJobs(jobId: string) {
  const pace = usePace({ covered: false });
  return useQuery({ ...jobQueries(useDrover().client).found(jobId), ...pace });
}

interface Sight {
  /** Shows what rules take out, to those who may see it; each look is written to the audit log. */
  readonly reveal?: boolean;
  readonly enabled?: boolean;
}

/** One job, whole; large values are cut. Asked for every 2 s until it is finished. */
export function useJob(ref: JobReference, { reveal = false, enabled = true }: Sight = {}) {
  const pace = usePace({ covered: false });
  return useQuery({ ...jobQueries(useDrover().client).job(ref, reveal), ...(!reveal && pace), enabled });
}

/** Lines of a job's log. `live`: read again every 2 s. */
export function useJobLogs(
  ref: JobReference,
  query: JobLogsQuery,
  { enabled = true, live = false }: { enabled?: boolean; live?: boolean } = {},
) {
  const pace = usePace({ covered: false });
  return useQuery({
    ...jobQueries(useDrover().client).logs(ref, query),
    ...(live && !query.reveal && { refetchInterval: 2_000 }),
    ...(!query.reveal && pace),
    enabled,
    placeholderData: keepPreviousData,
  });
}

/** A value that was cut, whole; asked for once it is `enabled`. */
export function useJobValue(ref: JobReference, query: JobValueQuery, { enabled }: { enabled: boolean }) {
  return useQuery({ ...jobQueries(useDrover().client).value(ref, query), enabled });
}

/** The flow below a job, at most 200 jobs. */
export function useJobTree(ref: JobReference, { enabled = true }: { enabled?: boolean } = {}) {
  const pace = usePace({ covered: false });
  return useQuery({ ...jobQueries(useDrover().client).tree(ref), ...pace, enabled });
}

/** Removed jobs that can be restored, the latest first, page by page. */
export function useJobTrash(queueName?: string) {
  const pace = usePace({ covered: false });
  return useInfiniteQuery({ ...jobQueries(useDrover().client).trash(queueName), ...pace });
}
