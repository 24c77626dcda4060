import type { RecentScaling } from '@drover/react';
import { ArrowDown, ArrowUp, ChevronRight, Clock, type LucideIcon } from 'lucide-react';
import { formatInstant, formatRoughly } from '../../models/format';
import { scalerStep } from '../../models/scaler-steps';
import { Link } from '../../router/link';
import { queuePath } from '../../router/routes';
import { Icon } from '../../ui/icon';
import { Panel } from '../../ui/panel';
import { Empty, QueryError, Skeleton } from '../../ui/panel-states';

export interface ScalerPanelProps {
  /** The latest first. */
  entries: readonly RecentScaling[] | undefined;
  error: Error | null;
  onRetry: () => void;
  nowMs: number;
}

const icons: Record<ReturnType<typeof scalerStep>['kind'], LucideIcon> = { up: ArrowUp, down: ArrowDown, held: Clock };

/** What the scaler did last, and why. */
export function ScalerPanel({ entries, error, onRetry, nowMs }: ScalerPanelProps) {
  return (
    <Panel
      title="What the scaler did"
      actions={
        <Link className="btn btn-sm btn-ghost" to="/scaling">
          Decisions
          <Icon icon={ChevronRight} small />
        </Link>
      }
    >
      {!entries && error && <QueryError error={error} onRetry={onRetry} />}
      {!entries && !error && <Loading />}
      {entries?.length === 0 && (
        <Empty title="Nothing was scaled yet.">
          Queues with a range of workers in the configuration get more of them when jobs wait too long, and fewer when
          they idle.
        </Empty>
      )}
      <ul>
        {entries?.map((entry) => {
          const { kind, words } = scalerStep(entry);
          return (
            <li key={`${entry.queueName} ${entry.executedAt.getTime()}`}>
              <Link className="issue" to={queuePath(entry.queueName)}>
                <Icon icon={icons[kind]} className="text-text-2" />
                <span className="min-w-0">
                  <span className="line-1">
                    <span className="ellipsis font-semibold">{entry.queueName}</span>
                    <span className="whitespace-nowrap">{words}</span>
                  </span>
                  <span className="line-2 ellipsis block" title={entry.reason}>
                    {entry.reason}
                  </span>
                </span>
                <time
                  className="line-2 self-start whitespace-nowrap pt-0.5"
                  dateTime={entry.executedAt.toISOString()}
                  title={formatInstant(entry.executedAt)}
                >
                  {formatRoughly(nowMs - entry.executedAt.getTime())}
                </time>
              </Link>
            </li>
          );
        })}
      </ul>
    </Panel>
  );
}

function Loading() {
  return (
    <ul aria-hidden="true">
      {[1, 2, 3, 4, 5].map((row) => (
        <li key={row} className="issue">
          <Skeleton className="size-4" />
          <span className="grid gap-1.5 py-0.5">
            <Skeleton className="h-3.5 w-40 max-w-full" />
            <Skeleton className="h-3 w-28" />
          </span>
        </li>
      ))}
    </ul>
  );
}
