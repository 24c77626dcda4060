import type { JobDetail, QueueTimeout } from '@drover/contract';
import type { ReactNode } from 'react';
import { formatDuration, formatExact, formatInstant, formatRoughly, plural } from '../../models/format';
import { deadlineOf } from '../../models/job-life';
import { attemptWords, formatBytes, jobPath, priorityWords, ranMs } from '../../models/jobs';
import { schedulePath } from '../../models/schedules';
import { Link } from '../../router/link';
import { queuePath } from '../../router/routes';
import { Panel } from '../../ui/panel';

export interface FactsPanelProps {
  job: JobDetail;
  timeout: QueueTimeout | undefined;
  nowMs: number;
}

/** Everything about a job that is a line. */
export function FactsPanel({ job, timeout, nowMs }: FactsPanelProps) {
  const deadline = deadlineOf(job, timeout);
  const ran = ranMs(job, nowMs);
  const { children, processedBy, scheduleId, parent, queueName } = job;
  const childCount = children.pending + children.processed + children.ignored + children.failed;
  const facts: readonly (readonly [string, ReactNode] | false)[] = [
    [
      'Queue',
      <Link key="queue" className="link" to={queuePath(queueName)}>
        {queueName}
      </Link>,
    ],
    ['Attempts', attemptWords(job)],
    ['Priority', priorityWords(job.priority)],
    ['Added', <Moment key="added" at={job.addedAt} nowMs={nowMs} />],
    job.dueAt !== undefined && ['Due', <Moment key="due" at={job.dueAt} nowMs={nowMs} />],
    job.startedAt !== undefined && ['Started', <Moment key="started" at={job.startedAt} nowMs={nowMs} />],
    job.finishedAt !== undefined && ['Finished', <Moment key="finished" at={job.finishedAt} nowMs={nowMs} />],
    ran !== undefined && [
      job.state === 'active' ? 'Runs for' : 'Ran for',
      <span key="ran" title={`${formatExact(ran)} ms`}>
        {formatDuration(ran)}
      </span>,
    ],
    deadline !== undefined && [
      'Deadline',
      <span key="deadline">
        <Moment at={deadline.at} nowMs={nowMs} />, {deadline.words}
      </span>,
    ],
    processedBy !== undefined && [
      'Worker',
      <Link key="worker" className="link" to={`/workers?worker=${encodeURIComponent(processedBy)}`}>
        {processedBy}
      </Link>,
    ],
    scheduleId !== undefined && [
      'Made by schedule',
      <Link key="schedule" className="link" to={schedulePath({ queueName, scheduleId })}>
        {scheduleId}
      </Link>,
    ],
    parent !== undefined && [
      'Parent',
      <Link key="parent" className="link" to={jobPath(parent)}>
        {parent.jobId} of {parent.queueName}
      </Link>,
    ],
    childCount > 0 && [
      'Children',
      [
        plural(childCount, 'job'),
        children.pending > 0 && `${children.pending} pending`,
        children.failed > 0 && `${children.failed} failed`,
        children.ignored > 0 && `${children.ignored} ignored`,
      ]
        .filter(Boolean)
        .join(', '),
    ],
    job.stalledCount > 0 && ['Lost by a worker', plural(job.stalledCount, 'time')],
    job.deduplicationId !== undefined && ['Deduplication', job.deduplicationId],
    ['Payload', formatBytes(job.data.bytes)],
  ];
  return (
    <Panel title="About">
      <dl className="job-facts">
        {facts
          .filter((fact) => fact !== false)
          .map(([label, value]) => (
            <div key={label} className="contents">
              <dt>{label}</dt>
              <dd>{value}</dd>
            </div>
          ))}
      </dl>
    </Panel>
  );
}

export function Moment({ at, nowMs }: { at: Date; nowMs: number }) {
  const ahead = at.getTime() - nowMs;
  return (
    <time dateTime={at.toISOString()} title={formatInstant(at)}>
      {ahead > 0 ? `in ${formatRoughly(ahead)}` : `${formatRoughly(-ahead)} ago`}
    </time>
  );
}
