import type { RecyclesResponse, WorkerRecycle } from '@drover/contract';
import { CircleCheck, CircleX, Recycle } from 'lucide-react';
import type { ReactNode } from 'react';
import { formatInstant, formatSpan, plural } from '../../models/format';
import { recycleStage } from '../../models/worker-rows';
import { Icon } from '../../ui/icon';
import { Panel } from '../../ui/panel';
import { Empty, QueryError, Skeleton } from '../../ui/panel-states';

export interface RecyclesPanelProps {
  recycles: RecyclesResponse | undefined;
  error: Error | null;
  onRetry: () => void;
  nowMs: number;
  className?: string;
}

/** Replacements under way with how far they are, then the latest that are over and how they ended. */
export function RecyclesPanel({ recycles, error, onRetry, nowMs, className = '' }: RecyclesPanelProps) {
  const running = recycles?.running.length ?? 0;
  let content: ReactNode = <Skeleton className="m-3 h-36 opacity-50" />;
  if (!recycles && error) content = <QueryError error={error} onRetry={onRetry} />;
  if (recycles && running + recycles.finished.length === 0) {
    content = (
      <Empty title="No worker was recycled in the last 30 days.">
        A worker is replaced when its memory passes a limit or keeps growing, after so many jobs or hours, or when you
        ask for it.
      </Empty>
    );
  } else if (recycles) {
    content = (
      // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must reach it.
      <section className="recycles" tabIndex={0} aria-label="Recycles">
        <ol>
          {[...recycles.running, ...recycles.finished].map((recycle) => (
            <RecycleItem key={`${recycle.workerId} ${recycle.requestedAt.getTime()}`} recycle={recycle} nowMs={nowMs} />
          ))}
        </ol>
      </section>
    );
  }
  return (
    <Panel title="Recycles" className={className} meta={running > 0 ? `${running} under way` : undefined}>
      {content}
    </Panel>
  );
}

function RecycleItem({ recycle, nowMs }: { recycle: WorkerRecycle; nowMs: number }) {
  const { workerId, queueName, status, reason, message, requestedBy, requestedAt, updatedAt, jobsHandedBack } = recycle;
  const over = status === 'done' || status === 'failed';
  const look = {
    done: { icon: CircleCheck, className: 'text-text-3' },
    failed: { icon: CircleX, className: 'text-critical' },
  };
  const { icon, className } = over ? look[status] : { icon: Recycle, className: 'text-accent' };
  const at = over ? updatedAt : requestedAt;
  return (
    <li className="recycle">
      <Icon icon={icon} className={className} />
      <div className="min-w-0">
        <p className="recycle-head">
          <span className="worker-id ellipsis" title={`${workerId} of ${queueName}`}>
            {workerId}
          </span>
          <span className={over ? 'text-text-3' : 'text-accent'}>{recycleStage(recycle)}</span>
          <time className="text-text-3" dateTime={at.toISOString()} title={formatInstant(at)}>
            {formatSpan(nowMs - at.getTime())}
          </time>
        </p>
        <p className="line-2">
          {reason}
          {requestedBy ? ` (${requestedBy.replace(/^user:/, '')})` : ''}. {message}
          {jobsHandedBack ? `, ${plural(jobsHandedBack, 'job')} handed back` : ''}
        </p>
      </div>
    </li>
  );
}
