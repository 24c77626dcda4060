import type { ChangeJobsResponse, TrashedJob } from '@drover/contract';
import { Undo2 } from 'lucide-react';
import { useState } from 'react';
import { personWords } from '../../models/alerts';
import { formatInstant, formatRoughly, plural } from '../../models/format';
import { type Column, DataTable } from '../../ui/data-table';
import { Icon } from '../../ui/icon';
import { LoadMore } from '../../ui/load-more';
import { Panel } from '../../ui/panel';
import { Empty, QueryError, Skeleton } from '../../ui/panel-states';
import { JobState } from './job-state';

export interface TrashPanelProps {
  jobs: readonly TrashedJob[] | undefined;
  error: Error | null;
  onRetry: () => void;
  hasMore: boolean;
  loadingMore: boolean;
  onMore: () => void;
  nowMs: number;
  self: string | undefined;
  restoring: boolean;
  onRestore: (jobs: readonly TrashedJob[]) => Promise<ChangeJobsResponse>;
}

/** The API takes no more at once. */
const mostAtOnce = 200;

/** Jobs that were removed here within seven days; each can be brought back. */
export function TrashPanel(props: TrashPanelProps) {
  const { jobs, error, nowMs, self, restoring, onRestore } = props;
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [refused, setRefused] = useState<ChangeJobsResponse>();
  const rows = jobs?.filter(({ id }) => chosen.has(id)) ?? [];
  const restore = async () => {
    if (restoring) return;
    const reply = await onRestore(rows.slice(0, mostAtOnce)).catch(() => undefined);
    if (reply === undefined) return;
    setChosen(new Set());
    setRefused(reply.failed > 0 ? reply : undefined);
  };
  return (
    <Panel title="Trash" meta="removed here within seven days">
      {rows.length > 0 && (
        <section className="selection-bar" aria-label="Chosen jobs">
          <span role="status">{plural(rows.length, 'job')} chosen</span>
          <button type="button" className="btn btn-sm" disabled={restoring} onClick={() => void restore()}>
            <Icon icon={Undo2} small />
            {restoring ? 'Restoring…' : `Restore ${plural(Math.min(rows.length, mostAtOnce), 'job')}`}
          </button>
          <button type="button" className="btn btn-sm btn-ghost" onClick={() => setChosen(new Set())}>
            Choose none
          </button>
        </section>
      )}
      {refused && (
        <div className="job-note" role="alert">
          <span>
            {plural(refused.done, 'job')} restored, {refused.failed} not:{' '}
            {refused.errors
              ?.slice(0, 5)
              .map((one) => one.error)
              .join(' ')}
          </span>
          <button type="button" className="btn btn-sm btn-ghost" onClick={() => setRefused(undefined)}>
            Dismiss
          </button>
        </div>
      )}
      {!jobs && error && <QueryError error={error} onRetry={props.onRetry} />}
      {!jobs && !error && <Skeleton className="m-3 h-40 opacity-50" />}
      {jobs?.length === 0 && (
        <Empty title="The trash is empty.">
          A job that is removed here is kept for seven days, unless told otherwise, and can be restored: it waits again,
          with a new number where BullMQ gave it its id.
        </Empty>
      )}
      {jobs && jobs.length > 0 && (
        <>
          <DataTable
            caption="Removed jobs"
            columns={trashColumns(nowMs, self)}
            rows={jobs}
            rowKey={({ id }) => id}
            rowName={({ name, jobId }) => `${name}, ${jobId}`}
            selection={{ selected: chosen, onChange: setChosen }}
            orderKey="trash"
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

function trashColumns(nowMs: number, self: string | undefined): Column<TrashedJob>[] {
  return [
    {
      key: 'job',
      label: 'Job',
      role: 'title',
      width: '30%',
      cell: ({ name, jobId }) => (
        <span className="job-link" title={`${name}, ${jobId}`}>
          <span className="ellipsis">{name}</span>
          <span className="job-id ellipsis">{jobId}</span>
        </span>
      ),
    },
    { key: 'queue', label: 'Queue', cell: ({ queueName }) => queueName },
    { key: 'state', label: 'Was', width: '124px', cell: ({ state }) => <JobState state={state} /> },
    {
      key: 'by',
      label: 'Removed by',
      hideBelow: 'wide',
      cell: ({ removedBy }) => <span className="ellipsis block">{personWords(removedBy, self)}</span>,
    },
    {
      key: 'removed',
      label: 'Removed',
      numeric: true,
      width: '104px',
      cell: ({ removedAt }) => (
        <time dateTime={removedAt.toISOString()} title={formatInstant(removedAt)}>
          {formatRoughly(nowMs - removedAt.getTime())} ago
        </time>
      ),
    },
    {
      key: 'until',
      label: 'Gone in',
      numeric: true,
      width: '88px',
      cell: ({ until }) => (
        <time dateTime={until.toISOString()} title={formatInstant(until)}>
          {formatRoughly(until.getTime() - nowMs)}
        </time>
      ),
    },
  ];
}
