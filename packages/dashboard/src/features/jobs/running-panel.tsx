import type { RunningJob, RunningJobs } from '@drover/contract';
import { CircleStop, Hourglass, Unplug } from 'lucide-react';
import { useMemo } from 'react';
import { formatInstant, formatSpan, plural, unknownMark } from '../../models/format';
import { jobPath } from '../../models/jobs';
import { Link } from '../../router/link';
import { navigate, setParams, useAppLocation, withRange } from '../../router/location';
import { queuePath } from '../../router/routes';
import { type Column, DataTable } from '../../ui/data-table';
import { ExportMenu } from '../../ui/export-menu';
import { Icon } from '../../ui/icon';
import { SelectField } from '../../ui/inputs';
import { Panel } from '../../ui/panel';
import { Empty, QueryError, Skeleton } from '../../ui/panel-states';

export interface RunningPanelProps {
  running: RunningJobs | undefined;
  error: Error | null;
  onRetry: () => void;
  /** Names to choose from. */
  workerIds: readonly string[];
  queueNames: readonly string[];
  workerId: string;
  queueName: string;
  onCancel: (job: RunningJob) => void;
}

/** Who runs what: stuck jobs first, then those at work the longest. */
export function RunningPanel(props: RunningPanelProps) {
  const { running, error, onRetry, workerId, queueName, onCancel } = props;
  const { params } = useAppLocation();
  const columns = useMemo(() => runningColumns(onCancel), [onCancel]);
  const stuck = running?.jobs.filter((job) => job.stuck !== undefined).length ?? 0;
  const filtering = workerId !== '' || queueName !== '';
  return (
    <Panel
      title="Running jobs"
      meta={
        running &&
        `${plural(running.jobs.length, 'job')}${running.truncated ? ', the first of more' : ''}${stuck > 0 ? ` · ${stuck} stuck` : ''}`
      }
      actions={
        running &&
        running.jobs.length > 0 && <ExportMenu name="running-jobs" table={() => runningExport(running.jobs)} />
      }
    >
      <search className="filters" aria-label="Filter running jobs">
        <SelectField
          label="Queue"
          value={queueName}
          options={choices('Every queue', props.queueNames, queueName)}
          onChange={(queue) => setParams({ queue })}
        />
        <SelectField
          label="Worker"
          value={workerId}
          options={choices('Every worker', props.workerIds, workerId)}
          onChange={(by) => setParams({ by })}
        />
      </search>
      {!running &&
        (error ? <QueryError error={error} onRetry={onRetry} /> : <Skeleton className="m-3 h-40 opacity-50" />)}
      {running?.jobs.length === 0 && (
        <Empty title={filtering ? 'No running job matches.' : 'No job runs now.'}>
          {filtering ? (
            <button type="button" className="btn btn-sm" onClick={() => setParams({ queue: undefined, by: undefined })}>
              Show all
            </button>
          ) : (
            'Jobs that workers have in hand stand here, with how long and how far.'
          )}
        </Empty>
      )}
      {running && running.jobs.length > 0 && (
        <DataTable
          caption="Running jobs"
          columns={columns}
          rows={running.jobs}
          rowKey={jobPath}
          rowName={({ name, jobId }) => `${name}, ${jobId}`}
          orderKey={`${workerId} ${queueName}`}
          onOpen={(job) => navigate(withRange(jobPath(job), params))}
        />
      )}
    </Panel>
  );
}

/** The one that the URL asks for is offered too, even when it is gone. */
function choices(all: string, names: readonly string[], chosen: string) {
  const known = chosen === '' || names.includes(chosen) ? names : [chosen, ...names];
  return [{ value: '', label: all }, ...known.map((name) => ({ value: name, label: name }))];
}

const stuckLooks = {
  worker_gone: {
    icon: Unplug,
    words: 'Worker gone',
    className: 'status-critical',
    title: 'Its worker reports no more. BullMQ gives the job to another worker when its lock lapses.',
  },
  slow: {
    icon: Hourglass,
    words: 'Slow',
    className: 'status-warning',
    title: 'It runs far longer than jobs of this queue do.',
  },
};

function runningColumns(onCancel: (job: RunningJob) => void): Column<RunningJob>[] {
  return [
    {
      key: 'job',
      label: 'Job',
      role: 'title',
      width: '22%',
      cell: (job) => (
        <Link className="job-link" to={jobPath(job)} title={`${job.name}, ${job.jobId}`}>
          <span className="ellipsis">{job.name}</span>
          <span className="job-id ellipsis">{job.jobId}</span>
        </Link>
      ),
    },
    {
      key: 'queue',
      label: 'Queue',
      cell: ({ queueName }) => (
        <Link className="ellipsis block hover:underline" to={queuePath(queueName)} title={queueName}>
          {queueName}
        </Link>
      ),
    },
    {
      key: 'worker',
      label: 'Worker',
      cell: ({ workerId, host }) =>
        workerId === undefined ? (
          <span className="text-text-3" title="A worker without a name, of plain BullMQ">
            unknown
          </span>
        ) : (
          <Link
            className="ellipsis block hover:underline"
            to={`/workers?worker=${encodeURIComponent(workerId)}`}
            title={host === undefined ? workerId : `${workerId} on ${host}`}
          >
            {workerId}
          </Link>
        ),
    },
    {
      key: 'stuck',
      label: 'State',
      width: '128px',
      role: 'bare',
      cell: ({ stuck }) => {
        if (stuck === undefined) return <span className="text-text-2">At work</span>;
        const { icon, words, className, title } = stuckLooks[stuck];
        return (
          <span className={`status ${className}`} title={title}>
            <Icon icon={icon} small />
            {words}
          </span>
        );
      },
    },
    { key: 'attempt', label: 'Attempt', numeric: true, width: '76px', cell: ({ attempt }) => attempt },
    {
      key: 'progress',
      label: 'Progress',
      width: '128px',
      cell: ({ progress, name }) =>
        progress === undefined ? (
          <span className="text-text-3" title="It tells none as a number">
            {unknownMark}
          </span>
        ) : (
          <span className="progress-cell">
            <progress className="operation-bar" max={100} value={progress} aria-label={`Progress of ${name}`} />
            {Math.round(progress)} %
          </span>
        ),
    },
    {
      key: 'age',
      label: 'Runs for',
      numeric: true,
      width: '96px',
      cell: ({ ageMs, startedAt }) => (
        <span className="whitespace-nowrap" title={startedAt && `Since ${formatInstant(startedAt)}`}>
          {formatSpan(ageMs)}
        </span>
      ),
    },
    {
      key: 'cancel',
      label: 'Cancel',
      numeric: true,
      width: '116px',
      role: 'bare',
      cell: (job) => (
        <button
          type="button"
          className="btn btn-sm"
          aria-label={`Cancel ${job.name}, ${job.jobId}`}
          onClick={() => onCancel(job)}
        >
          <Icon icon={CircleStop} small />
          Cancel…
        </button>
      ),
    },
  ];
}

function runningExport(jobs: readonly RunningJob[]) {
  return {
    columns: ['queue', 'jobId', 'name', 'worker', 'host', 'attempt', 'startedAt', 'ageMs', 'progress', 'stuck'],
    rows: jobs.map((job) => [
      ...[job.queueName, job.jobId, job.name, job.workerId, job.host, job.attempt, job.startedAt, job.ageMs],
      ...[job.progress, job.stuck],
    ]),
  };
}
