import type { HealthIssue, QueueHealthStatus, QueueMetrics } from '@drover/contract';

const base = Date.parse('2026-11-23T14:00:00Z');
export const at = (seconds: number) => new Date(base + seconds * 1_000);
export const ms = (seconds: number) => base + seconds * 1_000;

export function metrics(changes: Partial<QueueMetrics> = {}): QueueMetrics {
  return {
    queueName: 'mail',
    ...{ waiting: 5, active: 1, delayed: 0, failed: 0, completed: 10 },
    ...{ jobsPerMinute: 60, errorRate: 0, timeoutRate: 0 },
    ...{ avgProcessingTimeMs: 20, p50ProcessingTimeMs: 18, p95ProcessingTimeMs: 40, p99ProcessingTimeMs: 60 },
    ...{ oldestWaitingMs: 0, memoryUsageMB: 100, memoryPercentage: 10 },
    timestamp: at(0),
    ...changes,
  };
}

export function issue(severity: HealthIssue['severity'], changes: Partial<HealthIssue> = {}): HealthIssue {
  return { kind: 'queue_depth', severity, message: `${severity} depth`, ...changes };
}

interface QueueChanges {
  metrics?: Partial<QueueMetrics>;
  issues?: HealthIssue[];
  paused?: boolean;
  workers?: QueueHealthStatus['workers'];
  watchedBy?: 'drover' | 'other';
}

/** A queue whose status follows from its issues, as the server's does. */
export function queue(
  queueName: string,
  { metrics: changes, issues = [], ...rest }: QueueChanges = {},
): QueueHealthStatus {
  const critical = issues.some(({ severity }) => severity === 'critical');
  const status = critical ? 'critical' : issues.length > 0 ? 'warning' : 'healthy';
  return {
    queueName,
    healthy: status === 'healthy',
    status,
    issues: issues.map(({ message }) => message),
    issueDetails: issues,
    metrics: metrics({ queueName, ...changes }),
    timestamp: at(0),
    ...(rest as object),
  };
}
