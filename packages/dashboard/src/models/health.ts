import type { AlertSeverity, HealthIssue, HealthIssueKind, QueueHealthStatus, QueueMetrics } from '@drover/contract';

/** What a person reads: a paused queue is set apart, however healthy. */
export type ShownStatus = 'critical' | 'warning' | 'healthy' | 'paused';

export function shownStatus(queue: QueueHealthStatus): ShownStatus {
  if (queue.status === 'critical') return 'critical';
  const otherIssue = queue.issueDetails?.some(({ kind }) => kind !== 'paused') ?? false;
  if (queue.paused && !otherIssue) return 'paused';
  return queue.status;
}

export const statusWords: Record<ShownStatus, string> = {
  critical: 'Critical',
  warning: 'Warning',
  healthy: 'Healthy',
  paused: 'Paused',
};

/** The worst first. */
export const statusRank: Record<ShownStatus, number> = { critical: 0, warning: 1, healthy: 2, paused: 3 };

/** What is wrong, in one line. */
export function issueText(queue: QueueHealthStatus): string | undefined {
  const messages = issuesOf(queue).map(({ message }) => message);
  return messages.length > 0 ? messages.join('; ') : undefined;
}

/** Issues with what they are about, the worst first; those of a server that sends only words count as the queue's status. */
export function issuesOf(queue: QueueHealthStatus): HealthIssue[] {
  const rank = ({ severity }: HealthIssue) => (severity === 'critical' ? 0 : 1);
  if (queue.issueDetails) return queue.issueDetails.toSorted((a, b) => rank(a) - rank(b));
  const severity = queue.status === 'critical' ? 'critical' : 'warning';
  return queue.issues.map((message) => ({ kind: 'unreadable', severity, message }));
}

/** Severity of the issue that a cell is about; undefined leaves the cell grey. */
export function severityOf(queue: QueueHealthStatus, ...kinds: HealthIssueKind[]): AlertSeverity | undefined {
  const found = queue.issueDetails?.filter(({ kind }) => kinds.includes(kind)) ?? [];
  if (found.some(({ severity }) => severity === 'critical')) return 'critical';
  return found.length > 0 ? 'warning' : undefined;
}

export function issueOf(queue: QueueHealthStatus, kind: HealthIssueKind): HealthIssue | undefined {
  return queue.issueDetails?.find((issue) => issue.kind === kind);
}

type NumberField = Exclude<
  { [Key in keyof QueueMetrics]-?: NonNullable<QueueMetrics[Key]> extends number ? Key : never }[keyof QueueMetrics],
  undefined
>;

/** A number of a queue, or undefined where it is 0 (or absent) only because nobody knows. */
export function known(metrics: QueueMetrics, field: NumberField): number | undefined {
  return metrics.unknown?.includes(field) ? undefined : metrics[field];
}
