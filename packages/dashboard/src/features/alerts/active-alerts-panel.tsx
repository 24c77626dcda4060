import type { Alert, QueueHealthStatus } from '@drover/contract';
import { BellOff, CircleCheck } from 'lucide-react';
import { useMemo, useState } from 'react';
import { type AlertsFilter, selectAlerts } from '../../models/alerts';
import { formatCount, plural } from '../../models/format';
import { Link } from '../../router/link';
import { setParams } from '../../router/location';
import { queuePath } from '../../router/routes';
import { type Column, DataTable } from '../../ui/data-table';
import { Icon } from '../../ui/icon';
import { Panel } from '../../ui/panel';
import { Empty, QueryError } from '../../ui/panel-states';
import { useSteadyRows } from '../../ui/use-steady-rows';
import { Acknowledge, MessageCell, MomentLink, SeverityCell, SinceCell } from './alert-cells';
import { AlertFilters, clearAlertFilters } from './alert-filters';
import { AlertFacts, AlertLife } from './alert-life';
import { AlertRowsSkeleton } from './alert-rows-skeleton';

export interface ActiveAlertsPanelProps {
  alerts: readonly Alert[] | undefined;
  error: Error | null;
  onRetry: () => void;
  filter: AlertsFilter;
  queues: readonly QueueHealthStatus[] | undefined;
  /** Id of the alert that is open, from the URL. */
  open: string | undefined;
  nowMs: number;
  /** The e-mail of who is signed in. */
  self: string | undefined;
  /** Ids whose acknowledgement is under way. */
  sending: ReadonlySet<string>;
  onAcknowledge: (ids: readonly string[]) => void;
  onSilence: (alert: Alert) => void;
}

/** What fires now: filter, acknowledge one or many, open one for its life. */
export function ActiveAlertsPanel(props: ActiveAlertsPanelProps) {
  const { alerts, error, onRetry, filter, queues } = props;
  const rows = useMemo(() => selectAlerts(alerts ?? [], filter), [alerts, filter]);
  const queueNames = useMemo(() => (queues ?? []).map(({ queueName }) => queueName).toSorted(), [queues]);
  const count =
    alerts && (rows.length < alerts.length ? `${formatCount(rows.length)} of ${alerts.length}` : rows.length);
  return (
    <Panel title="Active alerts" meta={count}>
      <AlertFilters filter={filter} queueNames={queueNames} withAcknowledged />
      {!alerts && error && <QueryError error={error} onRetry={onRetry} />}
      {!alerts && !error && <AlertRowsSkeleton />}
      {alerts?.length === 0 && (
        <div className="panel-state">
          <Icon icon={CircleCheck} className="text-healthy" />
          <p className="font-semibold">No active alerts</p>
          <p>
            An alert fires when a queue has been beyond one of its limits for a while. The limits are under{' '}
            <button type="button" className="link-button" onClick={() => setParams({ tab: 'thresholds' })}>
              Thresholds
            </button>
            .
          </p>
        </div>
      )}
      {alerts && alerts.length > 0 && rows.length === 0 && (
        <Empty title="No alert passes these filters.">
          <button type="button" className="btn btn-sm" onClick={clearAlertFilters}>
            Show all {plural(alerts.length, 'alert')}
          </button>
        </Empty>
      )}
      {rows.length > 0 && <AlertsTable {...props} rows={rows} />}
    </Panel>
  );
}

function AlertsTable({ rows: wanted, ...props }: ActiveAlertsPanelProps & { rows: readonly Alert[] }) {
  const { filter, open, nowMs, self, sending, onAcknowledge, onSilence } = props;
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const { rows, holders } = useSteadyRows(wanted, ({ id }) => id, JSON.stringify(filter));
  const chosen = rows.filter(({ id }) => selected.has(id));
  const due = chosen.filter(({ acknowledged }) => !acknowledged);

  const columns: Column<Alert>[] = [
    {
      key: 'severity',
      label: 'Severity',
      width: '104px',
      role: 'bare',
      cell: (alert) => <SeverityCell alert={alert} />,
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
    { key: 'message', label: 'What is wrong', role: 'bare', cell: (alert) => <MessageCell alert={alert} /> },
    {
      key: 'since',
      label: 'Firing',
      width: '112px',
      numeric: true,
      cell: (alert) => <SinceCell alert={alert} nowMs={nowMs} />,
    },
    {
      key: 'acknowledge',
      label: 'Acknowledged',
      width: '176px',
      role: 'bare',
      cell: (alert) => (
        <span className="row-actions">
          <Acknowledge
            alert={alert}
            self={self}
            sending={sending.has(alert.id)}
            onAcknowledge={({ id }) => onAcknowledge([id])}
          />
          <MomentLink alert={alert} nowMs={nowMs} />
        </span>
      ),
    },
  ];

  return (
    <>
      {chosen.length > 0 && (
        <div className="selection-bar">
          <span role="status">{plural(chosen.length, 'alert')} selected</span>
          <button
            type="button"
            className="btn btn-sm btn-primary"
            disabled={due.length === 0 || due.some(({ id }) => sending.has(id))}
            onClick={() => {
              onAcknowledge(due.map(({ id }) => id));
              setSelected(new Set());
            }}
          >
            {due.length === 0 ? 'All acknowledged' : `Acknowledge ${formatCount(due.length)}`}
          </button>
          <button type="button" className="btn btn-sm" onClick={() => setSelected(new Set())}>
            Clear selection
          </button>
        </div>
      )}
      <div {...holders}>
        <DataTable
          caption="Active alerts"
          columns={columns}
          rows={rows}
          rowKey={({ id }) => id}
          rowName={({ queueName, message }) => `${queueName}: ${message}`}
          selection={{ selected, onChange: setSelected }}
          current={open}
          onOpen={({ id }) => setParams({ alert: id === open ? undefined : id }, { replace: true })}
          rowKeys={{
            e: (alert) => !alert.acknowledged && !sending.has(alert.id) && onAcknowledge([alert.id]),
          }}
          below={(alert) =>
            alert.id === open && (
              <div className="alert-open">
                <AlertLife alert={alert} self={self} />
                <AlertFacts alert={alert} />
                <div className="alert-open-actions">
                  <MomentLink alert={alert} nowMs={nowMs} words />
                  {!alert.silenced && (
                    <button type="button" className="btn btn-sm" onClick={() => onSilence(alert)}>
                      <Icon icon={BellOff} small />
                      Silence…
                    </button>
                  )}
                </div>
              </div>
            )
          }
        />
      </div>
    </>
  );
}
