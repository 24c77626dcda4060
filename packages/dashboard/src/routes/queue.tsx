import '../styles/charts.css';
import '../styles/queue.css';
import '../styles/worker-table.css';
import { isApiError } from '@drover/client';
import type { BulkKind } from '@drover/contract';
import {
  usePauseQueue,
  useQueueMetrics,
  useQueuesHealth,
  useResumeQueue,
  useStartOperation,
  useWorkerMemory,
} from '@drover/react';
import { lazy, Suspense, useMemo, useState } from 'react';
import { BulkDialog } from '../features/operations/bulk-dialog';
import { CompareDialog } from '../features/queue/compare-dialog';
import { CompareMenu } from '../features/queue/compare-menu';
import { QueueActions } from '../features/queue/queue-actions';
import { QueueHeader } from '../features/queue/queue-header';
import { ReasonStrip } from '../features/queue/reason-strip';
import { comparisonParam, readComparison } from '../models/comparison';
import { noFilterParams } from '../models/jobs-view';
import { historyQuery, readTimeRange } from '../models/time-range';
import { Link } from '../router/link';
import { setParams, useAppLocation } from '../router/location';
import { Panel } from '../ui/panel';
import { Empty, Skeleton } from '../ui/panel-states';
import { Tabs, useTabParam } from '../ui/tabs';
import { useServerNow } from '../ui/use-server-now';
import { QueueOverview } from './queue-overview';
import { RunningOperation } from './running-operation';
import { usePageTitle } from './use-page-title';

const JobsList = lazy(async () => ({ default: (await import('./jobs-list')).JobsList }));
const QueueSchedules = lazy(async () => ({ default: (await import('./queue-schedules')).QueueSchedules }));
const QueueWorkers = lazy(async () => ({ default: (await import('./queue-tabs')).QueueWorkers }));
const QueueScaling = lazy(async () => ({ default: (await import('./queue-tabs')).QueueScaling }));
const QueueAlerts = lazy(async () => ({ default: (await import('./queue-tabs')).QueueAlerts }));
const TimeoutDetail = lazy(async () => ({ default: (await import('./timeout-detail')).TimeoutDetail }));

const tabs = [
  { value: 'overview', label: 'Overview' },
  { value: 'jobs', label: 'Jobs' },
  { value: 'workers', label: 'Workers' },
  { value: 'scaling', label: 'Scaling' },
  { value: 'timeouts', label: 'Timeouts' },
  { value: 'schedules', label: 'Schedules' },
  { value: 'alerts', label: 'Alerts' },
] as const;

export function QueueRoute({ queueName }: { queueName: string }) {
  usePageTitle(queueName);
  const { params } = useAppLocation();
  const range = useMemo(() => readTimeRange(params), [params]);
  const nowMs = useServerNow(5_000);
  const metrics = useQueueMetrics(queueName, historyQuery(range, nowMs));
  const health = useQueuesHealth();
  const workers = useWorkerMemory();
  const comparison = useMemo(() => readComparison(params, queueName), [params, queueName]);
  const [tab, chooseTab] = useTabParam(tabs, {
    forget: [
      'q',
      'host',
      'state',
      'sort',
      'show',
      'alert',
      'severity',
      'kind',
      'order',
      'schedule',
      ...Object.keys(noFilterParams),
    ],
  });
  const pause = usePauseQueue();
  const resume = useResumeQueue();
  const start = useStartOperation({ notifyErrors: false });
  const [asking, setAsking] = useState<BulkKind>();
  const [choosing, setChoosing] = useState(false);
  const operationId = params.get('operation');

  const queue = health.data?.find((candidate) => candidate.queueName === queueName);
  const own = useMemo(
    () => workers.data?.workers.filter((worker) => worker.queueName === queueName),
    [workers.data, queueName],
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
              compare={
                tab === 'overview' && (
                  <CompareMenu
                    {...{ range, comparison }}
                    onChange={(next) => setParams({ compare: comparisonParam(next) })}
                    onAskQueue={() => setChoosing(true)}
                  />
                )
              }
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
          <QueueOverview {...{ queueName, queue, metrics, range, comparison, nowMs }} workers={own} />
        )}
        <Suspense fallback={<Skeleton className="h-72 opacity-50" />}>
          {tab === 'jobs' && <JobsList queueName={queueName} />}
          {tab === 'workers' && <QueueWorkers queueName={queueName} />}
          {tab === 'scaling' && <QueueScaling queueName={queueName} />}
          {tab === 'timeouts' && <TimeoutDetail queueName={queueName} />}
          {tab === 'schedules' && <QueueSchedules queueName={queueName} />}
          {tab === 'alerts' && <QueueAlerts queueName={queueName} />}
        </Suspense>
      </Tabs>
      {choosing && (
        <CompareDialog
          queueName={queueName}
          queues={health.data ?? []}
          onChoose={(other) => setParams({ compare: comparisonParam({ kind: 'queue', queueName: other }) })}
          onClose={() => setChoosing(false)}
        />
      )}
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
