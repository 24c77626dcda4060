import { useActiveAlerts, useAlertHistory, useAudit, useRecycles, useScalingHistory } from '@drover/react';
import { useMemo } from 'react';
import { useSession } from '../auth/use-session';
import type { ChartEvent } from '../models/chart-events';
import { queueEvents } from '../models/queue-events';

/** The latest that happened to a queue: scale actions, alerts, recycles, and for an admin pauses. */
export function useQueueEvents(queueName: string): readonly ChartEvent[] {
  const admin = useSession().data?.user.role === 'admin';
  const history = useScalingHistory(queueName, { limit: 100 }).data?.history;
  const firing = useActiveAlerts().data;
  const over = useAlertHistory({ queueName, limit: 100 }).data?.pages[0]?.alerts;
  const recycles = useRecycles({ queueName, limit: 100 }).data?.finished;
  // Others would be refused, and audited for it.
  const audit = useAudit({ target: `queue:${queueName}` }, { enabled: admin }).data?.pages[0]?.entries;
  return useMemo(() => {
    const own = firing?.filter((alert) => alert.queueName === queueName) ?? [];
    return queueEvents({ history, alerts: [...own, ...(over ?? [])], recycles, audit });
  }, [queueName, history, firing, over, recycles, audit]);
}
