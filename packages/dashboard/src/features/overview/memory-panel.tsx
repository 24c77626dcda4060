import type { CurrentMemoryResponse, WorkerMemorySummary } from '@drover/contract';
import { formatMegabytes, plural } from '../../models/format';
import { type MemoryOverview, memoryOverview } from '../../models/memory';
import { Link } from '../../router/link';
import { queuePath } from '../../router/routes';
import { Panel } from '../../ui/panel';
import { Empty, Skeleton } from '../../ui/panel-states';

export interface MemoryPanelProps {
  workers: WorkerMemorySummary | undefined;
  memory: CurrentMemoryResponse | undefined;
}

/** The workers' memory together against the sum of their limits. */
export function MemoryPanel({ workers, memory }: MemoryPanelProps) {
  return <Panel title="Worker memory">{workers && memory ? <Body {...{ workers, memory }} /> : <Loading />}</Panel>;
}

function Body({ workers, memory }: { workers: WorkerMemorySummary; memory: CurrentMemoryResponse }) {
  const overview = memoryOverview(workers, memory);
  if (overview.workers === 0) {
    return <Empty title="No worker reports.">Workers of @drover/worker show their memory here.</Empty>;
  }
  const { averageMB, most, needRecycle, hosts } = overview;
  return (
    <div className="panel-body">
      <div>
        <span className="big">{formatMegabytes(overview.usedMB)}</span>{' '}
        <span className="text-text-2">used by {plural(overview.workers, 'worker')}</span>
      </div>
      {overview.hardMB > 0 && <Gauge overview={overview} />}
      <dl className="facts">
        {averageMB !== undefined && <Fact label="Average per worker" value={formatMegabytes(averageMB)} />}
        {most && (
          <>
            <dt>
              Most:{' '}
              <Link className="link" to={queuePath(most.queueName)}>
                {most.queueName}
              </Link>
              , {plural(most.workers, 'worker')}
            </dt>
            <dd>{formatMegabytes(most.rssMB)}</dd>
          </>
        )}
        {hosts.slice(0, 3).map((host) => (
          <Fact
            key={host.host}
            label={`Host ${host.host}, ${plural(host.workers, 'worker')}`}
            value={
              host.usedPercent === undefined || host.totalMB === undefined
                ? formatMegabytes(host.rssMB)
                : `${Math.round(host.usedPercent)} % of ${formatMegabytes(host.totalMB)}`
            }
          />
        ))}
        {needRecycle > 0 && <Fact label="Workers due to be recycled" value={`${needRecycle} of ${overview.workers}`} />}
      </dl>
    </div>
  );
}

function Fact({ label, value }: { label: string; value: string }) {
  return (
    <>
      <dt title={label}>{label}</dt>
      <dd>{value}</dd>
    </>
  );
}

const fills = { normal: 'var(--series-1)', warning: 'var(--warning-fill)', critical: 'var(--critical-fill)' };

function Gauge({ overview }: { overview: MemoryOverview }) {
  const { usedMB, softMB, hardMB, percent = 0, level } = overview;
  const softAt = Math.min(100, (softMB / hardMB) * 100);
  const words = `${formatMegabytes(usedMB)} of ${formatMegabytes(softMB)} soft and ${formatMegabytes(hardMB)} hard limit`;
  return (
    <div className="gauge" role="img" aria-label={words}>
      <span className="bar">
        <i className="gauge-fill" style={{ width: `${Math.min(100, percent)}%`, background: fills[level] }} />
      </span>
      <span className="mark" style={{ left: `${softAt}%` }} />
      <span className="mark mark-hard" />
      <span className="label label-soft" style={{ right: `${100 - softAt}%`, transform: 'translateX(50%)' }}>
        Soft {formatMegabytes(softMB)}
      </span>
      <span className="label" style={{ left: 0 }}>
        {Math.round(percent)} % of hard limit
      </span>
      <span className="label" style={{ right: 0 }}>
        Hard {formatMegabytes(hardMB)}
      </span>
    </div>
  );
}

function Loading() {
  return (
    <div className="panel-body" aria-hidden="true">
      <Skeleton className="h-7 w-40" />
      <Skeleton className="my-5 h-3 w-full" />
      <Skeleton className="h-3.5 w-full" />
      <Skeleton className="h-3.5 w-full" />
      <Skeleton className="h-3.5 w-2/3" />
    </div>
  );
}
