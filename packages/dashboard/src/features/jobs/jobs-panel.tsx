import type { JobPlace, JobSummary } from '@drover/contract';
import { RefreshCw } from 'lucide-react';
import { formatCount, plural } from '../../models/format';
import type { JobActionKind } from '../../models/job-actions';
import { jobPlaces, type PlaceCounts, placeWords } from '../../models/jobs';
import { setParams } from '../../router/location';
import { IconButton } from '../../ui/button';
import { ExportMenu } from '../../ui/export-menu';
import { LoadMore } from '../../ui/load-more';
import { Panel } from '../../ui/panel';
import { Empty, QueryError, Skeleton } from '../../ui/panel-states';
import { Segmented } from '../../ui/segmented';
import { jobExport } from './job-export';
import { JobTable } from './job-table';

export interface JobsPanelProps {
  queueName: string;
  state: JobPlace;
  order: 'newest' | 'oldest';
  counts: PlaceCounts | undefined;
  /** All pages that were loaded; undefined while loading. */
  jobs: readonly JobSummary[] | undefined;
  error: Error | null;
  onRetry: () => void;
  hasMore: boolean;
  loadingMore: boolean;
  onMore: () => void;
  /** True once more than the first page is loaded: the list then stands still. */
  still: boolean;
  onRefresh: () => void;
  nowMs: number;
  onAct: (kind: JobActionKind, jobs: readonly JobSummary[]) => void;
}

/** Jobs of one queue in one state. */
export function JobsPanel(props: JobsPanelProps) {
  const { queueName, state, order, counts, jobs, error, nowMs, onAct } = props;
  const count = counts?.[state];
  return (
    <Panel
      title={`${placeWords[state]} jobs`}
      meta={
        <>
          {jobs && (count === undefined ? 'count unknown' : plural(Math.max(count, jobs.length), 'job'))}
          {props.still && ' · stands still while more than one page is shown'}
        </>
      }
      actions={
        <>
          {props.still && <IconButton icon={RefreshCw} label="Read the list again" small onClick={props.onRefresh} />}
          {jobs && jobs.length > 0 && <ExportMenu name={`jobs-${queueName}-${state}`} table={() => jobExport(jobs)} />}
        </>
      }
    >
      <StateBar state={state} order={order} counts={counts} />
      {!jobs && error && <QueryError error={error} onRetry={props.onRetry} />}
      {!jobs && !error && <Skeleton className="m-3 h-72 opacity-50" />}
      {jobs?.length === 0 && <NoJobs state={state} counts={counts} />}
      {jobs && jobs.length > 0 && (
        <>
          <JobTable
            caption={`${placeWords[state]} jobs of ${queueName}`}
            withQueue={false}
            orderKey={`${queueName} ${state} ${order}`}
            {...{ jobs, nowMs, state, onAct }}
          />
          <LoadMore
            hasMore={props.hasMore}
            loading={props.loadingMore}
            onMore={props.onMore}
            shown={plural(jobs.length, 'job')}
          />
        </>
      )}
    </Panel>
  );
}

export interface StateBarProps {
  /** Undefined: any. */
  state: JobPlace | undefined;
  order: 'newest' | 'oldest';
  counts: PlaceCounts | undefined;
  /** Whether all states together can be shown, as in a search. */
  withAny?: boolean;
}

/** Which state, with how many there are, and which end first. */
export function StateBar({ state, order, counts, withAny = false }: StateBarProps) {
  const options = jobPlaces.map((value) => {
    const count = counts?.[value];
    return { value, label: `${placeWords[value]}${count === undefined ? '' : ` ${formatCount(count)}`}` };
  });
  return (
    <div className="state-bar">
      <Segmented<JobPlace | 'any'>
        label="State"
        className="group-wrap"
        value={state ?? 'any'}
        options={withAny ? [{ value: 'any', label: 'Any' }, ...options] : options}
        onChange={(next) => setParams({ state: next === 'any' ? undefined : next })}
      />
      <Segmented<'newest' | 'oldest'>
        label="Order"
        value={order}
        options={[
          { value: 'newest', label: 'Newest first' },
          { value: 'oldest', label: 'Oldest first' },
        ]}
        onChange={(next) => setParams({ order: next === 'newest' ? undefined : next })}
      />
    </div>
  );
}

const whyNone: Record<JobPlace, string> = {
  failed: 'Nothing has failed, or what failed was retried or removed.',
  active: 'No worker of this queue is at work on a job now.',
  waiting: 'Every job that could run has been taken.',
  delayed: 'No job waits for a time: of its own, of a schedule, or between two attempts.',
  'waiting-children': 'No parent of a flow waits for its children.',
  completed: 'Nothing has completed, or BullMQ was told not to keep what has (removeOnComplete).',
};

function NoJobs({ state, counts }: { state: JobPlace; counts: PlaceCounts | undefined }) {
  const others = jobPlaces.filter((place) => place !== state && (counts?.[place] ?? 0) > 0);
  return (
    <Empty title={`No ${placeWords[state].toLowerCase()} jobs.`}>
      <p>{whyNone[state]}</p>
      {others.length > 0 && (
        <p className="empty-actions">
          {others.map((place) => (
            <button key={place} type="button" className="btn btn-sm" onClick={() => setParams({ state: place })}>
              {formatCount(counts?.[place] ?? 0)} {placeWords[place].toLowerCase()}
            </button>
          ))}
        </p>
      )}
    </Empty>
  );
}
