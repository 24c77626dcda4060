import type { BulkKind, QueueHealthStatus } from '@drover/contract';
import { useQueuesHealth, useStartOperation, useSystemStatus, useTrends } from '@drover/react';
import { lazy, Suspense, useState } from 'react';
import { VerdictLine } from '../features/overview/verdict-line';
import { NoQueues } from '../features/queues/no-queues';
import { QueueListPanel } from '../features/queues/queue-list-panel';
import { QueueListSkeleton } from '../features/queues/queue-list-skeleton';
import { readTimeRange, spanOf } from '../models/time-range';
import { Link } from '../router/link';
import { navigate, useAppLocation } from '../router/location';
import { operationPath } from '../router/routes';
import { Panel } from '../ui/panel';
import { QueryError } from '../ui/panel-states';
import { usePageTitle } from './use-page-title';

const BulkDialog = lazy(async () => ({ default: (await import('../features/operations/bulk-dialog')).BulkDialog }));

export function QueuesRoute() {
  usePageTitle('Queues');
  const range = readTimeRange(useAppLocation().params);
  const { data: queues, error, refetch } = useQueuesHealth();
  const status = useSystemStatus();
  const start = useStartOperation({ notifyErrors: false });
  const [asking, setAsking] = useState<{ kind: BulkKind; queues: readonly QueueHealthStatus[] }>();
  const trends = useTrends({ rangeMs: spanOf(range) });
  return (
    <>
      <div className="page-head">
        <h1>Queues</h1>
        {queues?.length !== 0 && <VerdictLine queues={queues} />}
        <Link className="btn ml-auto" to="/operations">
          Operations
        </Link>
      </div>
      {queues?.length === 0 && <NoQueues engine={status.data?.engine.kind} />}
      {queues && queues.length > 0 && (
        <QueueListPanel
          title="All queues"
          queues={queues}
          trends={trends.data}
          onBulk={(kind, chosen) => setAsking({ kind, queues: chosen })}
        />
      )}
      {!queues && !error && <QueueListSkeleton title="All queues" />}
      {!queues && error && (
        <Panel title="All queues">
          <QueryError error={error} onRetry={() => void refetch()} />
        </Panel>
      )}
      {asking && (
        <Suspense>
          <BulkDialog
            {...asking}
            onStart={async (request) => {
              const { operation } = await start.mutateAsync(request);
              navigate(operationPath(operation.id));
            }}
            onClose={() => setAsking(undefined)}
          />
        </Suspense>
      )}
    </>
  );
}
