import type { Alert } from '@drover/contract';
import { countAlerts } from '../../models/alerts';
import { plural } from '../../models/format';
import { Skeleton } from '../../ui/panel-states';
import { StatusBadge } from '../../ui/status';

/** The first line: how many fire, and for how many nobody has said that they look after them. */
export function AlertsVerdict({ alerts }: { alerts: readonly Alert[] | undefined }) {
  if (!alerts) return <Skeleton className="h-5.5 w-64 max-w-full" />;
  const { total, critical, acknowledged, silenced } = countAlerts(alerts);
  if (total === 0) {
    return (
      <div className="verdict">
        <StatusBadge status="healthy">Nothing fires</StatusBadge>
      </div>
    );
  }
  const open = total - acknowledged;
  return (
    <div className="verdict">
      <StatusBadge status={critical > 0 ? 'critical' : 'warning'}>
        {critical > 0 ? `${critical} critical of ${total}` : plural(total, 'warning')}
      </StatusBadge>
      <span>
        {open > 0 ? `${plural(open, 'alert')} nobody looks after yet.` : 'Somebody looks after each of them.'}
        {silenced > 0 && ` ${plural(silenced, 'alert')} silenced.`}
      </span>
    </div>
  );
}
