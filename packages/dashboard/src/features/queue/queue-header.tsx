import type { QueueHealthStatus } from '@drover/contract';
import type { ReactNode } from 'react';
import { formatCount, plural } from '../../models/format';
import { known, shownStatus } from '../../models/health';
import { Link } from '../../router/link';
import { Skeleton } from '../../ui/panel-states';
import { StatusBadge } from '../../ui/status';

export interface QueueHeaderProps {
  queueName: string;
  queue: QueueHealthStatus | undefined;
  actions?: ReactNode;
}

export function QueueHeader({ queueName, queue, actions }: QueueHeaderProps) {
  return (
    <div>
      <nav aria-label="Breadcrumbs" className="crumbs">
        <Link className="link" to="/queues">
          Queues
        </Link>
        <span aria-hidden="true"> / </span>
        <span className="text-text-2">{queueName}</span>
      </nav>
      <div className="page-head">
        <h1>{queueName}</h1>
        {queue ? (
          <div className="verdict">
            <StatusBadge status={shownStatus(queue)} />
            <span>{factsOf(queue).join(' · ')}</span>
          </div>
        ) : (
          <Skeleton className="h-5.5 w-56" />
        )}
        {actions}
      </div>
    </div>
  );
}

function factsOf(queue: QueueHealthStatus): string[] {
  const { metrics } = queue;
  const delayed = known(metrics, 'delayed') ?? 0;
  const prioritized = known(metrics, 'prioritized') ?? 0;
  const children = known(metrics, 'waitingChildren') ?? 0;
  return [
    queue.paused ? 'paused' : 'running',
    delayed > 0 && `${formatCount(delayed)} delayed`,
    prioritized > 0 && `${formatCount(prioritized)} of those waiting have a priority`,
    children > 0 && `${plural(children, 'parent')} waiting for children`,
    metrics.timingSource === 'sampled' && 'timings sampled from finished jobs',
    metrics.timingSource === 'none' && 'no timings: no worker reports and no finished jobs are kept',
  ].filter((fact) => fact !== false);
}
