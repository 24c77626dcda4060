import type { HealthIssue, QueueHealthStatus } from '@drover/contract';
import { issuesOf } from './health.js';

export interface ListedIssue extends HealthIssue {
  readonly queueName: string;
}

/** All issues of all queues, critical ones first, each queue's together; ordered as the queues come. */
export function listIssues(queues: readonly QueueHealthStatus[]): ListedIssue[] {
  const all = queues.flatMap((queue) => issuesOf(queue).map((issue) => ({ ...issue, queueName: queue.queueName })));
  const rank = ({ severity }: ListedIssue) => (severity === 'critical' ? 0 : 1);
  return all.toSorted((a, b) => rank(a) - rank(b));
}
