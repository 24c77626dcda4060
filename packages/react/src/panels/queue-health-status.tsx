import type { QueueHealthStatus as QueueHealth, QueueMetrics, QueueStatus } from '@drover/contract';
import { CircleAlert, CircleCheck, CircleX } from 'lucide-react';
import { useQueuesHealth } from '../hooks/use-monitoring.js';
import { Badge } from '../ui/badge.js';
import { Card, CardContent, CardHeader, CardTitle } from '../ui/card.js';
import { PanelError, PanelLoading } from './panel-notice.js';

/** The guide's list of queues with their health (section 4.3). */
export function QueueHealthStatus() {
  const { data: queues, isLoading, error, refetch } = useQueuesHealth();
  if (isLoading) return <PanelLoading label="Loading queue status..." />;
  if (!queues && error) return <PanelError error={error} onRetry={() => void refetch()} />;
  if (!queues) return null;

  return (
    <Card>
      <CardHeader>
        <CardTitle>Queue Health Status</CardTitle>
      </CardHeader>
      <CardContent>
        {queues.length === 0 && (
          <p className="drover-muted drover-small">No queues yet: add a job, and it appears here.</p>
        )}
        <ul className="drover-stack">
          {queues.map((queue) => (
            <QueueStatusRow key={queue.queueName} queue={queue} />
          ))}
        </ul>
      </CardContent>
    </Card>
  );
}

const icons = { healthy: CircleCheck, warning: CircleAlert, critical: CircleX } as const;
const variants: Record<QueueStatus, 'default' | 'destructive'> = {
  healthy: 'default',
  warning: 'default',
  critical: 'destructive',
};

function QueueStatusRow({ queue }: { queue: QueueHealth }) {
  const Icon = icons[queue.status];
  return (
    <li className="drover-row">
      <Icon className={`drover-icon drover-${queue.status}`} aria-hidden="true" />
      <div className="drover-grow">
        <p className="drover-strong">{queue.queueName}</p>
        {queue.issues.length > 0 && <p className="drover-muted drover-small">{queue.issues.join(', ')}</p>}
      </div>
      <dl className="drover-counts">
        <Count label="Waiting" metrics={queue.metrics} field="waiting" />
        <Count label="Active" metrics={queue.metrics} field="active" />
        <Count label="Failed" metrics={queue.metrics} field="failed" />
      </dl>
      <Badge variant={variants[queue.status]}>{queue.status}</Badge>
    </li>
  );
}

interface CountProps {
  label: string;
  metrics: QueueMetrics;
  field: 'waiting' | 'active' | 'failed';
}

function Count({ label, metrics, field }: CountProps) {
  return (
    <div>
      <dt className="drover-muted">{label}</dt>
      <dd className="drover-strong">{metrics.unknown?.includes(field) ? 'unknown' : metrics[field]}</dd>
    </div>
  );
}
