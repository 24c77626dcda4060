import type { ExecutionStatsResponse } from '@drover/contract';
import { type ReactNode, useRef } from 'react';
import { niceAxis } from '../../models/axis';
import { type Distribution, distributionOf } from '../../models/distribution';
import { formatAxis, formatCount, formatDuration, formatDurationLimit, plural } from '../../models/format';
import { Panel } from '../../ui/panel';
import { Empty, QueryError, Skeleton } from '../../ui/panel-states';
import { useElementWidth } from '../../ui/use-element-width';

export interface ExecutionPanelProps {
  stats: ExecutionStatsResponse | undefined;
  error: Error | null;
  onRetry: () => void;
  /** The limits of a job's run time, drawn on it. */
  timeouts?: { readonly softMs: number | undefined; readonly timeoutMs: number } | undefined;
}

/** How long jobs took: a histogram with the quantiles on it. */
export function ExecutionPanel({ stats, error, onRetry, timeouts }: ExecutionPanelProps) {
  const distribution = stats && distributionOf(stats, timeouts?.timeoutMs);
  let content: ReactNode = <Skeleton className="m-3 h-[190px] opacity-50" />;
  if (!stats && error) content = <QueryError error={error} onRetry={onRetry} />;
  if (stats && !distribution) {
    content = <Empty title="No job has been timed yet.">The times of finished jobs show here.</Empty>;
  }
  if (stats && distribution) content = <Histogram {...{ stats, distribution, timeouts }} />;
  return (
    <Panel
      title="Execution time"
      meta={stats && distribution && `${plural(distribution.total, 'job')}${sampled(stats)}`}
      footer={stats && distribution && footerWords(stats, distribution, timeouts?.timeoutMs)}
    >
      {content}
    </Panel>
  );
}

function sampled({ timingSource }: ExecutionStatsResponse): string {
  return timingSource === 'sampled' ? ', sampled' : '';
}

function footerWords(
  stats: ExecutionStatsResponse,
  { beyond, bins }: Distribution,
  timeoutMs: number | undefined,
): string {
  const endMs = bins.at(-1)?.toMs ?? 0;
  const far =
    timeoutMs !== undefined && timeoutMs > endMs ? `; timeout ${formatDurationLimit(timeoutMs)}, beyond the axis` : '';
  const range = `${formatDuration(stats.min)} to ${formatDuration(stats.max)}, mean ${formatDuration(stats.avg)}`;
  return `${range}${beyond > 0 ? `; ${plural(beyond, 'slower job')} not drawn` : ''}${far}`;
}

/** With the footer as high as a chart beside it. */
const height = 173;
const inset = { left: 46, right: 12, top: 30, bottom: 38 };

interface HistogramProps {
  stats: ExecutionStatsResponse;
  distribution: Distribution;
  timeouts: ExecutionPanelProps['timeouts'];
}

function Histogram({ stats, distribution, timeouts }: HistogramProps) {
  const box = useRef<HTMLDivElement>(null);
  const width = useElementWidth(box);
  const { bins, binMs } = distribution;
  const endMs = binMs * bins.length;
  const { top, step } = niceAxis(Math.max(...bins.map(({ count }) => count)), true);
  const plotWidth = Math.max(0, width - inset.left - inset.right);
  const plotHeight = height - inset.top - inset.bottom;
  const xOf = (ms: number) => inset.left + (ms / endMs) * plotWidth;
  const yOf = (count: number) => inset.top + plotHeight - (count / top) * plotHeight;
  const lines = Array.from({ length: Math.round(top / step) + 1 }, (_, index) => index * step);
  const unit =
    endMs < 1_000
      ? { ms: 1, word: 'ms' }
      : endMs < 180_000
        ? { ms: 1_000, word: 'seconds' }
        : { ms: 60_000, word: 'minutes' };
  const tickMs = niceAxis(endMs / unit.ms).step * unit.ms;
  const ticks = Array.from({ length: Math.floor(endMs / tickMs) + 1 }, (_, index) => index * tickMs);
  const marks = [
    { label: 'p50', ms: stats.p50 },
    { label: 'p95', ms: stats.p95 },
    { label: 'p99', ms: stats.p99 },
  ].filter(({ ms }) => ms <= endMs);
  const limits = [
    { label: 'Soft', ms: timeouts?.softMs, tone: 'warning' },
    { label: 'Timeout', ms: timeouts?.timeoutMs, tone: 'critical' },
  ].flatMap(({ label, ms, tone }) => (ms !== undefined && ms <= endMs ? [{ label, ms, tone }] : []));
  const words =
    `Execution time of ${plural(distribution.total, 'job')}: half within ${formatDuration(stats.p50)}, ` +
    `95 % within ${formatDuration(stats.p95)}, 99 % within ${formatDuration(stats.p99)}.${limits.map(({ label, ms }) => ` ${label} at ${formatDurationLimit(ms)}.`).join('')}`;

  return (
    <div ref={box} className="histogram" role="img" aria-label={words}>
      {width > 0 && (
        <svg width={width} height={height} aria-hidden="true">
          {lines.map((count) => (
            <g key={count}>
              <line
                className={count === 0 ? 'base' : 'grid'}
                x1={inset.left}
                x2={width - inset.right}
                y1={yOf(count)}
                y2={yOf(count)}
              />
              <text x={inset.left - 6} y={yOf(count) + 4} textAnchor="end">
                {formatAxis(count)}
              </text>
            </g>
          ))}
          {bins.map(({ fromMs, toMs, count }) => (
            <rect
              key={fromMs}
              className={timeouts && fromMs >= timeouts.timeoutMs ? 'bin bin-over' : 'bin'}
              x={xOf(fromMs) + 0.5}
              y={yOf(count)}
              width={Math.max(1, xOf(toMs) - xOf(fromMs) - 1)}
              height={Math.max(0, yOf(0) - yOf(count))}
            >
              <title>{`${formatDuration(fromMs)} to ${formatDuration(toMs)}: ${formatCount(count)}`}</title>
            </rect>
          ))}
          {marks.map(({ label, ms }) => (
            <line key={label} className="mark" x1={xOf(ms)} x2={xOf(ms)} y1={inset.top - 4} y2={yOf(0)} />
          ))}
          {marks.map(({ label, ms }, index) => {
            // p95 stands a line higher than its neighbours; near the right edge words go to the left.
            const left = index > 0 && xOf(ms) > width - 90;
            return (
              <text
                key={label}
                className="mark-label"
                x={xOf(ms) + (left ? -4 : 4)}
                y={inset.top + 4 - (index % 2) * 14}
                textAnchor={left ? 'end' : 'start'}
              >
                {label} {formatDuration(ms)}
              </text>
            );
          })}
          {limits.map(({ label, ms, tone }, index) => (
            <g key={label} className={`limit limit-${tone}`}>
              <line x1={xOf(ms)} x2={xOf(ms)} y1={inset.top - 4} y2={yOf(0)} />
              <text
                x={xOf(ms) + (index === 0 || xOf(ms) > width - 90 ? -4 : 4)}
                y={inset.top + 18 + index * 14}
                textAnchor={index === 0 || xOf(ms) > width - 90 ? 'end' : 'start'}
              >
                {label} {formatDurationLimit(ms)}
              </text>
            </g>
          ))}
          {ticks.map((ms) => (
            <text key={ms} x={xOf(ms)} y={height - inset.bottom + 16} textAnchor="middle">
              {formatAxis(ms / unit.ms)}
            </text>
          ))}
          <text x={inset.left + plotWidth / 2} y={height - 6} textAnchor="middle">
            {unit.word}, bins of {formatDurationLimit(binMs)}
          </text>
        </svg>
      )}
    </div>
  );
}
