import '../styles/jobs.css';
import '../styles/operations.css';
import type { JobSummary, SearchJobsRequest } from '@drover/contract';
import { useFoundJobs, useJobSearch, useJobs, useQueuesHealth } from '@drover/react';
import { useMemo, useRef } from 'react';
import { FoundPanel } from '../features/jobs/found-panel';
import { JobFilters } from '../features/jobs/job-filters';
import { JobsCountsPanel } from '../features/jobs/jobs-counts-panel';
import { JobsPanel } from '../features/jobs/jobs-panel';
import { SearchPanel } from '../features/jobs/search-panel';
import type { JobActionKind } from '../models/job-actions';
import { placeCounts } from '../models/jobs';
import { filterWords, type JobsView, modeOf, readJobsView, readSearch } from '../models/jobs-view';
import { useAppLocation } from '../router/location';
import { Panel } from '../ui/panel';
import { Empty } from '../ui/panel-states';
import { useServerNow } from '../ui/use-server-now';
import { useBulkJobs } from './use-bulk-jobs';
import { useJobActions } from './use-job-actions';

/** Jobs as the URL asks for them: counts, a queue's list, a search, or an id; `queueName` where the page is a queue's. */
export function JobsList({ queueName }: { queueName?: string }) {
  const { params } = useAppLocation();
  const view = useMemo((): JobsView => {
    const read = readJobsView(params);
    return queueName === undefined ? read : { ...read, queueName };
  }, [params, queueName]);
  const mode = modeOf(view);
  const queues = useQueuesHealth();
  const names = useMemo(() => (queues.data ?? []).map((queue) => queue.queueName).toSorted(), [queues.data]);
  const nowMs = useServerNow(1_000);
  const { act, dialog } = useJobActions();
  const { request, problems } = useSearchRequest(view, nowMs);
  const rest = { view, nowMs, onAct: act };
  return (
    <>
      <div className="panel">
        <JobFilters {...{ view, problems, nowMs }} queueNames={queueName === undefined ? names : undefined} />
      </div>
      {mode === 'counts' && (
        <JobsCountsPanel queues={queues.data} error={queues.error} onRetry={() => void queues.refetch()} />
      )}
      {mode === 'find' && <Found {...rest} />}
      {mode === 'search' &&
        (request ? (
          <Searched key={JSON.stringify(request)} request={request} {...rest} />
        ) : (
          <Panel title="Jobs found">
            <Empty title="This cannot be searched for.">See what is wrong at the fields above.</Empty>
          </Panel>
        ))}
      {mode === 'browse' && <Browsed {...rest} />}
      {dialog}
    </>
  );
}

/** "Last hour" means the hour before it was asked: a search that moves with the clock would never end. */
function useSearchRequest(view: JobsView, nowMs: number) {
  const asked = JSON.stringify(view);
  const held = useRef<{ asked: string; search: ReturnType<typeof readSearch> }>(undefined);
  if (held.current?.asked !== asked) held.current = { asked, search: readSearch(view, nowMs) };
  return held.current.search;
}

interface PartProps {
  view: JobsView;
  nowMs: number;
  onAct: (kind: JobActionKind, jobs: readonly JobSummary[]) => void;
}

function Found({ view: { id }, ...rest }: PartProps) {
  const found = useFoundJobs(id);
  return <FoundPanel id={id} found={found.data} error={found.error} onRetry={() => void found.refetch()} {...rest} />;
}

function Searched({ view, request, ...rest }: PartProps & { request: SearchJobsRequest }) {
  const { queueName, state, order, filter } = view;
  const words = filterWords(filter);
  const search = useJobSearch(request);
  const bulk = useBulkJobs(request, words);
  return (
    <>
      {bulk.progress}
      <SearchPanel
        searchKey={JSON.stringify(request)}
        onActOnAll={bulk.start}
        {...{ search, words, queueName, state, order, ...rest }}
      />
      {bulk.dialog}
    </>
  );
}

function Browsed({ view, ...rest }: PartProps) {
  const { queueName = '', state = 'failed', order } = view;
  const list = useJobs(queueName, { state, order });
  const jobs = useMemo(() => list.data?.pages.flatMap((page) => page.jobs), [list.data]);
  const queue = useQueuesHealth().data?.find((one) => one.queueName === queueName);
  return (
    <JobsPanel
      {...{ queueName, state, order, jobs, ...rest }}
      counts={queue && placeCounts(queue)}
      error={list.error}
      onRetry={() => void list.refetch()}
      hasMore={list.hasNextPage}
      loadingMore={list.isFetchingNextPage}
      onMore={() => void list.fetchNextPage()}
      still={(list.data?.pages.length ?? 0) > 1}
      onRefresh={() => void list.refetch()}
    />
  );
}
