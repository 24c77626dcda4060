import type { Alert } from '@drover/contract';
import { BellOff, ChartLine, Check } from 'lucide-react';
import { alertKindWords, firingWords, kindOf, momentParams, personWords } from '../../models/alerts';
import { formatInstant } from '../../models/format';
import { Link } from '../../router/link';
import { queuePath } from '../../router/routes';
import { Icon } from '../../ui/icon';
import { Status } from '../../ui/status';

/** The worst that it was, where that was worse than it is. */
export function SeverityCell({ alert }: { alert: Alert }) {
  const wasWorse = alert.severity === 'warning' && alert.worstSeverity === 'critical';
  return (
    <span title={wasWorse ? 'Has been critical' : undefined}>
      <Status status={alert.severity} />
    </span>
  );
}

/** The sentence, and below it what it is about and whether anybody is told. */
export function MessageCell({ alert }: { alert: Alert }) {
  return (
    <span className="block min-w-0">
      <span className="ellipsis alert-message block" title={alert.message}>
        {alert.message}
      </span>
      <span className="line-2 flex flex-wrap items-center gap-x-2">
        {alertKindWords[kindOf(alert)]}
        {alert.silenced && (
          <span className="inline-flex items-center gap-1" title="It is shown and recorded; nobody is told">
            <Icon icon={BellOff} small />
            silenced
          </span>
        )}
      </span>
    </span>
  );
}

export function SinceCell({ alert, nowMs }: { alert: Alert; nowMs: number }) {
  const { text, title } = firingWords(alert, nowMs);
  return (
    <time dateTime={alert.timestamp.toISOString()} title={title} className="whitespace-nowrap">
      {text}
    </time>
  );
}

/** Where an alert leads: its queue's charts, at its moment. */
export function MomentLink({ alert, nowMs, words = false }: { alert: Alert; nowMs: number; words?: boolean }) {
  const label = `See ${alert.queueName} when it fired`;
  return (
    <Link
      className={words ? 'btn btn-sm' : 'btn btn-sm btn-icon btn-ghost'}
      to={`${queuePath(alert.queueName)}?${momentParams(alert, nowMs)}`}
      title={label}
      aria-label={words ? undefined : label}
    >
      <Icon icon={ChartLine} small />
      {words && 'See its moment on the charts'}
    </Link>
  );
}

export function AcknowledgedBy({ alert, self }: { alert: Alert; self: string | undefined }) {
  const at = alert.acknowledgedAt;
  return (
    <span className="ack-by" title={at && `Acknowledged ${formatInstant(at)}`}>
      <Icon icon={Check} small />
      <span className="sr-only">Acknowledged by</span>
      <span className="ellipsis">{personWords(alert.acknowledgedBy, self)}</span>
    </span>
  );
}

export interface AcknowledgeProps {
  alert: Alert;
  sending: boolean;
  onAcknowledge: (alert: Alert) => void;
  self: string | undefined;
}

/** The button, or who pressed it. */
export function Acknowledge({ alert, sending, onAcknowledge, self }: AcknowledgeProps) {
  if (alert.acknowledged) return <AcknowledgedBy alert={alert} self={self} />;
  return (
    <button
      type="button"
      className="btn btn-sm"
      disabled={sending}
      aria-label={`Acknowledge: ${alert.queueName}, ${alert.message}`}
      onClick={() => onAcknowledge(alert)}
    >
      Acknowledge
    </button>
  );
}
