import type { RateLimitStatusResponse } from '@drover/contract';
import { CircleCheck, CircleDashed, type LucideIcon, OctagonAlert, TriangleAlert } from 'lucide-react';
import { formatCount, formatRoughly } from '../../models/format';
import { type LimitGauge, type LimitLevel, limiterVerdict, limitGauges, windowWords } from '../../models/rate-limits';
import { setParams } from '../../router/location';
import { Icon } from '../../ui/icon';
import { Panel } from '../../ui/panel';
import { Skeleton } from '../../ui/panel-states';

export interface LimiterListProps {
  names: readonly string[];
  statuses: ReadonlyMap<string, RateLimitStatusResponse>;
  chosen: string | undefined;
  nowMs: number;
  onAdd: () => void;
}

const icons: Record<LimitLevel, LucideIcon> = {
  critical: OctagonAlert,
  warning: TriangleAlert,
  normal: CircleCheck,
  idle: CircleDashed,
};

/** Every limiter with its windows as gauges; those that need a look first. */
export function LimiterList({ names, statuses, chosen, nowMs, onAdd }: LimiterListProps) {
  return (
    <Panel
      title="Limiters"
      meta={String(names.length)}
      actions={
        <button type="button" className="btn btn-sm" onClick={onAdd}>
          Add…
        </button>
      }
    >
      <ul className="limiters">
        {names.map((name) => {
          const status = statuses.get(name);
          const verdict = status && limiterVerdict(status, nowMs);
          return (
            <li key={name}>
              <button
                type="button"
                className="limiter"
                aria-current={name === chosen ? 'true' : undefined}
                onClick={() => setParams({ limiter: name })}
              >
                <span className="limiter-name ellipsis" title={name}>
                  {name}
                </span>
                {verdict ? (
                  <span className={`status limiter-verdict level-${verdict.level}`} title={verdict.words}>
                    <Icon icon={icons[verdict.level]} small />
                    <span className="ellipsis">{verdict.words}</span>
                  </span>
                ) : (
                  <Skeleton className="h-3.5 w-24" />
                )}
                <span className="limiter-gauges">
                  {status &&
                    limitGauges(status, nowMs).map((gauge) => <WindowGauge key={gauge.window} gauge={gauge} />)}
                </span>
              </button>
            </li>
          );
        })}
      </ul>
    </Panel>
  );
}

export function WindowGauge({ gauge }: { gauge: LimitGauge }) {
  const { window, current, limit, remaining, percent, level, resetInMs } = gauge;
  const reset = resetInMs === undefined ? '' : `, free again in ${formatRoughly(resetInMs)}`;
  return (
    <span className="window-gauge" title={`${formatCount(remaining)} left ${windowWords[window]}${reset}`}>
      <span className="window-words">
        <span className={level === 'critical' || level === 'warning' ? `text-${level}` : ''}>
          {formatCount(current)} <span className="text-text-3">of {formatCount(limit)}</span>
        </span>
        <span className="text-text-3">
          {windowWords[window]}
          <span className="sr-only">{reset}</span>
        </span>
      </span>
      <span className="window-track" aria-hidden="true">
        <i className={`fill-${level}`} style={{ width: `${percent}%` }} />
      </span>
    </span>
  );
}
