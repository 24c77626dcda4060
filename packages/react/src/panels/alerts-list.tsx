import type { Alert } from '@drover/contract';
import { formatDistanceToNow } from 'date-fns';
import { CircleCheck, TriangleAlert } from 'lucide-react';
import { useAcknowledgeAlert } from '../hooks/use-acknowledge.js';
import { useActiveAlerts } from '../hooks/use-monitoring.js';
import { Badge } from '../ui/badge.js';
import { Button } from '../ui/button.js';
import { Card } from '../ui/card.js';
import { PanelError, PanelLoading } from './panel-notice.js';

/** The guide's list of unacknowledged alerts (section 4.2). */
export function AlertsList() {
  const { data: alerts, isLoading, error, refetch } = useActiveAlerts({ acknowledged: false });
  const acknowledge = useAcknowledgeAlert();

  if (isLoading) return <PanelLoading label="Loading alerts..." />;
  // Without data an error must not read as "all normal".
  if (!alerts && error) return <PanelError error={error} onRetry={() => void refetch()} />;
  if (!alerts || alerts.length === 0) {
    return (
      <Card className="drover-empty">
        <CircleCheck className="drover-icon-large drover-healthy" aria-hidden="true" />
        <p className="drover-strong">No Active Alerts</p>
        <p className="drover-muted drover-small">All systems operating normally</p>
      </Card>
    );
  }

  return (
    <ul className="drover-ui drover-stack">
      {alerts.map((alert) => (
        <AlertItem
          key={alert.id}
          alert={alert}
          sending={acknowledge.isPending && acknowledge.variables === alert.id}
          onAcknowledge={() => acknowledge.mutate(alert.id)}
        />
      ))}
    </ul>
  );
}

interface AlertItemProps {
  alert: Alert;
  sending: boolean;
  onAcknowledge: () => void;
}

function AlertItem({ alert, sending, onAcknowledge }: AlertItemProps) {
  const critical = alert.severity === 'critical';
  return (
    <li>
      <Card className="drover-alert">
        <TriangleAlert
          className={`drover-icon ${critical ? 'drover-critical' : 'drover-warning'}`}
          aria-hidden="true"
        />
        <div className="drover-grow">
          <div className="drover-badges">
            <Badge variant={critical ? 'destructive' : 'default'}>{alert.severity}</Badge>
            <Badge variant="outline">{alert.queueName}</Badge>
            <Badge variant="secondary">{alert.type}</Badge>
          </div>
          <p className="drover-strong">{alert.message}</p>
          <p className="drover-muted drover-small">
            Value: {alert.value} / Threshold: {alert.threshold}
          </p>
          <p className="drover-muted drover-small">
            <time dateTime={alert.timestamp.toISOString()} title={alert.timestamp.toISOString()}>
              {formatDistanceToNow(alert.timestamp, { addSuffix: true })}
            </time>
          </p>
        </div>
        <Button
          size="sm"
          variant="outline"
          disabled={sending}
          aria-label={`Acknowledge: ${alert.message}`}
          onClick={onAcknowledge}
        >
          Acknowledge
        </Button>
      </Card>
    </li>
  );
}
