import type { QueueHealthStatus } from '@drover/contract';
import { ChevronRight, CircleCheck, OctagonAlert, TriangleAlert } from 'lucide-react';
import { useMemo } from 'react';
import { formatCount } from '../../models/format';
import { type ListedIssue, listIssues } from '../../models/issue-list';
import { selectRows } from '../../models/queue-rows';
import { Link } from '../../router/link';
import { queuePath } from '../../router/routes';
import { Icon } from '../../ui/icon';
import { Panel } from '../../ui/panel';
import { Skeleton } from '../../ui/panel-states';

const shownIssues = 5;

/** What is wrong now, by queue: the health checks' findings, the worst first. */
export function IssuesPanel({ queues }: { queues: readonly QueueHealthStatus[] | undefined }) {
  const issues = useMemo(() => {
    const byUrgency = selectRows(queues ?? [], {
      search: '',
      status: 'all',
      sort: { key: 'status', descending: true },
    });
    return listIssues(byUrgency);
  }, [queues]);
  const more = issues.length - shownIssues;
  return (
    <Panel
      title="Health issues"
      meta={queues && formatCount(issues.length)}
      actions={
        more > 0 && (
          <Link className="btn btn-sm btn-ghost" to="/queues">
            {formatCount(more)} more
            <Icon icon={ChevronRight} small />
          </Link>
        )
      }
    >
      {!queues && <IssueSkeletons />}
      {queues && issues.length === 0 && (
        <div className="panel-state">
          <Icon icon={CircleCheck} className="text-healthy" />
          <p className="font-semibold">No issues</p>
          <p>Depth, waits, errors, timeouts, workers and memory are within their limits.</p>
        </div>
      )}
      <ul>
        {issues.slice(0, shownIssues).map((issue) => (
          <IssueRow key={`${issue.queueName} ${issue.kind}`} issue={issue} />
        ))}
      </ul>
    </Panel>
  );
}

function IssueRow({ issue }: { issue: ListedIssue }) {
  const critical = issue.severity === 'critical';
  return (
    <li>
      <Link className="issue" to={queuePath(issue.queueName)}>
        <Icon icon={critical ? OctagonAlert : TriangleAlert} className={critical ? 'text-critical' : 'text-warning'} />
        <span className="min-w-0">
          <span className="line-1">
            <span className="whitespace-nowrap font-semibold">{issue.queueName}</span>
            <span className="ellipsis" title={issue.message}>
              {issue.message}
            </span>
          </span>
          <span className="line-2 block">
            {critical ? 'Critical' : 'Warning'} · {kindWords[issue.kind]}
          </span>
        </span>
        <Icon icon={ChevronRight} small className="text-text-3" />
      </Link>
    </li>
  );
}

/** What the check is about; the message has the value and its limit. */
const kindWords: Record<ListedIssue['kind'], string> = {
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
  unreadable: 'the queue cannot be read',
  mixed_priorities: 'jobs with and without a priority',
};

function IssueSkeletons() {
  return (
    <ul aria-hidden="true">
      {[1, 2, 3, 4, 5].map((row) => (
        <li key={row} className="issue">
          <Skeleton className="size-4" />
          <span className="grid gap-2 py-1">
            <Skeleton className="h-3.5 w-64 max-w-full" />
            <Skeleton className="h-3 w-32" />
          </span>
        </li>
      ))}
    </ul>
  );
}
