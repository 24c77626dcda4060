import type { MemoryHistoryResponse } from '@drover/contract';
import { Recycle, X } from 'lucide-react';
import { useState } from 'react';
import { createCursorStore } from '../../charts/cursor-store';
import {
  formatCount,
  formatDuration,
  formatInstant,
  formatMegabytes,
  formatPercent,
  formatRoughly,
  formatSpan,
  unknownMark,
} from '../../models/format';
import { memoryTrend } from '../../models/memory-trend';
import type { WorkerRow } from '../../models/worker-rows';
import { Link } from '../../router/link';
import { queuePath } from '../../router/routes';
import { IconButton } from '../../ui/button';
import { Dialog } from '../../ui/dialog';
import { Icon } from '../../ui/icon';
import { Empty } from '../../ui/panel-states';
import { MemoryChart } from './memory-chart';
import { WorkerState } from './worker-state';

export interface WorkerDrawerProps {
  workerId: string;
  /** Undefined: no such worker reports (any more). */
  row: WorkerRow | undefined;
  history: MemoryHistoryResponse | undefined;
  error: Error | null;
  onRetry: () => void;
  fromMs: number;
  toMs: number;
  nowMs: number;
  onRecycle: () => void;
  onClose: () => void;
}

/** One worker: what it is, what it does, how its memory moves. */
export function WorkerDrawer({
  workerId,
  row,
  history,
  error,
  onRetry,
  fromMs,
  toMs,
  nowMs,
  onRecycle,
  onClose,
}: WorkerDrawerProps) {
  const [cursor] = useState(createCursorStore);
  return (
    <Dialog label={`Worker ${workerId}`} className="dialog-side" onClose={onClose}>
      <div className="dialog-head">
        <h2 className="worker-id ellipsis" title={workerId}>
          {workerId}
        </h2>
        <span className="flex items-center gap-2">
          {row && (
            <button type="button" className="btn btn-sm" disabled={row.recycle !== undefined} onClick={onRecycle}>
              <Icon icon={Recycle} small />
              {row.recycle ? 'Being recycled' : 'Recycle…'}
            </button>
          )}
          <IconButton icon={X} label="Close" onClick={onClose} />
        </span>
      </div>
      <div className="drawer-body">
        {row ? (
          <Facts row={row} nowMs={nowMs} />
        ) : (
          <Empty title="This worker no longer reports.">Its memory is kept for 24 hours.</Empty>
        )}
        {row && <TrendLine history={history} limitMB={row.softMB ?? row.hardMB} />}
        <MemoryChart
          title="Memory"
          subject={workerId}
          softMB={row?.softMB}
          hardMB={row?.hardMB}
          {...{ history, error, onRetry, fromMs, toMs, cursor }}
        />
      </div>
    </Dialog>
  );
}

function TrendLine({ history, limitMB }: { history: MemoryHistoryResponse | undefined; limitMB: number | undefined }) {
  const trend = history && memoryTrend(history.points, limitMB);
  if (!trend) return <p className="line-2">Too little is recorded to tell a trend: it takes ten minutes.</p>;
  if (!trend.growing) return <p className="line-2">No steady growth in the range shown.</p>;
  const { mbPerHour, reachesLimitInMs } = trend;
  return (
    <p className="text-warning">
      Grows by {formatMegabytes(mbPerHour)} an hour, steadily: it may leak.
      {reachesLimitInMs !== undefined && ` Reaches its limit in about ${formatRoughly(reachesLimitInMs)}.`}
    </p>
  );
}

function Facts({ row: { worker, state, reason, softMB, hardMB, rssMB }, nowMs }: { row: WorkerRow; nowMs: number }) {
  const { queueName, host, pid, version, startTime, jobsProcessed, active, concurrency, cpuPercent } = worker;
  const { eventLoopDelayMs, reportedAt } = worker;
  const limits = [softMB && `soft ${formatMegabytes(softMB)}`, hardMB && `hard ${formatMegabytes(hardMB)}`].filter(
    Boolean,
  );
  const facts: [string, React.ReactNode][] = [
    ['State', <WorkerState key="state" state={state} />],
    [
      'Queue',
      <Link key="queue" className="link" to={queuePath(queueName)}>
        {queueName}
      </Link>,
    ],
    ['Host', [host ?? unknownMark, pid !== undefined && `process ${pid}`].filter(Boolean).join(', ')],
    ['Version', version ?? unknownMark],
    [
      'Up for',
      <span key="up" title={`Since ${formatInstant(startTime)}`}>
        {formatSpan(nowMs - startTime.getTime())}
      </span>,
    ],
    ['Jobs done', formatCount(jobsProcessed)],
    [
      'At work now',
      active === undefined ? (
        unknownMark
      ) : (
        <Link key="active" className="link" to={`/workers?tab=jobs&by=${encodeURIComponent(worker.workerId)}`}>
          {active}
          {concurrency !== undefined && ` of ${concurrency}`}
        </Link>
      ),
    ],
    ['Memory', `${formatMegabytes(rssMB)}${limits.length > 0 ? `, limits ${limits.join(', ')}` : ''}`],
    ['CPU', cpuPercent === undefined ? unknownMark : `${formatPercent(cpuPercent)} of a core`],
    ['Event loop late by', eventLoopDelayMs === undefined ? unknownMark : formatDuration(eventLoopDelayMs)],
    ['Last report', reportedAt ? `${formatSpan(nowMs - reportedAt.getTime())} ago` : unknownMark],
  ];
  return (
    <>
      {reason && <p className={state === 'recycle_due' ? 'text-warning' : 'text-accent'}>{reason}</p>}
      <dl className="facts drawer-facts">
        {facts.map(([label, value]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </>
  );
}
