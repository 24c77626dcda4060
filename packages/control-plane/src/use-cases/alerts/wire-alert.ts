import type { Alert, AlertSilence } from '@drover/contract';
import { type FiringAlert, guideTypeOf, type ResolvedAlert, type Silence } from '@drover/core';

/** An alert as the API shows it. */
export function toWireAlert(alert: FiringAlert | ResolvedAlert): Alert {
  const { acknowledged } = alert;
  return {
    id: alert.id,
    severity: alert.severity,
    queueName: alert.queueName,
    type: guideTypeOf[alert.kind],
    message: alert.message,
    value: alert.value,
    threshold: alert.threshold,
    timestamp: new Date(alert.firedAtMs),
    acknowledged: acknowledged !== null,
    ...(acknowledged && { acknowledgedBy: acknowledged.by, acknowledgedAt: new Date(acknowledged.atMs) }),
    kind: alert.kind,
    silenced: alert.silenceId !== null,
    ...(alert.silenceId !== null && { silenceId: alert.silenceId }),
    worstSeverity: alert.worst,
    ...('resolvedAtMs' in alert && {
      resolvedAt: new Date(alert.resolvedAtMs),
      resolvedBecause: alert.resolvedBecause,
    }),
    events: alert.events.map(({ atMs, ...event }) => ({ at: new Date(atMs), ...event })),
  };
}

/** The critical first, then the latest. */
export function inOrderOfUrgency(alerts: readonly FiringAlert[]): FiringAlert[] {
  return [...alerts].sort((a, b) => {
    if (a.severity !== b.severity) return a.severity === 'critical' ? -1 : 1;
    return b.firedAtMs - a.firedAtMs || (a.id < b.id ? -1 : 1);
  });
}

export function toWireSilence(silence: Silence): AlertSilence {
  return {
    id: silence.id,
    ...(silence.queueName !== null && { queueName: silence.queueName }),
    ...(silence.kind !== null && { kind: silence.kind }),
    from: new Date(silence.fromMs),
    until: new Date(silence.untilMs),
    why: silence.why,
    by: silence.by,
    createdAt: new Date(silence.createdAtMs),
  };
}
