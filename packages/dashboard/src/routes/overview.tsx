import {
  useCurrentMemory,
  useDashboardSummary,
  useQueuesHealth,
  useSystemStatus,
  useTrends,
  useWorkerMemory,
} from '@drover/react';
import { IssuesPanel } from '../features/overview/issues-panel';
import { MemoryPanel } from '../features/overview/memory-panel';
import { OverviewTiles } from '../features/overview/overview-tiles';
import { VerdictLine } from '../features/overview/verdict-line';
import { WorkersPanel } from '../features/overview/workers-panel';
import { NoQueues } from '../features/queues/no-queues';
import { QueueListPanel } from '../features/queues/queue-list-panel';
import { QueueListSkeleton } from '../features/queues/queue-list-skeleton';
import { rangeWords, readTimeRange, spanOf } from '../models/time-range';
import { useAppLocation } from '../router/location';
import { Panel } from '../ui/panel';
import { PanelBoundary } from '../ui/panel-boundary';
import { QueryError } from '../ui/panel-states';
import { usePageTitle } from './use-page-title';

export function OverviewRoute() {
  usePageTitle('Overview');
  const range = readTimeRange(useAppLocation().params);
  const summary = useDashboardSummary();
  const queues = useQueuesHealth();
  const workers = useWorkerMemory();
  const memory = useCurrentMemory();
  const status = useSystemStatus();
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
          memory={memory.data}
          trends={trends.data}
          rangeWords={rangeWords(range)}
        />
      </PanelBoundary>
      <div className="row3">
        <IssuesPanel queues={queues.data} />
        <MemoryPanel workers={workers.data} memory={memory.data} />
        <WorkersPanel workers={workers.data} queues={queues.data} />
      </div>
      {queues.data ? (
        <QueueListPanel title="Queue health" queues={queues.data} trends={trends.data} />
      ) : (
        <QueueListSkeleton title="Queue health" />
      )}
    </>
  );
}
