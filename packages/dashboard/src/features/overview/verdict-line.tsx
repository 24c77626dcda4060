import type { QueueHealthStatus } from '@drover/contract';
import { useMemo } from 'react';
import { verdictOf } from '../../models/verdict';
import { Link } from '../../router/link';
import { queuePath } from '../../router/routes';
import { Skeleton } from '../../ui/panel-states';
import { StatusBadge } from '../../ui/status';

/** The first line: what is wrong, where, and where to begin. */
export function VerdictLine({ queues }: { queues: readonly QueueHealthStatus[] | undefined }) {
  const verdict = useMemo(() => queues && verdictOf(queues), [queues]);
  if (!verdict) return <Skeleton className="h-5.5 w-72 max-w-full" />;
  const { status, headline, start } = verdict;
  return (
    <div className="verdict">
      <StatusBadge status={status}>{headline}</StatusBadge>
      {start && (
        <span>
          Start with{' '}
          <Link className="link" to={queuePath(start.queueName)}>
            {start.queueName}
          </Link>
          : {start.reason}.
        </span>
      )}
    </div>
  );
}
