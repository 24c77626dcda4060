import {
  useActiveAlerts,
  useAlertHistory,
  useAudit,
  useOperations,
  useRecycles,
  useScalingHistory,
} from '@drover/react';
import { useMemo } from 'react';
import { useSession } from '../auth/use-session';
import type { ChartEvent } from '../models/chart-events';
import { queueEvents } from '../models/queue-events';

/** Of each kind; in a month of a troubled queue there may be more. */
const most = 200;

/**
 * What happened to a queue since an instant: scale actions, alerts, recycles, operations, and for an admin pauses.
 * Undefined until the first of these is known.
 */
export function useQueueEvents(
  queueName: string,
  { since, until }: { since: string; until?: string },
): readonly ChartEvent[] | undefined {
  const admin = useSession().data?.user.role === 'admin';
  const history = useScalingHistory(queueName, { limit: most, since }).data?.history;
  const firing = useActiveAlerts().data;
  // By when they were resolved: one that fired in the range may have ended after it.
  const over = useAlertHistory({ queueName, since, limit: most }).data?.pages[0]?.alerts;
  const recycles = useRecycles({ queueName, limit: most }).data?.finished;
  const operations = useOperations({ queueName, limit: most }).data?.operations;
  // Others would be refused, and audited for it.
  const filters = { target: `queue:${queueName}`, since, ...(until !== undefined && { until }) };
  const audit = useAudit(filters, { enabled: admin }).data?.pages[0]?.entries;
  return useMemo(() => {
    if (!history && !firing && !over && !recycles && !operations && !audit) return undefined;
    const own = firing?.filter((alert) => alert.queueName === queueName) ?? [];
    return queueEvents({ history, alerts: [...own, ...(over ?? [])], recycles, operations, audit });
  }, [queueName, history, firing, over, recycles, operations, audit]);
}
