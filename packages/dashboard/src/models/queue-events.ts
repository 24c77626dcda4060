import type { Alert, AuditEntryReply, ScalingHistoryEntry, WorkerRecycle } from '@drover/contract';
import type { ChartEvent } from './chart-events.js';
import { scalingEvents } from './scaling.js';

export interface QueueEventSources {
  readonly history?: readonly ScalingHistoryEntry[] | undefined;
  /** Firing and over. */
  readonly alerts?: readonly Alert[] | undefined;
  readonly recycles?: readonly WorkerRecycle[] | undefined;
  /** Entries of the audit log about the queue; only an admin reads them. */
  readonly audit?: readonly AuditEntryReply[] | undefined;
}

const pauses: Record<string, 'pause' | 'resume'> = { 'queue.pause': 'pause', 'queue.resume': 'resume' };

/** What happened to a queue, for its charts, oldest first. */
export function queueEvents({ history = [], alerts = [], recycles = [], audit = [] }: QueueEventSources): ChartEvent[] {
  const fired = new Map(alerts.map((alert) => [alert.id, alert]));
  const events: ChartEvent[] = [
    ...scalingEvents(history),
    ...[...fired.values()].map(
      (alert): ChartEvent => ({
        atMs: alert.timestamp.getTime(),
        kind: 'alert',
        label: alert.message,
        severity: alert.worstSeverity ?? alert.severity,
      }),
    ),
    ...recycles.map(
      ({ workerId, reason, updatedAt, status }): ChartEvent => ({
        atMs: updatedAt.getTime(),
        kind: 'recycle',
        label: `${workerId} ${status === 'failed' ? 'could not be recycled' : 'recycled'}: ${reason}`,
        severity: status === 'failed' ? 'warning' : undefined,
      }),
    ),
    ...audit.flatMap(({ action, actor, at, result }): ChartEvent[] => {
      const kind = pauses[action];
      if (!kind || result !== 'done') return [];
      return [
        {
          atMs: at.getTime(),
          kind,
          label: `${kind === 'pause' ? 'Paused' : 'Resumed'} by ${actor.replace(/^user:/, '')}`,
        },
      ];
    }),
  ];
  return events.toSorted((a, b) => a.atMs - b.atMs);
}
