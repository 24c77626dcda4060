import type { Alert, AlertEvent, AlertKind, AlertSeverity } from '@drover/contract';
import { formatCount, formatDuration, formatInstant, formatPercentLimit, formatSpan } from './format.js';

/** What an alert is about, as a person says it. */
export const alertKindWords: Record<AlertKind, string> = {
  queue_depth: 'Too many waiting',
  oldest_waiting: 'Waiting too long',
  error_rate: 'Errors',
  timeout_rate: 'Timeouts',
  processing_time: 'Slow jobs',
  memory_usage: 'Worker memory',
  no_workers: 'No workers',
  stalled: 'Stalled jobs',
  crash_loop: 'Crash loop',
  rate_limit: 'Rate limit',
  schedule_missed: 'Missed schedule',
};

export const alertKinds = Object.keys(alertKindWords) as AlertKind[];

export function kindOf(alert: Alert): AlertKind {
  return alert.kind ?? alert.type;
}

/** A value or a limit of an alert, in the unit of its kind. */
export function valueWords(kind: AlertKind, value: number): string {
  switch (kind) {
    case 'oldest_waiting':
      return formatSpan(value);
    case 'processing_time':
      return formatDuration(value);
    case 'error_rate':
    case 'timeout_rate':
    case 'memory_usage':
    case 'rate_limit':
      return formatPercentLimit(value);
    case 'queue_depth':
      return `${formatCount(value)} jobs`;
    case 'no_workers':
    case 'stalled':
    case 'crash_loop':
    case 'schedule_missed':
      return formatCount(value);
  }
}

export type AcknowledgedFilter = 'all' | 'no' | 'yes';

export interface AlertsFilter {
  readonly severity: AlertSeverity | undefined;
  readonly queueName: string | undefined;
  readonly kind: AlertKind | undefined;
  readonly acknowledged: AcknowledgedFilter;
}

/** The filter as a URL says it; what makes no sense filters nothing. */
export function readAlertsFilter(params: URLSearchParams): AlertsFilter {
  const severity = params.get('severity');
  const kind = params.get('kind');
  const acknowledged = params.get('acknowledged');
  return {
    severity: severity === 'critical' || severity === 'warning' ? severity : undefined,
    queueName: params.get('queue') || undefined,
    kind: alertKinds.find((known) => known === kind),
    acknowledged: acknowledged === 'yes' || acknowledged === 'no' ? acknowledged : 'all',
  };
}

export function isFiltering({ severity, queueName, kind, acknowledged }: AlertsFilter): boolean {
  return severity !== undefined || queueName !== undefined || kind !== undefined || acknowledged !== 'all';
}

/** Those that pass, the most urgent first: unacknowledged, then critical, then the oldest. */
export function selectAlerts(alerts: readonly Alert[], filter: AlertsFilter): Alert[] {
  const { severity, queueName, kind, acknowledged } = filter;
  return alerts
    .filter(
      (alert) =>
        (severity === undefined || alert.severity === severity) &&
        (queueName === undefined || alert.queueName === queueName) &&
        (kind === undefined || kindOf(alert) === kind) &&
        (acknowledged === 'all' || alert.acknowledged === (acknowledged === 'yes')),
    )
    .toSorted(byUrgency);
}

export function byUrgency(a: Alert, b: Alert): number {
  const rank = ({ acknowledged, severity }: Alert) => (acknowledged ? 2 : 0) + (severity === 'critical' ? 0 : 1);
  return rank(a) - rank(b) || a.timestamp.getTime() - b.timestamp.getTime();
}

export interface AlertCounts {
  readonly total: number;
  readonly critical: number;
  readonly warning: number;
  readonly acknowledged: number;
  readonly silenced: number;
}

export function countAlerts(alerts: readonly Alert[]): AlertCounts {
  const count = (matches: (alert: Alert) => boolean | undefined) => alerts.filter(matches).length;
  return {
    total: alerts.length,
    critical: count(({ severity }) => severity === 'critical'),
    warning: count(({ severity }) => severity === 'warning'),
    acknowledged: count(({ acknowledged }) => acknowledged),
    silenced: count(({ silenced }) => silenced),
  };
}

/** `ada@example.com` of `user:ada@example.com`, `you` for oneself. */
export function personWords(actor: string | undefined, self?: string): string {
  if (actor === undefined) return 'somebody';
  const [kind, name] = splitActor(actor);
  if (kind === 'user') return name === self ? 'you' : name;
  if (kind === 'token') return `token ${name}`;
  return actor === 'system' ? 'Drover' : actor;
}

function splitActor(actor: string): [string, string] {
  const colon = actor.indexOf(':');
  return colon === -1 ? ['', actor] : [actor.slice(0, colon), actor.slice(colon + 1)];
}

/** For 10 min; of a resolved one how long it fired. */
export function alertAgeMs({ timestamp, resolvedAt }: Alert, nowMs: number): number {
  return Math.max(0, (resolvedAt?.getTime() ?? nowMs) - timestamp.getTime());
}

const beforeMs = 15 * 60_000;
const afterMs = 15 * 60_000;

/** The stretch of time in which to look at an alert: what led to it, and what came of it. */
export function momentOf({ timestamp, resolvedAt }: Alert, nowMs: number): { fromMs: number; toMs: number } {
  const startMs = timestamp.getTime();
  const fromMs = startMs - beforeMs;
  const endMs = (resolvedAt?.getTime() ?? startMs + afterMs) + (resolvedAt ? afterMs / 3 : 0);
  return { fromMs, toMs: Math.max(startMs + 60_000, Math.min(endMs, nowMs)) };
}

/** The page of the alert's queue at that stretch. */
export function momentParams(alert: Alert, nowMs: number): string {
  const { fromMs, toMs } = momentOf(alert, nowMs);
  const [from = '', to = ''] = [fromMs, toMs].map((ms) => new Date(ms).toISOString());
  return new URLSearchParams({ from, to }).toString();
}

export interface LifeStep {
  readonly at: Date;
  readonly words: string;
  readonly tone: AlertSeverity | 'good' | 'neutral';
}

/** An alert's life, oldest first. An alert without recorded events still fired, and may have been resolved. */
export function lifeOf(alert: Alert, self?: string): LifeStep[] {
  const events: AlertEvent[] = alert.events ?? [
    { at: alert.timestamp, what: 'fired', severity: alert.severity },
    ...(alert.resolvedAt ? [{ at: alert.resolvedAt, what: 'resolved' } as const] : []),
  ];
  return events.map((event) => stepOf(event, alert, self));
}

function stepOf({ at, what, severity, by }: AlertEvent, alert: Alert, self: string | undefined): LifeStep {
  switch (what) {
    case 'fired':
      return { at, words: `Fired as ${severity ?? alert.severity}`, tone: severity ?? alert.severity };
    case 'raised':
      return { at, words: 'Became critical', tone: 'critical' };
    case 'lowered':
      return { at, words: 'Became a warning again', tone: 'warning' };
    case 'acknowledged':
      return { at, words: `Acknowledged by ${personWords(by, self)}`, tone: 'neutral' };
    case 'silenced':
      return { at, words: 'Silenced', tone: 'neutral' };
    case 'unsilenced':
      return { at, words: 'The silence ended', tone: 'neutral' };
    case 'resolved':
      return {
        at,
        words: alert.resolvedBecause === 'queue_gone' ? 'Resolved: the queue is gone' : 'Resolved',
        tone: 'good',
      };
  }
}

/** "for 14 m 08 s", with the exact instant for a title. */
export function firingWords(alert: Alert, nowMs: number): { text: string; title: string } {
  return { text: `for ${formatSpan(alertAgeMs(alert, nowMs))}`, title: `Since ${formatInstant(alert.timestamp)}` };
}
