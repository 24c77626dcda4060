import {
  useActiveAlerts,
  useCurrentMemory,
  useDashboardSummary,
  useQueuesHealth,
  useSystemStatus,
  useTrends,
  useWorkerMemory,
} from '@drover/react';
import { lazy, Suspense } from 'react';
import { useSession } from '../auth/use-session';
import { AlertsPanel } from '../features/overview/alerts-panel';
import { OverviewTiles } from '../features/overview/overview-tiles';
import { VerdictLine } from '../features/overview/verdict-line';
import { NoQueues } from '../features/queues/no-queues';
import { QueueListPanel } from '../features/queues/queue-list-panel';
import { QueueListSkeleton } from '../features/queues/queue-list-skeleton';
import { rangeWords, readTimeRange, spanOf } from '../models/time-range';
import { useAppLocation } from '../router/location';
import { Panel } from '../ui/panel';
import { PanelBoundary } from '../ui/panel-boundary';
import { QueryError } from '../ui/panel-states';
import { useServerNow } from '../ui/use-server-now';
import { useAcknowledging } from './use-acknowledging';
import { usePageTitle } from './use-page-title';

// Beside what is wrong they can come a moment later: the first load stays small.
const MemoryPanel = lazy(async () => ({ default: (await import('../features/overview/memory-panel')).MemoryPanel }));
const OverviewScaler = lazy(async () => ({ default: (await import('./overview-scaler')).OverviewScaler }));

export function OverviewRoute() {
  usePageTitle('Overview');
  const range = readTimeRange(useAppLocation().params);
  const summary = useDashboardSummary();
  const queues = useQueuesHealth();
  const workers = useWorkerMemory();
  const memory = useCurrentMemory();
  const status = useSystemStatus();
  const alerts = useActiveAlerts();
  const nowMs = useServerNow(10_000);
  const trends = useTrends({ rangeMs: spanOf(range) });

  if (queues.data?.length === 0) {
    return (
      <>
        <div className="page-head">
          <h1>Overview</h1>
        </div>
        <NoQueues engine={status.data?.engine.kind} />
      </>
    );
  }
  if (!queues.data && queues.error) {
    return (
      <>
        <div className="page-head">
          <h1>Overview</h1>
        </div>
        <Panel title="Queue health">
          <QueryError error={queues.error} onRetry={() => void queues.refetch()} />
        </Panel>
      </>
    );
  }
  return (
    <>
      <div className="page-head">
        <h1>Overview</h1>
        <VerdictLine queues={queues.data} />
      </div>
      <PanelBoundary title="Totals">
        <OverviewTiles
          summary={summary.data}
          queues={queues.data}
          alerts={alerts.data}
          memory={memory.data}
          trends={trends.data}
          rangeWords={rangeWords(range)}
        />
      </PanelBoundary>
      <div className="row3">
        <Alerts alerts={alerts} nowMs={nowMs} />
        <Suspense fallback={<Panel title="Worker memory">{null}</Panel>}>
          <MemoryPanel workers={workers.data} memory={memory.data} />
        </Suspense>
        <Suspense fallback={<Panel title="What the scaler did">{null}</Panel>}>
          <OverviewScaler queues={queues.data} nowMs={nowMs} />
        </Suspense>
      </div>
      {queues.data ? (
        <QueueListPanel title="Queue health" queues={queues.data} trends={trends.data} />
      ) : (
        <QueueListSkeleton title="Queue health" />
      )}
    </>
  );
}

function Alerts({ alerts, nowMs }: { alerts: ReturnType<typeof useActiveAlerts>; nowMs: number }) {
  const { sending, acknowledge } = useAcknowledging();
  return (
    <AlertsPanel
      alerts={alerts.data}
      error={alerts.error}
      onRetry={() => void alerts.refetch()}
      nowMs={nowMs}
      self={useSession().data?.user.id}
      sending={sending}
      onAcknowledge={acknowledge}
    />
  );
}
