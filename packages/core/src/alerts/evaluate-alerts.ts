import type { HealthIssue, QueueObservation, Severity } from '../health/evaluate-health.js';
import type { Thresholds } from '../health/thresholds.js';
import { type AlertEvent, type FiringAlert, type ResolvedAlert, type ResolvedBecause, withEvent } from './alert.js';
import { type AlertKind, alertKinds, immediateKinds } from './alert-kinds.js';
import { type AlertReading, readAlerts } from './read-alerts.js';
import { type Silence, silenceFor } from './silences.js';

/**
 * For how long a queue's value has been above (or clear of) each limit without a break, in
 * ms; `null` when it is not. Spans are added up tick by tick rather than measured between
 * two instants, so a clock that jumps fires and resolves nothing.
 */
interface Timer {
  readonly above: Readonly<Record<Severity, number | null>>;
  readonly clear: Readonly<Record<Severity, number | null>>;
}

/** What must be remembered between two ticks. A new leader begins with none: what is pending waits once more. */
export interface AlertTimers {
  readonly atMs: number | null;
  readonly byAlert: ReadonlyMap<string, Timer>;
  /** How long a queue with firing alerts has not been seen. */
  readonly missing: ReadonlyMap<string, number>;
}

export const noTimers: AlertTimers = { atMs: null, byAlert: new Map(), missing: new Map() };

export interface ObservedQueue {
  readonly queueName: string;
  readonly observation: QueueObservation;
  readonly thresholds: Thresholds;
  /** What `evaluateHealth` found by the two. */
  readonly issues: readonly HealthIssue[];
}

export interface AlertsInput {
  readonly timers: AlertTimers;
  /** All that fire, as stored. */
  readonly firing: readonly FiringAlert[];
  readonly queues: readonly ObservedQueue[];
  readonly silences: readonly Silence[];
  readonly nowMs: number;
  /** The most that one tick counts for: time in which nobody looked proves nothing. */
  readonly longestStepMs: number;
  /** Later than the stamp of anything stored. */
  readonly stamp: number;
  readonly newId: () => string;
}

export type AlertChange =
  | { readonly kind: 'fire'; readonly alert: FiringAlert }
  | { readonly kind: 'update'; readonly alert: FiringAlert }
  | { readonly kind: 'resolve'; readonly alert: ResolvedAlert };

export interface AlertsPlan {
  readonly timers: AlertTimers;
  /** What must be stored. */
  readonly changes: readonly AlertChange[];
  /** All that fire after the changes, with the values of this tick. */
  readonly firing: readonly FiringAlert[];
}

/** Discovery walks a large engine in pages, and a new leader begins anew: a queue is gone only after this. */
const GONE_AFTER_MS = 300_000;

const noTimer: Timer = { above: { warning: null, critical: null }, clear: { warning: null, critical: null } };

/**
 * What fires, changes and resolves at a tick. Pure. At most one alert fires per queue and
 * kind; it gets worse, better or resolves only after its value stood there for the time that
 * the thresholds say.
 */
export function evaluateAlerts(input: AlertsInput): AlertsPlan {
  const { timers, nowMs } = input;
  const elapsedMs = timers.atMs === null ? 0 : Math.min(Math.max(0, nowMs - timers.atMs), input.longestStepMs);
  const firingBy = new Map(input.firing.map((alert) => [keyOf(alert.queueName, alert.kind), alert]));
  const changes: AlertChange[] = [];
  const firing: FiringAlert[] = [];
  const byAlert = new Map<string, Timer>();

  const followed = new Set([...input.firing.map(({ queueName }) => queueName), ...timedQueues(timers)]);
  for (const { queueName, observation, thresholds, issues } of input.queues) {
    // Most of a thousand queues are well, and were: nothing to judge, to time or to keep.
    if (issues.length === 0 && !followed.has(queueName)) continue;
    const readings = readAlerts(observation, thresholds, issues);
    for (const [kind, reading] of readings) {
      const key = keyOf(queueName, kind);
      const current = firingBy.get(key);
      const before = timers.byAlert.get(key);
      if (!current && !before && reading.severity === null) continue;
      firingBy.delete(key);
      const timer = advance(before ?? noTimer, reading, elapsedMs);
      const step = current
        ? follow(current, reading, timer, thresholds, input)
        : begin(queueName, kind, reading, timer, thresholds, input);
      if (step?.change) changes.push(step.change);
      if (step?.alert) firing.push(step.alert);
      if (step?.alert || timer.above.warning !== null) byAlert.set(key, timer);
    }
    // What is not known of a queue stays as it is, and so does its time.
    keepUnread(queueName, readings, timers, byAlert);
  }

  const seen = new Set(input.queues.map(({ queueName }) => queueName));
  const missing = new Map<string, number>();
  for (const current of firingBy.values()) {
    const missingMs = seen.has(current.queueName) ? null : missingFor(timers, current.queueName, elapsedMs);
    if (missingMs !== null) missing.set(current.queueName, missingMs);
    if (missingMs !== null && missingMs >= GONE_AFTER_MS) {
      changes.push({ kind: 'resolve', alert: resolve(current, 'queue_gone', input) });
      continue;
    }
    const hushed = hush(current, input);
    firing.push(hushed);
    if (hushed !== current) changes.push({ kind: 'update', alert: hushed });
  }
  return { timers: { atMs: nowMs, byAlert, missing }, changes, firing };
}

interface Step {
  readonly alert?: FiringAlert;
  readonly change?: AlertChange;
}

function begin(
  queueName: string,
  kind: AlertKind,
  { issue }: AlertReading,
  { above }: Timer,
  { alertAfterMs }: Thresholds,
  input: AlertsInput,
): Step | null {
  const afterMs = immediateKinds.has(kind) ? 0 : alertAfterMs;
  if (issue === null || !lasts(above.warning, afterMs)) return null;
  const severity: Severity = lasts(above.critical, afterMs) ? 'critical' : 'warning';
  const { nowMs } = input;
  const silence = silenceFor({ queueName, kind }, input.silences, nowMs);
  const fired: FiringAlert = {
    id: input.newId(),
    queueName,
    kind,
    severity,
    worst: severity,
    ...figuresOf(issue),
    firedAtMs: nowMs,
    changedAtMs: nowMs,
    acknowledged: null,
    silenceId: silence?.id ?? null,
    stamps: { warning: null, critical: null, latest: null },
    events: [
      { atMs: nowMs, what: 'fired', severity },
      ...(silence ? [{ atMs: nowMs, what: 'silenced', by: silence.by } as const] : []),
    ],
  };
  const alert = told(fired, input.stamp);
  return { alert, change: { kind: 'fire', alert } };
}

function follow(
  current: FiringAlert,
  reading: AlertReading,
  { above, clear }: Timer,
  { alertAfterMs, resolveAfterMs }: Thresholds,
  input: AlertsInput,
): Step {
  if (lasts(clear.warning, resolveAfterMs)) {
    return { change: { kind: 'resolve', alert: resolve(current, 'cleared', input) } };
  }
  const refreshed = reading.issue ? { ...current, ...figuresOf(reading.issue) } : current;
  const hushed = hush(refreshed, input);
  const afterMs = immediateKinds.has(current.kind) ? 0 : alertAfterMs;
  if (current.severity === 'warning' && lasts(above.critical, afterMs)) return changed(raise(hushed, input));
  if (current.severity === 'critical' && lasts(clear.critical, resolveAfterMs)) return changed(lower(hushed, input));
  return hushed === refreshed ? { alert: refreshed } : changed(hushed);
}

function changed(alert: FiringAlert): Step {
  return { alert, change: { kind: 'update', alert } };
}

function raise(alert: FiringAlert, { nowMs, stamp }: AlertsInput): FiringAlert {
  const raised: FiringAlert = {
    ...alert,
    severity: 'critical',
    worst: 'critical',
    changedAtMs: nowMs,
    // Whoever acknowledged the warning did not acknowledge this.
    acknowledged: null,
    events: withEvent(alert.events, { atMs: nowMs, what: 'raised', severity: 'critical' }),
  };
  return told(raised, stamp);
}

function lower(alert: FiringAlert, { nowMs }: AlertsInput): FiringAlert {
  const event: AlertEvent = { atMs: nowMs, what: 'lowered', severity: 'warning' };
  return { ...alert, severity: 'warning', events: withEvent(alert.events, event) };
}

/** The alert under the silences of now; the same object when they change nothing. */
function hush(alert: FiringAlert, { silences, nowMs, stamp }: AlertsInput): FiringAlert {
  const silence = silenceFor(alert, silences, nowMs);
  if ((silence?.id ?? null) === alert.silenceId) return alert;
  if (silence) {
    const event: AlertEvent = { atMs: nowMs, what: 'silenced', by: silence.by };
    return { ...alert, silenceId: silence.id, events: withEvent(alert.events, event) };
  }
  const event: AlertEvent = { atMs: nowMs, what: 'unsilenced' };
  return told({ ...alert, silenceId: null, changedAtMs: nowMs, events: withEvent(alert.events, event) }, stamp);
}

function resolve(alert: FiringAlert, because: ResolvedBecause, { nowMs, stamp }: AlertsInput): ResolvedAlert {
  return {
    ...alert,
    events: withEvent(alert.events, { atMs: nowMs, what: 'resolved' }),
    resolvedAtMs: nowMs,
    resolvedBecause: because,
    resolvedStamp: stamp,
  };
}

/** Marks that there is something to tell: nothing of a silenced alert, and nothing more of an acknowledged one. */
function told(alert: FiringAlert, stamp: number): FiringAlert {
  if (alert.silenceId !== null || alert.acknowledged !== null) return alert;
  const { severity, stamps } = alert;
  return { ...alert, stamps: { ...stamps, [severity]: stamps[severity] ?? stamp, latest: stamp } };
}

function figuresOf(issue: { message: string; value?: number; limit?: number }) {
  // A condition without a limit (no worker, a crash loop) is exceeded by the first.
  return { message: issue.message, value: issue.value ?? 1, threshold: issue.limit ?? 1 };
}

function advance(before: Timer, { severity, held }: AlertReading, elapsedMs: number): Timer {
  const run = (previous: number | null, holds: boolean): number | null => {
    if (!holds) return null;
    return previous === null ? 0 : previous + elapsedMs;
  };
  return {
    above: {
      warning: run(before.above.warning, severity !== null),
      critical: run(before.above.critical, severity === 'critical'),
    },
    clear: {
      warning: run(before.clear.warning, held === null),
      critical: run(before.clear.critical, held !== 'critical'),
    },
  };
}

function lasts(heldMs: number | null, forMs: number): boolean {
  return heldMs !== null && heldMs >= forMs;
}

function keepUnread(
  queueName: string,
  readings: ReadonlyMap<AlertKind, AlertReading>,
  { byAlert: before }: AlertTimers,
  byAlert: Map<string, Timer>,
): void {
  if (before.size === 0 || readings.size === alertKinds.length) return;
  for (const kind of alertKinds) {
    const timer = readings.has(kind) ? undefined : before.get(keyOf(queueName, kind));
    if (timer) byAlert.set(keyOf(queueName, kind), timer);
  }
}

function missingFor({ missing }: AlertTimers, queueName: string, elapsedMs: number): number {
  const before = missing.get(queueName);
  return before === undefined ? 0 : before + elapsedMs;
}

function timedQueues({ byAlert }: AlertTimers): readonly string[] {
  return [...byAlert.keys()].map((key) => key.slice(key.indexOf('/') + 1));
}

function keyOf(queueName: string, kind: AlertKind): string {
  return `${kind}/${queueName}`;
}
