import type { HealthIssueKind, QueueHealthStatus } from '@drover/contract';
import { ChevronRight, CircleCheck, OctagonAlert, TriangleAlert } from 'lucide-react';
import { useMemo } from 'react';
import { formatCount, plural } from '../../models/format';
import { type QueueIssues, queuesWithIssues } from '../../models/issue-list';
import { Link } from '../../router/link';
import { queuePath } from '../../router/routes';
import { Icon } from '../../ui/icon';
import { Panel } from '../../ui/panel';
import { Skeleton } from '../../ui/panel-states';

const shownQueues = 5;

/** What is wrong now: one line for each queue with issues, the worst queue first. */
export function IssuesPanel({ queues }: { queues: readonly QueueHealthStatus[] | undefined }) {
  const ill = useMemo(() => queuesWithIssues(queues ?? []), [queues]);
  const more = ill.length - shownQueues;
  return (
    <Panel
      title="Health issues"
      meta={queues && formatCount(ill.reduce((sum, { issues }) => sum + issues.length, 0))}
      actions={
        more > 0 && (
          <Link className="btn btn-sm btn-ghost" to="/queues">
            {plural(more, 'more queue')}
            <Icon icon={ChevronRight} small />
          </Link>
        )
      }
    >
      {!queues && <IssueSkeletons />}
      {queues && ill.length === 0 && (
        <div className="panel-state">
          <Icon icon={CircleCheck} className="text-healthy" />
          <p className="font-semibold">No issues</p>
          <p>Depth, waits, errors, timeouts, workers and memory are within their limits.</p>
        </div>
      )}
      <ul>
        {ill.slice(0, shownQueues).map((queue) => (
          <IssueRow key={queue.queueName} queue={queue} />
        ))}
      </ul>
    </Panel>
  );
}

function IssueRow({ queue: { queueName, issues } }: { queue: QueueIssues }) {
  const [worst, ...others] = issues;
  const critical = worst.severity === 'critical';
  const rest = others.length > 0 ? `also ${others.map(({ message }) => message).join('; ')}` : kindWords[worst.kind];
  return (
    <li>
      <Link className="issue" to={queuePath(queueName)}>
        <Icon icon={critical ? OctagonAlert : TriangleAlert} className={critical ? 'text-critical' : 'text-warning'} />
        <span className="min-w-0">
          <span className="line-1">
            <span className="whitespace-nowrap font-semibold">{queueName}</span>
            <span className="ellipsis" title={worst.message}>
              {worst.message}
            </span>
          </span>
          <span className="line-2 ellipsis block" title={rest}>
            {critical ? 'Critical' : 'Warning'} · {rest}
          </span>
        </span>
        <Icon icon={ChevronRight} small className="text-text-3" />
      </Link>
    </li>
  );
}

/** What the check is about; the message has the value and its limit. */
const kindWords: Record<HealthIssueKind, string> = {
  queue_depth: 'too many jobs wait',
  oldest_waiting: 'jobs wait too long',
  error_rate: 'jobs fail',
  timeout_rate: 'jobs time out',
  processing_time: 'jobs are slow',
  memory_usage: 'worker memory',
  paused: 'no job is taken',
  no_workers: 'nobody takes jobs',
  stalled: 'workers lost their jobs',
  crash_loop: 'a worker keeps crashing',
  rate_limit: 'a rate limit holds jobs back',
  unreadable: 'the queue cannot be read',
  mixed_priorities: 'jobs with and without a priority',
};

function IssueSkeletons() {
  return (
    <ul aria-hidden="true">
      {[1, 2, 3, 4, 5].map((row) => (
        <li key={row} className="issue">
          <Skeleton className="size-4" />
          <span className="grid gap-1.5 py-0.5">
            <Skeleton className="h-3.5 w-64 max-w-full" />
            <Skeleton className="h-3 w-32" />
          </span>
        </li>
      ))}
    </ul>
  );
}
