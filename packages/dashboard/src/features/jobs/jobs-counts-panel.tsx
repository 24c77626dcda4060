import type { JobPlace, QueueHealthStatus } from '@drover/contract';
import { useMemo } from 'react';
import { formatCount, formatExact, plural, unknownMark } from '../../models/format';
import { jobPlaces, jobsPath, type PlaceCounts, placeCounts, placeWords } from '../../models/jobs';
import { readTableSort, sortRows, tableSortParam } from '../../models/table-sort';
import { Link } from '../../router/link';
import { setParams, useAppLocation } from '../../router/location';
import { type Column, DataTable } from '../../ui/data-table';
import { ExportMenu } from '../../ui/export-menu';
import { Panel } from '../../ui/panel';
import { Empty, QueryError, Skeleton } from '../../ui/panel-states';

export interface JobsCountsPanelProps {
  /** Undefined while loading. */
  queues: readonly QueueHealthStatus[] | undefined;
  error: Error | null;
  onRetry: () => void;
}

interface QueueCounts {
  readonly queueName: string;
  readonly counts: PlaceCounts;
}

const mostFailed = { key: 'failed', descending: true };

/** How many jobs each queue has in each state; every number leads to those jobs. */
export function JobsCountsPanel({ queues, error, onRetry }: JobsCountsPanelProps) {
  const sort = readTableSort(useAppLocation().params.get('sort'), ['queue', ...jobPlaces], mostFailed);
  const rows = useMemo(
    () => queues?.map((queue): QueueCounts => ({ queueName: queue.queueName, counts: placeCounts(queue) })),
    [queues],
  );
  const sorted =
    rows &&
    sortRows(rows, sort.descending, ({ queueName, counts }) =>
      sort.key === 'queue' ? queueName : counts[sort.key as JobPlace],
    );
  return (
    <Panel
      title="Jobs by queue and state"
      meta={rows && plural(rows.length, 'queue')}
      actions={
        sorted &&
        sorted.length > 0 && (
          <ExportMenu
            name="jobs-by-queue"
            table={() => ({
              columns: ['queue', ...jobPlaces],
              rows: sorted.map(({ queueName, counts }) => [queueName, ...jobPlaces.map((place) => counts[place])]),
            })}
          />
        )
      }
    >
      {!rows && (error ? <QueryError error={error} onRetry={onRetry} /> : <Skeleton className="m-3 h-72 opacity-50" />)}
      {rows?.length === 0 && (
        <Empty title="There is no queue yet.">
          A queue is there with its first job: add one here, or with <code>queue.add()</code> from your code.
        </Empty>
      )}
      {sorted && sorted.length > 0 && (
        <DataTable
          caption="Jobs by queue and state"
          columns={columns}
          rows={sorted}
          rowKey={({ queueName }) => queueName}
          sort={sort}
          onSort={(next) => setParams({ sort: tableSortParam(next, mostFailed) }, { replace: true })}
          orderKey={`${sort.key} ${sort.descending}`}
        />
      )}
    </Panel>
  );
}

const columns: Column<QueueCounts>[] = [
  {
    key: 'queue',
    label: 'Queue',
    role: 'title',
    sortable: true,
    cell: ({ queueName }) => (
      <Link className="link ellipsis block" to={jobsPath(queueName)} title={queueName}>
        {queueName}
      </Link>
    ),
  },
  ...jobPlaces.map(
    (place): Column<QueueCounts> => ({
      key: place,
      label: placeWords[place],
      numeric: true,
      sortable: true,
      width: '13%',
      cell: ({ queueName, counts }) => <CountCell queueName={queueName} place={place} count={counts[place]} />,
    }),
  ),
];

interface CountCellProps {
  queueName: string;
  place: JobPlace;
  count: number | undefined;
}

function CountCell({ queueName, place, count }: CountCellProps) {
  if (count === undefined) return <span title="unknown">{unknownMark}</span>;
  const words = `${formatExact(count)} ${placeWords[place].toLowerCase()} in ${queueName}`;
  const tone = count === 0 ? 'text-text-3' : place === 'failed' ? 'text-critical font-semibold' : '';
  return (
    <Link className={`hover:underline ${tone}`} to={jobsPath(queueName, place)} title={words} aria-label={words}>
      {formatCount(count)}
    </Link>
  );
}
