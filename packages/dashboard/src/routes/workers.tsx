import '../styles/charts.css';
import '../styles/workers.css';
import type { WorkerMemoryState } from '@drover/contract';
import {
  useCurrentMemory,
  useMemoryConfig,
  useMemoryHistory,
  useQueuesHealth,
  useRecycles,
  useRecycleWorkers,
  useUpdateMemoryConfig,
  useWorkerMemory,
  versionOf,
} from '@drover/react';
import { lazy, Suspense, useMemo, useState } from 'react';
import { createCursorStore } from '../charts/cursor-store';
import { MemoryPanel } from '../features/overview/memory-panel';
import { FleetPanel } from '../features/workers/fleet-panel';
import { MemoryChart } from '../features/workers/memory-chart';
import { MemoryLimits } from '../features/workers/memory-limits';
import { RecycleDialog } from '../features/workers/recycle-dialog';
import { RecyclesPanel } from '../features/workers/recycles-panel';
import { WorkerDrawer } from '../features/workers/worker-drawer';
import type { ChartEvent } from '../models/chart-events';
import { plural } from '../models/format';
import { queueLimits } from '../models/memory-limits';
import { historyQuery, readTimeRange, windowOf } from '../models/time-range';
import { workerRows } from '../models/worker-rows';
import { setParams, useAppLocation } from '../router/location';
import { QueryError, Skeleton } from '../ui/panel-states';
import { Tabs, useTabParam } from '../ui/tabs';
import { useServerNow } from '../ui/use-server-now';
import { usePageTitle } from './use-page-title';

const RunningJobsTab = lazy(async () => ({ default: (await import('./running-jobs')).RunningJobsTab }));

/** As many points as a chart has pixels. */
const historyPoints = 1_500;
const tabs = [
  { value: 'workers', label: 'Workers' },
  { value: 'jobs', label: 'Running jobs' },
  { value: 'limits', label: 'Memory limits' },
] as const;

export function WorkersRoute() {
  usePageTitle('Workers & memory');
  const { params } = useAppLocation();
  const range = useMemo(() => readTimeRange(params), [params]);
  const nowMs = useServerNow(5_000);
  const [tab, chooseTab] = useTabParam(tabs, { forget: ['q', 'host', 'state', 'sort', 'by'] });
  const [cursor] = useState(createCursorStore);
  const [recycling, setRecycling] = useState<readonly WorkerMemoryState[]>();
  const workers = useWorkerMemory();
  const memory = useCurrentMemory();
  const config = useMemoryConfig();
  const recycles = useRecycles();
  const queues = useQueuesHealth();
  const recycleWorkers = useRecycleWorkers();
  const updateConfig = useUpdateMemoryConfig({ notifyErrors: false });
  const { since, until } = historyQuery(range, nowMs);
  const span = { since: new Date(since), ...(until !== undefined && { until: new Date(until) }), limit: historyPoints };
  const history = useMemoryHistory(span);
  const workerId = params.get('worker') ?? undefined;
  const own = useMemoryHistory({ workerId: workerId ?? '', ...span }, { enabled: workerId !== undefined });

  const running = recycles.data?.running;
  const rows = useMemo(
    () => workers.data && workerRows(workers.data.workers, config.data, running ?? []),
    [workers.data, config.data, running],
  );
  const events = useMemo(() => (recycles.data?.finished ?? []).map(recycleEvent), [recycles.data]);
  const { fromMs, toMs } = windowOf(range, workers.dataUpdatedAt > 0 ? nowMs : nowMs);
  const limits = memory.data?.limits;
  const open = rows?.find((row) => row.worker.workerId === workerId);

  return (
    <>
      <div className="page-head">
        <h1>Workers &amp; memory</h1>
        {workers.data && <p className="verdict">{verdictOf(workers.data.workers, running?.length ?? 0)}</p>}
      </div>
      <div className="row-workers">
        <MemoryChart
          title="Memory of all workers"
          subject="all workers"
          history={history.data}
          error={history.error}
          onRetry={() => void history.refetch()}
          softMB={limits?.softLimitMB}
          hardMB={limits?.hardLimitMB}
          {...{ events, fromMs, toMs, cursor }}
        />
        <MemoryPanel workers={workers.data} memory={memory.data} />
        <RecyclesPanel
          recycles={recycles.data}
          error={recycles.error}
          onRetry={() => void recycles.refetch()}
          nowMs={nowMs}
        />
      </div>
      <Tabs label="Workers and their limits" tabs={tabs} value={tab} onChange={chooseTab}>
        {tab === 'workers' ? (
          <FleetPanel
            rows={rows}
            nowMs={nowMs}
            instead={
              !rows && workers.error && <QueryError error={workers.error} onRetry={() => void workers.refetch()} />
            }
            onRecycle={setRecycling}
          />
        ) : tab === 'jobs' ? (
          <Suspense fallback={<Skeleton className="h-72 opacity-50" />}>
            <RunningJobsTab />
          </Suspense>
        ) : (
          <MemoryLimits
            config={config.data}
            limits={
              config.data
                ? queueLimits(
                    queues.data?.map(({ queueName }) => queueName) ?? [],
                    config.data,
                    workers.data?.workers ?? [],
                  )
                : []
            }
            instead={
              !config.data && config.error && <QueryError error={config.error} onRetry={() => void config.refetch()} />
            }
            onSave={(update) => updateConfig.mutateAsync({ ...update, ifMatch: versionOf(config.data) })}
          />
        )}
      </Tabs>
      {workerId !== undefined && !recycling && rows && (
        <WorkerDrawer
          workerId={workerId}
          row={open}
          history={own.data?.workerId === workerId ? own.data : undefined}
          error={own.error}
          onRetry={() => void own.refetch()}
          {...{ fromMs, toMs, nowMs }}
          onRecycle={() => open && setRecycling([open.worker])}
          onClose={() => setParams({ worker: undefined })}
        />
      )}
      {recycling && (
        <RecycleDialog
          workers={recycling}
          onRecycle={(request) =>
            recycleWorkers.mutateAsync({ ...request, workerIds: recycling.map((worker) => worker.workerId) })
          }
          onClose={() => setRecycling(undefined)}
        />
      )}
    </>
  );
}

function recycleEvent({
  workerId,
  queueName,
  reason,
  updatedAt,
  status,
}: {
  workerId: string;
  queueName: string;
  reason: string;
  updatedAt: Date;
  status: string;
}): ChartEvent {
  return {
    atMs: updatedAt.getTime(),
    kind: 'recycle',
    label: `${workerId} of ${queueName} recycled: ${reason}`,
    severity: status === 'failed' ? 'critical' : undefined,
  };
}

function verdictOf(workers: readonly WorkerMemoryState[], recycling: number): string {
  const hosts = new Set(workers.flatMap(({ host }) => host ?? [])).size;
  const due = workers.filter(({ shouldRecycle }) => shouldRecycle).length;
  return [
    `${plural(workers.length, 'worker')}${hosts > 0 ? ` on ${plural(hosts, 'host')}` : ''}`,
    due > 0 && `${due} due to be recycled`,
    recycling > 0 && `${recycling} being recycled`,
  ]
    .filter(Boolean)
    .join(' · ');
}
