import type { Alert, AuditEntryReply, OperationSummary, ScalingHistoryEntry, WorkerRecycle } from '@drover/contract';
import type { ChartEvent } from './chart-events.js';
import { plural } from './format.js';
import { operationTitle } from './operations.js';
import { scalingEvents } from './scaling.js';

export interface QueueEventSources {
  readonly history?: readonly ScalingHistoryEntry[] | undefined;
  /** Firing and over. */
  readonly alerts?: readonly Alert[] | undefined;
  readonly recycles?: readonly WorkerRecycle[] | undefined;
  /** Of this queue, or of several with it. */
  readonly operations?: readonly OperationSummary[] | undefined;
  /** Entries of the audit log about the queue; only an admin reads them. */
  readonly audit?: readonly AuditEntryReply[] | undefined;
}

/** Entries of the audit log that are told, and how. */
const audited: Record<string, { readonly kind: ChartEvent['kind']; readonly words: string }> = {
  'queue.pause': { kind: 'pause', words: 'Paused' },
  'queue.resume': { kind: 'resume', words: 'Resumed' },
  'queue.clean': { kind: 'operation', words: 'Cleaned' },
  'queue.retry': { kind: 'operation', words: 'Failed jobs retried' },
};

/** What happened to a queue, for its charts, oldest first. */
export function queueEvents({
  history = [],
  alerts = [],
  recycles = [],
  operations = [],
  audit = [],
}: QueueEventSources): ChartEvent[] {
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
    // A count without touching anything happened to nothing.
    ...operations.filter(({ dryRun }) => !dryRun).map(operationEvent),
    ...audit.flatMap(({ action, actor, at, result }): ChartEvent[] => {
      const told = audited[action];
      if (!told || result !== 'done') return [];
      return [{ atMs: at.getTime(), kind: told.kind, label: `${told.words} by ${nameOf(actor)}` }];
    }),
  ];
  return events.toSorted((a, b) => a.atMs - b.atMs);
}

function operationEvent(operation: OperationSummary): ChartEvent {
  const { kind, startedAt, requestedAt, requestedBy, queueCount, failed, state } = operation;
  const others = queueCount > 1 ? `, with ${plural(queueCount - 1, 'other queue')}` : '';
  return {
    atMs: (startedAt ?? requestedAt).getTime(),
    kind: kind === 'pause' || kind === 'resume' ? kind : 'operation',
    label: `${operationTitle(operation)}${others}, by ${nameOf(requestedBy)}`,
    severity: failed > 0 || state === 'failed' || state === 'interrupted' ? 'warning' : undefined,
  };
}

function nameOf(actor: string): string {
  return actor.replace(/^user:/, '');
}
