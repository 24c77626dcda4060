import { useQueuesHealth, useSystemStatus, useTrends } from '@drover/react';
import { VerdictLine } from '../features/overview/verdict-line';
import { NoQueues } from '../features/queues/no-queues';
import { QueueListPanel } from '../features/queues/queue-list-panel';
import { QueueListSkeleton } from '../features/queues/queue-list-skeleton';
import { readTimeRange, spanOf } from '../models/time-range';
import { useAppLocation } from '../router/location';
import { Panel } from '../ui/panel';
import { QueryError } from '../ui/panel-states';
import { usePageTitle } from './use-page-title';

export function QueuesRoute() {
  usePageTitle('Queues');
  const range = readTimeRange(useAppLocation().params);
  const { data: queues, error, refetch } = useQueuesHealth();
  const status = useSystemStatus();
  const trends = useTrends({ rangeMs: spanOf(range) });
  return (
    <>
      <div className="page-head">
        <h1>Queues</h1>
        {queues?.length !== 0 && <VerdictLine queues={queues} />}
      </div>
      {queues?.length === 0 && <NoQueues engine={status.data?.engine.kind} />}
      {queues && queues.length > 0 && <QueueListPanel title="All queues" queues={queues} trends={trends.data} />}
      {!queues && !error && <QueueListSkeleton title="All queues" />}
      {!queues && error && (
        <Panel title="All queues">
          <QueryError error={error} onRetry={() => void refetch()} />
        </Panel>
      )}
    </>
  );
}
