import '../styles/alerts.css';
import '../styles/rate-limits.css';
import '../styles/scaling.css';
import '../styles/workers.css';
import type { WorkerMemoryState } from '@drover/contract';
import {
  useActiveAlerts,
  useMemoryConfig,
  useMemoryHistory,
  useQueuesHealth,
  useRecycles,
  useRecycleWorkers,
  useScalingPolicies,
  useWorkerMemory,
} from '@drover/react';
import { useMemo, useState } from 'react';
import { useSession } from '../auth/use-session';
import { createCursorStore } from '../charts/cursor-store';
import { ActiveAlertsPanel } from '../features/alerts/active-alerts-panel';
import { FleetPanel } from '../features/workers/fleet-panel';
import { MemoryChart } from '../features/workers/memory-chart';
import { RecycleDialog } from '../features/workers/recycle-dialog';
import { RecyclesPanel } from '../features/workers/recycles-panel';
import { readAlertsFilter } from '../models/alerts';
import { historyQuery, readTimeRange, windowOf } from '../models/time-range';
import { workerRows } from '../models/worker-rows';
import { Link } from '../router/link';
import { navigate, useAppLocation, withRange } from '../router/location';
import { Panel } from '../ui/panel';
import { Empty, QueryError, Skeleton } from '../ui/panel-states';
import { useServerNow } from '../ui/use-server-now';
import { DecisionHistory, LiveDecision } from './scaling-detail';
import { useAcknowledging } from './use-acknowledging';

/** The queue's workers, their memory together, and their recycles. */
export function QueueWorkers({ queueName }: { queueName: string }) {
  const { params } = useAppLocation();
  const range = useMemo(() => readTimeRange(params), [params]);
  const nowMs = useServerNow(5_000);
  const [cursor] = useState(createCursorStore);
  const [recycling, setRecycling] = useState<readonly WorkerMemoryState[]>();
  const workers = useWorkerMemory();
  const config = useMemoryConfig();
  const recycles = useRecycles({ queueName });
  const recycleWorkers = useRecycleWorkers();
  const { since, until } = historyQuery(range, nowMs);
  const history = useMemoryHistory({
    queueName,
    since: new Date(since),
    ...(until !== undefined && { until: new Date(until) }),
    limit: 1_500,
  });
  const running = recycles.data?.running;
  const rows = useMemo(() => {
    const own = workers.data?.workers.filter((worker) => worker.queueName === queueName);
    return own && workerRows(own, config.data, running ?? []);
  }, [workers.data, config.data, running, queueName]);
  const { fromMs, toMs } = windowOf(range, nowMs);
  return (
    <>
      <div className="row-workers row-workers-2">
        <MemoryChart
          title="Memory of its workers"
          subject={queueName}
          history={history.data?.queueName === queueName ? history.data : undefined}
          error={history.error}
          onRetry={() => void history.refetch()}
          {...{ fromMs, toMs, cursor }}
        />
        <RecyclesPanel
          recycles={recycles.data}
          error={recycles.error}
          onRetry={() => void recycles.refetch()}
          nowMs={nowMs}
        />
      </div>
      <FleetPanel
        rows={rows}
        nowMs={nowMs}
        instead={!rows && workers.error && <QueryError error={workers.error} onRetry={() => void workers.refetch()} />}
        onRecycle={setRecycling}
        onOpen={({ workerId }) => navigate(withRange(`/workers?worker=${encodeURIComponent(workerId)}`, params))}
      />
      {recycling && (
        <RecycleDialog
          workers={recycling}
          onRecycle={(request) =>
            recycleWorkers.mutateAsync({ ...request, workerIds: recycling.map(({ workerId }) => workerId) })
          }
          onClose={() => setRecycling(undefined)}
        />
      )}
    </>
  );
}

/** What the scaler decides about the queue now, and what it decided. */
export function QueueScaling({ queueName }: { queueName: string }) {
  const policies = useScalingPolicies();
  const policy = policies.data?.find((one) => one.queueName === queueName);
  if (!policy) {
    return (
      <Panel title="Decision now">
        {policies.error ? (
          <QueryError error={policies.error} onRetry={() => void policies.refetch()} />
        ) : policies.data ? (
          <Empty title="This queue has no scaling policy yet." />
        ) : (
          <Skeleton className="m-3 h-72 opacity-50" />
        )}
      </Panel>
    );
  }
  return (
    <>
      <p className="line-2">
        {policy.minWorkers} to {policy.maxWorkers} workers.{' '}
        <Link className="link" to={`/scaling?queue=${encodeURIComponent(queueName)}`}>
          Edit the policy, or try another
        </Link>
      </p>
      <div className="split">
        <LiveDecision policy={policy} />
        <DecisionHistory queueName={queueName} />
      </div>
    </>
  );
}

/** What fires about the queue now. */
export function QueueAlerts({ queueName }: { queueName: string }) {
  const { params } = useAppLocation();
  const filter = useMemo(() => readAlertsFilter(params), [params]);
  const alerts = useActiveAlerts();
  const queues = useQueuesHealth();
  const nowMs = useServerNow(1_000);
  const self = useSession().data?.user.id;
  const { sending, acknowledge } = useAcknowledging();
  const own = useMemo(() => alerts.data?.filter((alert) => alert.queueName === queueName), [alerts.data, queueName]);
  const name = encodeURIComponent(queueName);
  return (
    <>
      <ActiveAlertsPanel
        alerts={own}
        error={alerts.error}
        onRetry={() => void alerts.refetch()}
        filter={filter}
        queues={queues.data?.filter((queue) => queue.queueName === queueName)}
        open={params.get('alert') ?? undefined}
        nowMs={nowMs}
        self={self}
        sending={sending}
        onAcknowledge={acknowledge}
        onSilence={(alert) => navigate(`/alerts?alert=${encodeURIComponent(alert.id)}`)}
      />
      <p className="line-2">
        <Link className="link" to={`/alerts?tab=history&queue=${name}`}>
          Alerts that are over
        </Link>
        {' · '}
        <Link className="link" to={`/alerts?tab=thresholds&queue=${name}`}>
          When this queue alerts
        </Link>
      </p>
    </>
  );
}
