import type { HealthIssue, QueueHealthStatus } from '@drover/contract';
import { issuesOf } from './health.js';
import { selectRows } from './queue-rows.js';

export interface QueueIssues {
  readonly queueName: string;
  /** The worst first; never empty. */
  readonly issues: readonly [HealthIssue, ...HealthIssue[]];
}

/** Queues with something wrong, in the order in which to look at them. */
export function queuesWithIssues(queues: readonly QueueHealthStatus[]): QueueIssues[] {
  const byUrgency = selectRows(queues, { search: '', status: 'all', sort: { key: 'status', descending: true } });
  return byUrgency.flatMap((queue) => {
    const [worst, ...others] = issuesOf(queue);
    return worst ? [{ queueName: queue.queueName, issues: [worst, ...others] as const }] : [];
  });
}
