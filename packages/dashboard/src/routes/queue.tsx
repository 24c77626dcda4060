import '../styles/charts.css';
import '../styles/queue.css';
import '../styles/worker-table.css';
import { isApiError } from '@drover/client';
import type { BulkKind } from '@drover/contract';
import {
  useCurrentMemory,
  useExecutionStats,
  useLiveState,
  usePauseQueue,
  useQueueMetrics,
  useQueuesHealth,
  useResumeQueue,
  useStartOperation,
  useSystemStatus,
  useTimeoutConfig,
  useWorkerMemory,
} from '@drover/react';
import { lazy, Suspense, useEffect, useMemo, useRef, useState } from 'react';
import { BulkDialog } from '../features/operations/bulk-dialog';
import { ExecutionPanel } from '../features/queue/execution-panel';
import { QueueActions } from '../features/queue/queue-actions';
import { QueueCharts } from '../features/queue/queue-charts';
import { QueueHeader } from '../features/queue/queue-header';
import { QueueTiles } from '../features/queue/queue-tiles';
import { ReasonStrip } from '../features/queue/reason-strip';
import { WorkersTable } from '../features/queue/workers-table';
import { liveIndicator } from '../models/live-indicator';
import { historyQuery, readTimeRange, windowOf } from '../models/time-range';
import { timelineOf } from '../models/timeline';
import { softMs, timeoutMode } from '../models/timeouts';
import { Link } from '../router/link';
import { setParams, useAppLocation } from '../router/location';
import { Panel } from '../ui/panel';
import { PanelBoundary } from '../ui/panel-boundary';
import { Empty, Skeleton } from '../ui/panel-states';
import { Tabs, useTabParam } from '../ui/tabs';
import { useNow } from '../ui/use-now';
import { RunningOperation } from './running-operation';
import { usePageTitle } from './use-page-title';
import { useQueueEvents } from './use-queue-events';

const QueueWorkers = lazy(async () => ({ default: (await import('./queue-tabs')).QueueWorkers }));
const QueueScaling = lazy(async () => ({ default: (await import('./queue-tabs')).QueueScaling }));
const QueueAlerts = lazy(async () => ({ default: (await import('./queue-tabs')).QueueAlerts }));
const TimeoutDetail = lazy(async () => ({ default: (await import('./timeout-detail')).TimeoutDetail }));

const tabs = [
  { value: 'overview', label: 'Overview' },
  { value: 'workers', label: 'Workers' },
  { value: 'scaling', label: 'Scaling' },
  { value: 'timeouts', label: 'Timeouts' },
  { value: 'alerts', label: 'Alerts' },
] as const;

export function QueueRoute({ queueName }: { queueName: string }) {
  usePageTitle(queueName);
  const { params } = useAppLocation();
  const range = useMemo(() => readTimeRange(params), [params]);
  const nowMs = useNow(5_000);
  const { since, until, ...rest } = historyQuery(range, nowMs);
  const metrics = useQueueMetrics(queueName, { ...rest, since, ...(until !== undefined && { until }) });
  const health = useQueuesHealth();
  const workers = useWorkerMemory();
  const memory = useCurrentMemory();
  const stats = useExecutionStats(queueName);
  useEveryMinute(nowMs, () => void stats.refetch());
  const timeout = useTimeoutConfig().data?.[queueName];
  const events = useQueueEvents(queueName);
  const [tab, chooseTab] = useTabParam(tabs, {
    forget: ['q', 'host', 'state', 'sort', 'show', 'alert', 'severity', 'kind'],
  });
  const pause = usePauseQueue();
  const resume = useResumeQueue();
  const start = useStartOperation({ notifyErrors: false });
  const [asking, setAsking] = useState<BulkKind>();
  const operationId = params.get('operation');
  const stale = useStaleWords(nowMs, metrics.isPlaceholderData);

  const queue = health.data?.find((candidate) => candidate.queueName === queueName);
  const own = useMemo(
    () => workers.data?.workers.filter((worker) => worker.queueName === queueName),
    [workers.data, queueName],
  );
  const { fromMs, toMs } = windowOf(range, newestMs(metrics.data?.current.timestamp, nowMs));
  const timeline = useMemo(
    () =>
      metrics.data &&
      timelineOf({
        history: metrics.data.history ?? [],
        current: range.kind === 'rolling' ? metrics.data.current : undefined,
        stepMs: metrics.data.stepMs ?? 10_000,
        fromMs,
        toMs,
      }),
    [metrics.data, range, fromMs, toMs],
  );

  if (!queue && isApiError(metrics.error, 'not_found')) return <NoSuchQueue queueName={queueName} />;
  return (
    <>
      <QueueHeader
        queueName={queueName}
        queue={queue}
        actions={
          queue && (
            <QueueActions
              queue={queue}
              busy={pause.isPending || resume.isPending}
              onPause={(wish) => (wish ? pause : resume).mutate(queueName)}
              onAsk={setAsking}
            />
          )
        }
      />
      {operationId && (
        <RunningOperation operationId={operationId} onDismiss={() => setParams({ operation: undefined })} />
      )}
      {queue && <ReasonStrip queue={queue} />}
      <Tabs label="About this queue" tabs={tabs} value={tab} onChange={chooseTab}>
        {tab === 'overview' && (
          <>
            <PanelBoundary title="Numbers">
              <QueueTiles queue={queue} workers={own} timeline={timeline} />
            </PanelBoundary>
            <QueueCharts
              queueName={queueName}
              queue={queue}
              metrics={metrics.data}
              timeline={timeline}
              fromMs={fromMs}
              toMs={toMs}
              stale={stale}
              events={events}
              error={metrics.error}
              onRetry={() => void metrics.refetch()}
            >
              <ExecutionPanel
                stats={stats.data}
                error={stats.error}
                onRetry={() => void stats.refetch()}
                timeouts={
                  timeout && timeoutMode(timeout) !== 'off'
                    ? { softMs: softMs(timeout), timeoutMs: timeout.timeout }
                    : undefined
                }
              />
            </QueueCharts>
            <WorkersTable queue={queue} workers={own} memory={memory.data} />
          </>
        )}
        <Suspense fallback={<Skeleton className="h-72 opacity-50" />}>
          {tab === 'workers' && <QueueWorkers queueName={queueName} />}
          {tab === 'scaling' && <QueueScaling queueName={queueName} />}
          {tab === 'timeouts' && <TimeoutDetail queueName={queueName} />}
          {tab === 'alerts' && <QueueAlerts queueName={queueName} />}
        </Suspense>
      </Tabs>
      {queue && asking && (
        <BulkDialog
          kind={asking}
          queues={[queue]}
          onStart={async (request) => {
            const { operation } = await start.mutateAsync(request);
            setParams({ operation: operation.id });
          }}
          onClose={() => setAsking(undefined)}
        />
      )}
    </>
  );
}

/** The right edge follows the data, not the clock of this machine, which may be wrong. */
function newestMs(timestamp: Date | undefined, nowMs: number): number {
  return timestamp?.getTime() ?? nowMs;
}

/** The guide's hook loads the distribution once; a page that stays open for hours wants it fresh. */
function useEveryMinute(nowMs: number, run: () => void): void {
  const { phase } = useLiveState();
  const minute = Math.floor(nowMs / 60_000);
  const done = useRef(minute);
  useEffect(() => {
    if (minute === done.current || phase === 'paused' || phase === 'offline') return;
    done.current = minute;
    run();
  });
}

/** Words for charts whose numbers are old, or of the range that was left. */
function useStaleWords(nowMs: number, isPlaceholder: boolean): string | undefined {
  const live = useLiveState();
  const { data: status } = useSystemStatus();
  if (isPlaceholder) return 'loading the range';
  const { tone, detail } = liveIndicator(live, nowMs, status?.tickMs ?? 5_000);
  if (tone === 'stale') return detail;
  return tone === 'offline' ? 'offline' : undefined;
}

function NoSuchQueue({ queueName }: { queueName: string }) {
  return (
    <>
      <div className="page-head">
        <h1>{queueName}</h1>
      </div>
      <Panel title="No such queue">
        <Empty title={`There is no queue called “${queueName}”.`}>
          It may have been removed, or not have had a job yet.{' '}
          <Link className="link" to="/queues">
            See all queues
          </Link>
        </Empty>
      </Panel>
    </>
  );
}
