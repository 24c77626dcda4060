import type { CurrentMemoryResponse, QueueHealthStatus, WorkerLifecycle, WorkerMemoryState } from '@drover/contract';
import { CircleCheck, CircleDashed, CircleStop, type LucideIcon, RotateCw, TriangleAlert } from 'lucide-react';
import {
  formatCount,
  formatDuration,
  formatInstant,
  formatPercent,
  formatSpan,
  plural,
  unknownMark,
} from '../../models/format';
import { workerLevel } from '../../models/memory';
import { Icon } from '../../ui/icon';
import { MemoryBar } from '../../ui/memory-bar';
import { Panel } from '../../ui/panel';
import { Empty, Skeleton } from '../../ui/panel-states';
import { useNow } from '../../ui/use-now';

export interface WorkersTableProps {
  queue: QueueHealthStatus | undefined;
  workers: readonly WorkerMemoryState[] | undefined;
  memory: CurrentMemoryResponse | undefined;
}

/** The worker processes of one queue, with their memory against their limits. */
export function WorkersTable({ queue, workers, memory }: WorkersTableProps) {
  const nowMs = useNow(5_000);
  const desired = queue?.workers?.desired;
  const meta =
    workers &&
    `${plural(workers.length, 'process', 'processes')}${desired === undefined ? '' : ` of ${desired} wanted`}`;
  const softShare = memory && memory.limits.hardLimitMB > 0 ? memory.limits.softLimitMB / memory.limits.hardLimitMB : 1;
  return (
    <Panel title="Workers" meta={meta}>
      {!workers && <Skeleton className="m-3 h-24 opacity-50" />}
      {workers?.length === 0 && (
        <Empty title="No worker of this queue reports to Drover.">
          {queue?.watchedBy === 'other'
            ? 'Plain BullMQ workers may be at work. Change their import to @drover/worker to see them here.'
            : 'Jobs wait until a worker runs.'}
        </Empty>
      )}
      {workers && workers.length > 0 && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls sideways, so the keyboard must reach it.
        <section className="workers" tabIndex={0} aria-label="Workers of this queue">
          <table>
            <thead>
              <tr>
                <th scope="col">Worker</th>
                <th scope="col">State</th>
                <th scope="col" className="num">
                  Uptime
                </th>
                <th scope="col" className="num">
                  Jobs done
                </th>
                <th scope="col" className="num">
                  Busy
                </th>
                <th scope="col">Memory</th>
                <th scope="col" className="num">
                  CPU
                </th>
                <th scope="col" className="num">
                  Event loop
                </th>
                <th scope="col" className="num">
                  Reported
                </th>
              </tr>
            </thead>
            <tbody>
              {workers.map((worker) => (
                <WorkerRow key={worker.workerId} worker={worker} softShare={softShare} nowMs={nowMs} />
              ))}
            </tbody>
          </table>
        </section>
      )}
    </Panel>
  );
}

interface WorkerRowProps {
  worker: WorkerMemoryState;
  softShare: number;
  nowMs: number;
}

function WorkerRow({ worker, softShare, nowMs }: WorkerRowProps) {
  const { workerId, host, pid, active, concurrency, cpuPercent, eventLoopDelayMs, reportedAt } = worker;
  const { rss, percentage } = worker.lastMemoryCheck;
  return (
    <tr>
      <td title={pid === undefined ? workerId : `${workerId}, process ${pid}`}>
        <span className="worker-id">{workerId}</span> <span className="text-text-2">{host}</span>
      </td>
      <td>
        <WorkerState worker={worker} />
      </td>
      <td className="num" title={`Since ${formatInstant(worker.startTime)}`}>
        {formatSpan(nowMs - worker.startTime.getTime())}
      </td>
      <td className="num">{formatCount(worker.jobsProcessed)}</td>
      <td className="num">
        {active === undefined ? unknownMark : `${active}${concurrency === undefined ? '' : ` of ${concurrency}`}`}
      </td>
      <td>
        <MemoryBar
          rssMB={rss}
          percent={percentage > 0 ? percentage : undefined}
          softShare={softShare}
          level={workerLevel(percentage, softShare)}
        />
      </td>
      <td className="num">{cpuPercent === undefined ? unknownMark : formatPercent(cpuPercent)}</td>
      <td className="num">{eventLoopDelayMs === undefined ? unknownMark : formatDuration(eventLoopDelayMs)}</td>
      <td className="num" title={reportedAt && formatInstant(reportedAt)}>
        {reportedAt ? `${formatSpan(nowMs - reportedAt.getTime())} ago` : unknownMark}
      </td>
    </tr>
  );
}

const states: Record<WorkerLifecycle, { icon: LucideIcon; word: string; className: string }> = {
  starting: { icon: CircleDashed, word: 'Starting', className: 'text-text-2' },
  ready: { icon: CircleCheck, word: 'Running', className: 'status-healthy' },
  draining: { icon: RotateCw, word: 'Draining', className: 'text-text-2' },
  stopped: { icon: CircleStop, word: 'Stopped', className: 'text-text-2' },
};

function WorkerState({ worker: { state = 'ready', shouldRecycle, recycleReason } }: { worker: WorkerMemoryState }) {
  if (shouldRecycle) {
    return (
      <span className="status status-warning" title={recycleReason}>
        <Icon icon={TriangleAlert} small />
        Recycle due
      </span>
    );
  }
  const { icon, word, className } = states[state];
  return (
    <span className={`status ${className}`}>
      <Icon icon={icon} small />
      {word}
    </span>
  );
}
