import type { FoundJobsResponse, JobSummary } from '@drover/contract';
import { plural } from '../../models/format';
import type { JobActionKind } from '../../models/job-actions';
import { noFilterParams } from '../../models/jobs-view';
import { setParams } from '../../router/location';
import { Panel } from '../../ui/panel';
import { Empty, QueryError, Skeleton } from '../../ui/panel-states';
import { JobTable } from './job-table';

export interface FoundPanelProps {
  id: string;
  found: FoundJobsResponse | undefined;
  error: Error | null;
  onRetry: () => void;
  nowMs: number;
  onAct: (kind: JobActionKind, jobs: readonly JobSummary[]) => void;
}

/** Every queue's job of one id: BullMQ numbers the jobs of each queue from 1. */
export function FoundPanel({ id, found, error, onRetry, nowMs, onAct }: FoundPanelProps) {
  return (
    <Panel
      title={`Jobs with the id ${id}`}
      meta={found && `${plural(found.jobs.length, 'job')} in ${plural(found.queues, 'queue')}`}
    >
      {!found &&
        (error ? <QueryError error={error} onRetry={onRetry} /> : <Skeleton className="m-3 h-24 opacity-50" />)}
      {found?.jobs.length === 0 && (
        <Empty title={`No queue has a job with the id “${id}”.`}>
          <p>
            It may have been removed: by hand, or by BullMQ when it finished (removeOnComplete, removeOnFail). What was
            removed here is in the trash for seven days.
          </p>
          <p className="empty-actions">
            <button type="button" className="btn btn-sm" onClick={() => setParams({ ...noFilterParams, tab: 'trash' })}>
              Look in the trash
            </button>
            <button type="button" className="btn btn-sm" onClick={() => setParams(noFilterParams)}>
              Clear
            </button>
          </p>
        </Empty>
      )}
      {found && found.jobs.length > 0 && (
        <JobTable
          caption={`Jobs with the id ${id}`}
          jobs={found.jobs}
          state={undefined}
          withQueue
          orderKey={id}
          {...{ nowMs, onAct }}
        />
      )}
    </Panel>
  );
}
