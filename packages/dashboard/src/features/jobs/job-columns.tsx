import type { JobPlace, JobSummary } from '@drover/contract';
import { formatDuration, formatInstant, formatRoughly, formatSpan, unknownMark } from '../../models/format';
import { attemptWords, jobPath, jobsPath, ranMs } from '../../models/jobs';
import { Link } from '../../router/link';
import type { Column } from '../../ui/data-table';
import { JobState } from './job-state';

export interface JobColumnsOptions {
  nowMs: number;
  /** Which it is of: a column for the state where they are of several. */
  state: JobPlace | undefined;
  /** A column for the queue where they are of several. */
  withQueue: boolean;
}

/** Columns of a list of jobs: those that say something about their state. */
export function jobColumns({ nowMs, state, withQueue }: JobColumnsOptions): Column<JobSummary>[] {
  const shows = (...places: JobPlace[]) => state === undefined || places.includes(state);
  const columns: (Column<JobSummary> | false)[] = [
    {
      key: 'job',
      label: 'Job',
      role: 'title',
      width: withQueue ? '20%' : '22%',
      cell: (job) => (
        <Link className="job-link" to={jobPath(job)} title={`${job.name}, ${job.jobId}`}>
          <span className="ellipsis">{job.name}</span>
          <span className="job-id ellipsis">{job.jobId}</span>
        </Link>
      ),
    },
    withQueue && {
      key: 'queue',
      label: 'Queue',
      width: '14%',
      cell: ({ queueName, state: place }) => (
        <Link className="ellipsis block hover:underline" to={jobsPath(queueName, place)} title={queueName}>
          {queueName}
        </Link>
      ),
    },
    state === undefined && {
      key: 'state',
      label: 'State',
      width: '124px',
      role: 'bare',
      cell: (job) => <JobState state={job.state} />,
    },
    shows('failed', 'delayed') && {
      key: 'error',
      label: state === 'delayed' ? 'Failed before with' : 'Error',
      role: 'bare',
      cell: ({ error }) => (
        <span className={`ellipsis block ${error ? '' : 'text-text-3'}`} title={error}>
          {error ?? (state === undefined ? '' : 'None')}
        </span>
      ),
    },
    shows('active', 'completed', 'failed') && {
      key: 'worker',
      label: 'Worker',
      width: '15%',
      hideBelow: 'wide',
      cell: ({ processedBy }) => (
        <span className="ellipsis block text-text-2" title={processedBy}>
          {processedBy ?? unknownMark}
        </span>
      ),
    },
    shows('waiting', 'waiting-children', 'delayed') &&
      state !== undefined && {
        key: 'priority',
        label: 'Priority',
        numeric: true,
        width: '76px',
        cell: ({ priority }) => (priority === 0 ? <span className="text-text-3">none</span> : priority),
      },
    {
      key: 'attempts',
      label: 'Attempts',
      numeric: true,
      width: '84px',
      cell: (job) => attemptWords(job),
    },
    shows('active', 'completed', 'failed') && {
      key: 'ran',
      label: state === 'active' ? 'Runs for' : 'Ran',
      numeric: true,
      width: '92px',
      cell: (job) => {
        const ms = ranMs(job, nowMs);
        return <span className="whitespace-nowrap">{ms === undefined ? unknownMark : formatDuration(ms)}</span>;
      },
    },
    timeColumn(state, nowMs),
  ];
  return columns.filter((column) => column !== false);
}

/** The instant that matters most in a state. */
function timeColumn(state: JobPlace | undefined, nowMs: number): Column<JobSummary> {
  const label =
    state === 'failed' || state === 'completed'
      ? 'Finished'
      : state === 'active'
        ? 'Started'
        : state === 'delayed'
          ? 'Due'
          : state === undefined
            ? 'When'
            : 'Added';
  return {
    key: 'when',
    label,
    numeric: true,
    width: '112px',
    cell: (job) => <JobWhen job={job} nowMs={nowMs} withWord={state === undefined} />,
  };
}

/** When it finished, or else comes due, or else started, or else was added. */
export function whenOf({ state, addedAt, dueAt, startedAt, finishedAt }: JobSummary): { word: string; at: Date } {
  if ((state === 'failed' || state === 'completed') && finishedAt) return { word: 'finished', at: finishedAt };
  if (state === 'delayed' && dueAt) return { word: 'due', at: dueAt };
  if (state === 'active' && startedAt) return { word: 'started', at: startedAt };
  return { word: 'added', at: addedAt };
}

function JobWhen({ job, nowMs, withWord }: { job: JobSummary; nowMs: number; withWord: boolean }) {
  const { word, at } = whenOf(job);
  const ahead = at.getTime() - nowMs;
  const words =
    ahead > 0
      ? `in ${formatRoughly(ahead)}`
      : word === 'due'
        ? `due for ${formatSpan(-ahead)}`
        : `${formatRoughly(-ahead)} ago`;
  const title = [
    `Added ${formatInstant(job.addedAt)}`,
    job.dueAt && `due ${formatInstant(job.dueAt)}`,
    job.startedAt && `started ${formatInstant(job.startedAt)}`,
    job.finishedAt && `finished ${formatInstant(job.finishedAt)}`,
  ]
    .filter(Boolean)
    .join(', ');
  return (
    <time dateTime={at.toISOString()} title={title} className="whitespace-nowrap">
      {words}
      {withWord && <span className="sr-only">, {word}</span>}
    </time>
  );
}
