import type { QueueHealthStatus } from '@drover/contract';
import { plural } from './format.js';
import { issuesOf, type ShownStatus } from './health.js';
import { countByStatus } from './queue-rows.js';

export interface Verdict {
  readonly status: Exclude<ShownStatus, 'paused'>;
  /** 2 queues critical. */
  readonly headline: string;
  /** Where to start, and why. */
  readonly start?: { readonly queueName: string; readonly reason: string };
}

/** The one line above everything: is anything wrong, where, and where to begin. */
export function verdictOf(queues: readonly QueueHealthStatus[]): Verdict {
  const counts = countByStatus(queues);
  const status = counts.critical > 0 ? 'critical' : counts.warning > 0 ? 'warning' : 'healthy';
  if (status === 'healthy') {
    const paused = counts.paused > 0 ? `, ${counts.paused} paused` : '';
    return { status, headline: queues.length === 1 ? `Queue healthy${paused}` : `All queues healthy${paused}` };
  }
  const worst = queues.filter((queue) => queue.status === status).toSorted(byUrgency)[0];
  const reason = worst && issuesOf(worst)[0]?.message;
  return {
    status,
    headline: status === 'critical' ? `${plural(counts.critical, 'queue')} critical` : withWarnings(counts.warning),
    ...(worst && reason && { start: { queueName: worst.queueName, reason: lowerFirst(reason) } }),
  };
}

function withWarnings(count: number): string {
  return count === 1 ? '1 queue with a warning' : `${count} queues with warnings`;
}

/** More critical issues first, then the older wait. */
function byUrgency(a: QueueHealthStatus, b: QueueHealthStatus): number {
  const critical = (queue: QueueHealthStatus) =>
    issuesOf(queue).filter(({ severity }) => severity === 'critical').length;
  return critical(b) - critical(a) || b.metrics.oldestWaitingMs - a.metrics.oldestWaitingMs;
}

/** A message becomes part of a sentence; acronyms such as `CPU` stay. */
export function lowerFirst(text: string): string {
  return /^[A-Z][a-z]/.test(text) ? text.charAt(0).toLowerCase() + text.slice(1) : text;
}
