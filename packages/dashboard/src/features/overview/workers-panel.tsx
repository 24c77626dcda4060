import type { QueueHealthStatus, WorkerMemoryState, WorkerMemorySummary } from '@drover/contract';
import { formatCount, formatDuration, formatPercent } from '../../models/format';
import { fleetOverview } from '../../models/memory';
import { Link } from '../../router/link';
import { queuePath } from '../../router/routes';
import { Panel } from '../../ui/panel';
import { Empty, Skeleton } from '../../ui/panel-states';

export interface WorkersPanelProps {
  workers: WorkerMemorySummary | undefined;
  queues: readonly QueueHealthStatus[] | undefined;
}

/** The worker processes together: how many, how busy, and which is worst off. */
export function WorkersPanel({ workers, queues }: WorkersPanelProps) {
  return <Panel title="Workers">{workers && queues ? <Body {...{ workers, queues }} /> : <Loading />}</Panel>;
}

function Body({ workers, queues }: { workers: WorkerMemorySummary; queues: readonly QueueHealthStatus[] }) {
  const managed = queues.flatMap((queue) => queue.workers?.desired ?? []);
  const wanted = managed.length > 0 ? managed.reduce((sum, desired) => sum + desired, 0) : undefined;
  const fleet = fleetOverview(workers, wanted);
  const total = fleet.ready + fleet.starting + fleet.draining;
  if (total === 0) {
    return <Empty title="No worker reports.">Queues can still be watched; their timings are sampled.</Empty>;
  }
  const { busy, cpuPercent, busiest, slowestLoop } = fleet;
  return (
    <div className="panel-body">
      <div>
        <span className="big">{formatCount(fleet.ready)}</span>{' '}
        <span className="text-text-2">ready{wanted !== undefined && ` of ${formatCount(wanted)} wanted`}</span>
      </div>
      {busy && (
        <div>
          <span className="meter h-2" aria-hidden="true">
            <i
              className="meter-fill bg-[var(--series-1)]"
              style={{ width: `${(busy.active / Math.max(1, busy.slots)) * 100}%` }}
            />
          </span>
          <p className="line-2 pt-1">
            {formatCount(busy.active)} of {formatCount(busy.slots)} job slots busy
          </p>
        </div>
      )}
      <dl className="facts">
        {fleet.starting > 0 && <Fact label="Starting">{fleet.starting}</Fact>}
        {fleet.draining > 0 && <Fact label="Draining">{fleet.draining}</Fact>}
        <Fact label="Jobs done by them">{formatCount(fleet.jobsProcessed)}</Fact>
        {cpuPercent !== undefined && <Fact label="CPU of all">{(cpuPercent / 100).toFixed(1)} cores</Fact>}
        {busiest && <WorkerFact label="Most CPU" worker={busiest} value={formatPercent(busiest.cpuPercent ?? 0)} />}
        {slowestLoop && (
          <WorkerFact
            label="Slowest event loop"
            worker={slowestLoop}
            value={formatDuration(slowestLoop.eventLoopDelayMs ?? 0)}
          />
        )}
        {fleet.versions.length > 1 && <Fact label="Versions">{fleet.versions.join(', ')}</Fact>}
      </dl>
    </div>
  );
}

function Fact({ label, children }: { label: string; children: React.ReactNode }) {
  return (
    <>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </>
  );
}

function WorkerFact({ label, worker, value }: { label: string; worker: WorkerMemoryState; value: string }) {
  return (
    <>
      <dt title={worker.workerId}>
        {label}:{' '}
        <Link className="link" to={queuePath(worker.queueName)}>
          {worker.queueName}
        </Link>
      </dt>
      <dd>{value}</dd>
    </>
  );
}

function Loading() {
  return (
    <div className="panel-body" aria-hidden="true">
      <Skeleton className="h-7 w-32" />
      <Skeleton className="h-2 w-full" />
      <Skeleton className="h-3.5 w-full" />
      <Skeleton className="h-3.5 w-full" />
      <Skeleton className="h-3.5 w-2/3" />
    </div>
  );
}
