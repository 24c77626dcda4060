import type { Alert, QueueHealthStatus } from '@drover/contract';
import { useMemo } from 'react';
import { type AlertsFilter, alertAgeMs, isFiltering, personWords } from '../../models/alerts';
import { formatInstant, formatRoughly, formatSpan, plural } from '../../models/format';
import { Link } from '../../router/link';
import { setParams } from '../../router/location';
import { queuePath } from '../../router/routes';
import { type Column, DataTable } from '../../ui/data-table';
import { LoadMore } from '../../ui/load-more';
import { Panel } from '../../ui/panel';
import { Empty, QueryError } from '../../ui/panel-states';
import { MessageCell, MomentLink, SeverityCell } from './alert-cells';
import { AlertFilters, clearAlertFilters } from './alert-filters';
import { AlertFacts, AlertLife } from './alert-life';
import { AlertRowsSkeleton } from './alert-rows-skeleton';

export interface AlertHistoryPanelProps {
  /** All pages that were loaded, the latest resolved first. */
  alerts: readonly Alert[] | undefined;
  error: Error | null;
  onRetry: () => void;
  hasMore: boolean;
  loadingMore: boolean;
  onMore: () => void;
  filter: AlertsFilter;
  queues: readonly QueueHealthStatus[] | undefined;
  open: string | undefined;
  nowMs: number;
  self: string | undefined;
}

/** Resolved alerts of the last 30 days, each with its life. */
export function AlertHistoryPanel(props: AlertHistoryPanelProps) {
  const { alerts, error, onRetry, filter, queues, open, nowMs, self } = props;
  const queueNames = useMemo(() => (queues ?? []).map(({ queueName }) => queueName).toSorted(), [queues]);
  const columns: Column<Alert>[] = [
    {
      key: 'severity',
      label: 'Worst',
      width: '104px',
      role: 'bare',
      cell: (alert) => <SeverityCell alert={{ ...alert, severity: alert.worstSeverity ?? alert.severity }} />,
    },
    {
      key: 'queue',
      label: 'Queue',
      width: '18%',
      role: 'title',
      cell: (alert) => (
        <Link className="ellipsis block hover:underline" to={queuePath(alert.queueName)} title={alert.queueName}>
          {alert.queueName}
        </Link>
      ),
    },
    { key: 'message', label: 'What was wrong', role: 'bare', cell: (alert) => <MessageCell alert={alert} /> },
    {
      key: 'acknowledged',
      label: 'Acknowledged',
      width: '160px',
      hideBelow: 'wide',
      cell: (alert) => (
        <span className="ellipsis block text-text-2">
          {alert.acknowledged ? `by ${personWords(alert.acknowledgedBy, self)}` : 'by nobody'}
        </span>
      ),
    },
    {
      key: 'lasted',
      label: 'Lasted',
      width: '88px',
      numeric: true,
      cell: (alert) => <span className="whitespace-nowrap">{formatSpan(alertAgeMs(alert, nowMs))}</span>,
    },
    {
      key: 'resolved',
      label: 'Resolved',
      width: '96px',
      numeric: true,
      cell: ({ resolvedAt }) =>
        resolvedAt && (
          <time dateTime={resolvedAt.toISOString()} title={formatInstant(resolvedAt)} className="whitespace-nowrap">
            {formatRoughly(nowMs - resolvedAt.getTime())} ago
          </time>
        ),
    },
    {
      key: 'moment',
      label: 'Charts',
      width: '56px',
      role: 'bare',
      cell: (alert) => <MomentLink alert={alert} nowMs={nowMs} />,
    },
  ];
  return (
    <Panel title="Alert history" meta="resolved within 30 days, the latest first">
      <AlertFilters filter={{ ...filter, acknowledged: 'all' }} queueNames={queueNames} />
      {!alerts && error && <QueryError error={error} onRetry={onRetry} />}
      {!alerts && !error && <AlertRowsSkeleton rows={8} />}
      {alerts?.length === 0 && !props.hasMore && (
        <NoHistory filtering={isFiltering({ ...filter, acknowledged: 'all' })} />
      )}
      {alerts && alerts.length > 0 && (
        <DataTable
          caption="Resolved alerts"
          columns={columns}
          rows={alerts}
          rowKey={({ id }) => id}
          current={open}
          onOpen={({ id }) => setParams({ alert: id === open ? undefined : id }, { replace: true })}
          below={(alert) =>
            alert.id === open && (
              <div className="alert-open">
                <AlertLife alert={alert} self={self} />
                <AlertFacts alert={alert} />
                <div className="alert-open-actions">
                  <MomentLink alert={alert} nowMs={nowMs} words />
                </div>
              </div>
            )
          }
        />
      )}
      {alerts && (alerts.length > 0 || props.hasMore) && (
        <LoadMore
          hasMore={props.hasMore}
          loading={props.loadingMore}
          onMore={props.onMore}
          shown={plural(alerts.length, 'alert')}
        />
      )}
    </Panel>
  );
}

function NoHistory({ filtering }: { filtering: boolean }) {
  if (!filtering)
    return <Empty title="No alert has been resolved yet.">Alerts come here when their cause is gone.</Empty>;
  return (
    <Empty title="No resolved alert passes these filters.">
      <button type="button" className="btn btn-sm" onClick={clearAlertFilters}>
        Clear filters
      </button>
    </Empty>
  );
}
