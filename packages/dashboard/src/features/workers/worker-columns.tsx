import {
  formatCount,
  formatInstant,
  formatMegabytes,
  formatPercent,
  formatSpan,
  unknownMark,
} from '../../models/format';
import type { WorkerRow } from '../../models/worker-rows';
import { Link } from '../../router/link';
import { queuePath } from '../../router/routes';
import type { Column } from '../../ui/data-table';
import { MemoryBar } from '../../ui/memory-bar';
import { WorkerState } from './worker-state';

/** Columns of the list of workers, as of a moment. */
export function workerColumns(nowMs: number): Column<WorkerRow>[] {
  return [
    {
      key: 'worker',
      label: 'Worker',
      role: 'title',
      sortable: true,
      width: '19%',
      cell: ({ worker: { workerId, pid } }) => (
        <span className="worker-id ellipsis" title={pid === undefined ? workerId : `${workerId}, process ${pid}`}>
          {workerId}
        </span>
      ),
    },
    {
      key: 'queue',
      label: 'Queue',
      sortable: true,
      cell: ({ worker: { queueName } }) => (
        <Link className="link ellipsis" to={queuePath(queueName)} title={queueName}>
          {queueName}
        </Link>
      ),
    },
    {
      key: 'host',
      label: 'Host',
      sortable: true,
      hideBelow: 'wide',
      width: '10%',
      cell: ({ worker }) => worker.host ?? unknownMark,
    },
    {
      key: 'state',
      label: 'State',
      sortable: true,
      width: '116px',
      cell: ({ state, reason }) => <WorkerState state={state} title={reason} />,
    },
    {
      key: 'uptime',
      label: 'Uptime',
      numeric: true,
      sortable: true,
      hideBelow: 'wide',
      width: '92px',
      cell: ({ worker: { startTime } }) => (
        <span title={`Since ${formatInstant(startTime)}`}>{formatSpan(nowMs - startTime.getTime())}</span>
      ),
    },
    {
      key: 'jobs',
      label: 'Jobs',
      numeric: true,
      sortable: true,
      width: '76px',
      cell: ({ worker: { jobsProcessed, active, concurrency } }) => (
        <span title={busyWords(active, concurrency)}>{formatCount(jobsProcessed)}</span>
      ),
    },
    {
      key: 'memory',
      label: 'Memory',
      sortable: true,
      width: '200px',
      cell: ({ rssMB, percent, softMB, hardMB, level }) => (
        <MemoryBar
          rssMB={rssMB}
          percent={percent}
          softShare={softMB !== undefined && hardMB !== undefined ? softMB / hardMB : 1}
          level={level}
          title={limitWords(softMB, hardMB, percent)}
        />
      ),
    },
    {
      key: 'cpu',
      label: 'CPU',
      numeric: true,
      sortable: true,
      hideBelow: 'narrow',
      width: '76px',
      cell: ({ worker: { cpuPercent } }) => (cpuPercent === undefined ? unknownMark : formatPercent(cpuPercent)),
    },
    {
      key: 'reason',
      label: 'What stands out',
      hideBelow: 'wide',
      cell: ({ reason, level }) => {
        const words =
          reason ?? { normal: undefined, warning: 'Above its soft limit', critical: 'Near its hard limit' }[level];
        return (
          <span className={`ellipsis block ${words ? '' : 'text-text-3'}`} title={words}>
            {words ?? 'Nothing'}
          </span>
        );
      },
    },
  ];
}

function busyWords(active: number | undefined, concurrency: number | undefined): string {
  if (active === undefined) return 'Jobs done since it started';
  return `${active}${concurrency === undefined ? '' : ` of ${concurrency}`} at work now`;
}

function limitWords(softMB: number | undefined, hardMB: number | undefined, percent: number | undefined): string {
  if (hardMB === undefined || percent === undefined) return 'No limit is known';
  const soft = softMB === undefined ? '' : `, soft limit ${formatMegabytes(softMB)}`;
  return `${Math.round(percent)} % of its hard limit ${formatMegabytes(hardMB)}${soft}`;
}
