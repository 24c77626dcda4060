import {
  useActiveAlerts,
  useCurrentMemory,
  useDashboardSummary,
  useQueuesHealth,
  useSystemStatus,
  useTrends,
  useWorkerMemory,
} from '@drover/react';
import { lazy, type ReactNode, Suspense } from 'react';
import { useSession } from '../auth/use-session';
import { AlertsPanel } from '../features/overview/alerts-panel';
import { OverviewTiles } from '../features/overview/overview-tiles';
import { VerdictLine } from '../features/overview/verdict-line';
import { QueueListPanel } from '../features/queues/queue-list-panel';
import { QueueListSkeleton } from '../features/queues/queue-list-skeleton';
import { rangeWords, readTimeRange, spanOf } from '../models/time-range';
import { useAppLocation } from '../router/location';
import { Panel } from '../ui/panel';
import { PanelBoundary } from '../ui/panel-boundary';
import { QueryError } from '../ui/panel-states';
import { useServerNow } from '../ui/use-server-now';
import { useSettled } from '../ui/use-settled';
import { useAcknowledging } from './use-acknowledging';
import { usePageTitle } from './use-page-title';

const NoQueues = lazy(async () => ({ default: (await import('../features/queues/no-queues')).NoQueues }));
// Beside what is wrong they come a moment later: the first rows wait neither for their code nor for their requests.
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
  const settled = useSettled(queues.data !== undefined);

  if (queues.data?.length === 0) {
    return (
      <>
        <div className="page-head">
          <h1>Overview</h1>
        </div>
        <Suspense>
          <NoQueues engine={status.data?.engine.kind} />
        </Suspense>
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
        <Later title="Worker memory" settled={settled}>
          <MemoryPanel workers={workers.data} memory={memory.data} />
        </Later>
        <Later title="What the scaler did" settled={settled}>
          <OverviewScaler queues={queues.data} nowMs={nowMs} />
        </Later>
      </div>
      {queues.data ? (
        <QueueListPanel title="Queue health" queues={queues.data} trends={trends.data} />
      ) : (
        <QueueListSkeleton title="Queue health" />
      )}
    </>
  );
}

function Later({ title, settled, children }: { title: string; settled: boolean; children: ReactNode }) {
  const before = <Panel title={title}>{null}</Panel>;
  return <Suspense fallback={before}>{settled ? children : before}</Suspense>;
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
