import type { FailureGroup } from '@drover/contract';
import type { RunningFailureScan } from '@drover/react';
import { RefreshCw, RotateCcw, Search } from 'lucide-react';
import { useState } from 'react';
import { formatCount, formatInstant, formatRoughly, plural } from '../../models/format';
import { jobPath } from '../../models/jobs';
import { noFilterParams } from '../../models/jobs-view';
import { Link } from '../../router/link';
import { setParams } from '../../router/location';
import { IconButton } from '../../ui/button';
import { type Column, DataTable } from '../../ui/data-table';
import { ExportMenu } from '../../ui/export-menu';
import { Icon } from '../../ui/icon';
import { Panel } from '../../ui/panel';
import { Empty, PanelError, Skeleton } from '../../ui/panel-states';

export interface FailureGroupsPanelProps {
  scan: RunningFailureScan;
  nowMs: number;
  onRetry: (group: FailureGroup) => void;
}

const mostShown = 200;

/** What fails, by kind: the largest group first, each with an example and what can be done about it. */
export function FailureGroupsPanel({ scan, nowMs, onRetry }: FailureGroupsPanelProps) {
  const { phase, groups, examined, total = 0, error } = scan;
  const [open, setOpen] = useState<string>();
  const words = progressWords(scan);
  return (
    <Panel
      title="Failures"
      meta="by error and place, of the failed jobs that are kept"
      actions={
        <>
          {phase !== 'looking' && <IconButton icon={RefreshCw} label="Look again" small onClick={scan.again} />}
          {groups.length > 0 && <ExportMenu name="failures" table={() => failureExport(groups)} />}
        </>
      }
    >
      <div className="search-progress">
        <progress
          className="operation-bar"
          aria-label="Looked through"
          max={Math.max(1, total)}
          value={phase === 'done' ? Math.max(1, total) : examined}
        />
        <span className="search-words">{words}</span>
        <span className="sr-only" role="status">
          {phase === 'looking' ? '' : words}
        </span>
        {phase === 'looking' && (
          <button type="button" className="btn btn-sm" onClick={scan.cancel}>
            Stop
          </button>
        )}
        {phase === 'cancelled' && (
          <button type="button" className="btn btn-sm" onClick={scan.goOn}>
            Go on
          </button>
        )}
      </div>
      {phase === 'failed' && error && (
        <PanelError message={`The look through failures broke off: ${error.message}`} onRetry={scan.goOn} />
      )}
      {groups.length === 0 && phase === 'looking' && <Skeleton className="m-3 h-40 opacity-50" />}
      {groups.length === 0 && phase === 'done' && (
        <Empty title="No job has failed.">
          Failed jobs are grouped here by their error, without its numbers, ids and quoted values, and the place in your
          code where it was thrown.
        </Empty>
      )}
      {groups.length > 0 && (
        <DataTable
          caption="Failures by kind"
          columns={columns(nowMs)}
          rows={groups.slice(0, mostShown)}
          rowKey={({ fingerprint }) => fingerprint}
          onOpen={({ fingerprint }) => setOpen(fingerprint === open ? undefined : fingerprint)}
          current={open}
          below={(group) => group.fingerprint === open && <Particulars group={group} onRetry={() => onRetry(group)} />}
        />
      )}
      {groups.length > mostShown && (
        <p className="search-words p-3">And {plural(groups.length - mostShown, 'smaller group')}: export for all.</p>
      )}
    </Panel>
  );
}

function Particulars({ group, onRetry }: { group: FailureGroup; onRetry: () => void }) {
  const { fingerprint, example, queues, workers, count } = group;
  return (
    <div className="failure-more">
      <p>
        The latest,{' '}
        <Link className="link" to={jobPath(example)}>
          {example.name} {example.jobId}
        </Link>{' '}
        of {example.queueName}:
      </p>
      <pre className="failure-error">{example.error}</pre>
      <p className="text-text-2">
        {queues.map((queue) => `${queue.queueName} ${formatCount(queue.count)}`).join(', ')}
        {workers.length > 0 && ` · on ${workers.join(', ')}`}
      </p>
      <p className="failure-actions">
        <button type="button" className="btn btn-sm" onClick={onRetry}>
          <Icon icon={RotateCcw} small />
          Retry the group…
        </button>
        <button
          type="button"
          className="btn btn-sm"
          onClick={() =>
            setParams({ ...noFilterParams, tab: undefined, queue: undefined, state: 'failed', failure: fingerprint })
          }
        >
          <Icon icon={Search} small />
          See its {plural(count, 'job')}
        </button>
      </p>
    </div>
  );
}

function columns(nowMs: number): Column<FailureGroup>[] {
  const ago = (at: Date) => (
    <time dateTime={at.toISOString()} title={formatInstant(at)}>
      {formatRoughly(Math.max(0, nowMs - at.getTime()))} ago
    </time>
  );
  return [
    {
      key: 'failure',
      label: 'Failure',
      role: 'title',
      cell: ({ message, place }) => (
        <span className="failure-kind">
          <span className="ellipsis" title={message}>
            {message === '' ? 'No reason given' : message}
          </span>
          {place && (
            <span className="job-id ellipsis" title={place}>
              {place}
            </span>
          )}
        </span>
      ),
    },
    { key: 'count', label: 'Jobs', numeric: true, width: '76px', cell: ({ count }) => formatCount(count) },
    { key: 'rate', label: 'Last hour', numeric: true, width: '88px', cell: ({ lastHour }) => formatCount(lastHour) },
    {
      key: 'queues',
      label: 'Queues',
      width: '16%',
      cell: ({ queues }) => (queues.length === 1 ? queues[0]?.queueName : plural(queues.length, 'queue')),
    },
    { key: 'last', label: 'Last', numeric: true, width: '96px', cell: ({ lastSeen }) => ago(lastSeen) },
    {
      key: 'first',
      label: 'First',
      numeric: true,
      width: '96px',
      hideBelow: 'wide',
      cell: (group) => ago(group.firstSeen),
    },
  ];
}

function progressWords({ phase, groups, examined, total }: RunningFailureScan): string {
  if (total === undefined) return phase === 'looking' ? 'Looking…' : 'Not looked yet.';
  const looked = `${formatCount(examined)} of ${plural(total, 'failed job')} looked at`;
  const found = plural(groups.length, 'kind of failure', 'kinds of failure');
  if (phase === 'done') return `${found}, all ${plural(examined, 'failed job')} looked at.`;
  return `${phase === 'cancelled' ? 'Stopped: ' : ''}${found}, ${looked}${phase === 'looking' ? '…' : '.'}`;
}

function failureExport(groups: readonly FailureGroup[]) {
  return {
    columns: ['fingerprint', 'message', 'place', 'jobs', 'lastHour', 'firstSeen', 'lastSeen', 'queues', 'workers'],
    rows: groups.map((group) => [
      ...[group.fingerprint, group.message, group.place, group.count, group.lastHour, group.firstSeen, group.lastSeen],
      ...[group.queues.map(({ queueName }) => queueName).join(' '), group.workers.join(' ')],
    ]),
  };
}
