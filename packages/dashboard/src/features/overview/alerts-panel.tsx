import type { Alert } from '@drover/contract';
import { Check, ChevronRight, CircleCheck } from 'lucide-react';
import { useMemo } from 'react';
import { alertAgeMs, alertKindWords, byUrgency, kindOf, momentParams, personWords } from '../../models/alerts';
import { formatCount, formatInstant, formatRoughly, plural } from '../../models/format';
import { Link } from '../../router/link';
import { queuePath } from '../../router/routes';
import { Icon } from '../../ui/icon';
import { Panel } from '../../ui/panel';
import { QueryError, Skeleton } from '../../ui/panel-states';
import { statusIcons } from '../../ui/status';

export interface AlertsPanelProps {
  alerts: readonly Alert[] | undefined;
  error: Error | null;
  onRetry: () => void;
  nowMs: number;
  /** The e-mail of who is signed in. */
  self: string | undefined;
  sending: ReadonlySet<string>;
  onAcknowledge: (ids: readonly string[]) => void;
}

const shownAlerts = 5;

/** What fires, the most urgent first, to be acknowledged in place. */
export function AlertsPanel({ alerts, error, onRetry, nowMs, self, sending, onAcknowledge }: AlertsPanelProps) {
  const sorted = useMemo(() => alerts?.toSorted(byUrgency), [alerts]);
  const due = sorted?.filter(({ acknowledged }) => !acknowledged) ?? [];
  return (
    <Panel
      title="Active alerts"
      meta={alerts && formatCount(alerts.length)}
      actions={
        <>
          {due.length > 1 && (
            <button
              type="button"
              className="btn btn-sm btn-ghost"
              disabled={sending.size > 0}
              onClick={() => onAcknowledge(due.map(({ id }) => id))}
            >
              Acknowledge all {formatCount(due.length)}
            </button>
          )}
          <Link className="btn btn-sm btn-ghost" to="/alerts">
            All alerts
            <Icon icon={ChevronRight} small />
          </Link>
        </>
      }
    >
      {!alerts && error && <QueryError error={error} onRetry={onRetry} />}
      {!alerts && !error && <AlertSkeletons />}
      {alerts?.length === 0 && (
        <div className="panel-state">
          <Icon icon={CircleCheck} className="text-healthy" />
          <p className="font-semibold">No active alerts</p>
          <p>Depth, waits, errors, timeouts, workers and memory are within their limits.</p>
        </div>
      )}
      <ul>
        {sorted?.slice(0, shownAlerts).map((alert) => (
          <li key={alert.id} className="issue">
            <Icon icon={statusIcons[alert.severity]} className={`text-${alert.severity}`} />
            <Link
              className="issue-link"
              to={`${queuePath(alert.queueName)}?${momentParams(alert, nowMs)}`}
              title={`${alert.message}: see it on the charts`}
            >
              <span className="line-1">
                <span className="whitespace-nowrap font-semibold">{alert.queueName}</span>
                <span className="ellipsis">{alert.message}</span>
              </span>
              <span className="line-2 ellipsis block">
                {alert.severity === 'critical' ? 'Critical' : 'Warning'} · {alertKindWords[kindOf(alert)]} ·{' '}
                <time dateTime={alert.timestamp.toISOString()} title={formatInstant(alert.timestamp)}>
                  for {formatRoughly(alertAgeMs(alert, nowMs))}
                </time>
                {alert.silenced && ' · silenced'}
              </span>
            </Link>
            {alert.acknowledged ? (
              <span className="line-2 flex items-center gap-1">
                <Icon icon={Check} small />
                <span className="sr-only">Acknowledged by</span>
                <span className="ellipsis max-w-24">{personWords(alert.acknowledgedBy, self)}</span>
              </span>
            ) : (
              <button
                type="button"
                className="btn btn-sm"
                disabled={sending.has(alert.id)}
                aria-label={`Acknowledge: ${alert.queueName}, ${alert.message}`}
                onClick={() => onAcknowledge([alert.id])}
              >
                Acknowledge
              </button>
            )}
          </li>
        ))}
      </ul>
      {sorted && sorted.length > shownAlerts && (
        <div className="panel-foot">
          <Link className="link" to="/alerts">
            {plural(sorted.length - shownAlerts, 'more alert')}
          </Link>
        </div>
      )}
    </Panel>
  );
}

function AlertSkeletons() {
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
