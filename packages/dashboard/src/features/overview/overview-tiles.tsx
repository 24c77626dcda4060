import type {
  Alert,
  CurrentMemoryResponse,
  DashboardSummaryResponse,
  QueueHealthStatus,
  TrendsResponse,
} from '@drover/contract';
import type { ReactNode } from 'react';
import { countAlerts } from '../../models/alerts';
import {
  formatCount,
  formatExact,
  formatMegabytes,
  formatPercent,
  formatPercentNumber,
  formatRate,
  formatRoughly,
  plural,
  splitMegabytes,
  unknownMark,
} from '../../models/format';
import { countByStatus } from '../../models/queue-rows';
import { type Series, valueAtStart } from '../../models/sparkline';
import { Sparkline } from '../../ui/sparkline';
import { Tile } from '../../ui/tile';

export interface OverviewTilesProps {
  summary: DashboardSummaryResponse | undefined;
  queues: readonly QueueHealthStatus[] | undefined;
  alerts: readonly Alert[] | undefined;
  memory: CurrentMemoryResponse | undefined;
  trends: TrendsResponse | undefined;
  rangeWords: string;
}

export function OverviewTiles({ summary, queues, alerts, memory, trends, rangeWords }: OverviewTilesProps) {
  const isKnown = (field: keyof DashboardSummaryResponse) => !summary?.unknown?.includes(field);
  const shown = (field: 'totalWaiting' | 'avgJobsPerMinute' | 'avgErrorRate', format: (value: number) => ReactNode) =>
    summary && (isKnown(field) ? format(summary[field]) : unknownMark);
  return (
    <section className="tiles" aria-label="Totals">
      <QueuesTile queues={queues} />
      <Tile
        label="Waiting"
        value={shown('totalWaiting', formatCount)}
        exact={summary && `${formatExact(summary.totalWaiting)} jobs`}
        unit="jobs"
        detail={summary && waitingDetail(summary, isKnown)}
        figure={<Sparkline series={withNow(trends?.system.waiting, summary?.totalWaiting)} tone="series" />}
        to="/queues?sort=-waiting"
      />
      <AlertsTile alerts={alerts} />
      <Tile
        label="Jobs per minute"
        value={shown('avgJobsPerMinute', formatRate)}
        exact={summary && `${formatExact(summary.avgJobsPerMinute)} finished per minute`}
        detail={summary && rateDetail(summary.avgJobsPerMinute, trends?.system.jobsPerMinute, rangeWords)}
        figure={<Sparkline series={withNow(trends?.system.jobsPerMinute, summary?.avgJobsPerMinute)} tone="series" />}
        to="/queues?sort=-rate"
      />
      <Tile
        label="Error rate"
        value={shown('avgErrorRate', (rate) => formatPercentNumber(rate, true))}
        exact={summary && `${formatExact(summary.avgErrorRate)} % of finished attempts`}
        unit="%"
        detail={summary && errorDetail(summary, trends?.system.errorRate, rangeWords)}
        figure={<Sparkline series={withNow(trends?.system.errorRate, summary?.avgErrorRate)} tone="series" />}
        to="/queues?sort=-errors"
      />
      <MemoryTile memory={memory} series={trends?.system.memoryMB} />
    </section>
  );
}

function QueuesTile({ queues }: Pick<OverviewTilesProps, 'queues'>) {
  const counts = queues && countByStatus(queues);
  const parts = counts && (['critical', 'warning', 'healthy', 'paused'] as const).filter((part) => counts[part] > 0);
  const words = parts?.map((part) => `${counts?.[part]} ${part}`).join(', ');
  return (
    <Tile
      label="Queues"
      value={counts && formatCount(counts.all)}
      detail={counts && <StatusCounts critical={counts.critical} warning={counts.warning} none="all healthy" />}
      figure={
        counts && (
          <span className="segbar" role="img" aria-label={words}>
            {parts?.map((part) => (
              <i key={part} className="segbar-part" style={{ flex: counts[part], background: fills[part] }} />
            ))}
          </span>
        )
      }
      to="/queues"
    />
  );
}

const fills = {
  critical: 'var(--critical-fill)',
  warning: 'var(--warning-fill)',
  healthy: 'var(--healthy-fill)',
  paused: 'var(--border-strong)',
};

function AlertsTile({ alerts }: Pick<OverviewTilesProps, 'alerts'>) {
  const counts = alerts && countAlerts(alerts);
  return (
    <Tile
      label="Active alerts"
      value={counts && formatCount(counts.total)}
      detail={
        counts && (
          <>
            <StatusCounts critical={counts.critical} warning={counts.warning} none="nothing fires" />
            {counts.acknowledged > 0 && ` · ${counts.acknowledged} acknowledged`}
          </>
        )
      }
      to="/alerts"
    />
  );
}

function StatusCounts({ critical, warning, none }: { critical: number; warning: number; none: string }) {
  if (critical + warning === 0) return none;
  return (
    <>
      {critical > 0 && <span className="font-semibold text-critical">{critical} critical</span>}
      {critical > 0 && warning > 0 && ' · '}
      {warning > 0 && <span className="font-semibold text-warning">{warning} warning</span>}
    </>
  );
}

function MemoryTile({ memory, series }: { memory: CurrentMemoryResponse | undefined; series: Series | undefined }) {
  const split = memory && splitMegabytes(memory.stats.rss);
  const soft = memory?.limits.softLimitMB ?? 0;
  const tone = memory?.status.exceedsCritical ? 'critical' : memory?.status.exceedsWarning ? 'warning' : undefined;
  return (
    <Tile
      label="Worker memory"
      value={split?.value}
      exact={memory && `${Math.round(memory.stats.rss)} MB resident`}
      unit={split?.unit}
      detail={
        memory && soft > 0 ? (
          <>
            <span className={tone && `font-semibold text-${tone}`}>
              {Math.round((memory.stats.rss / soft) * 100)} % of soft limit
            </span>
            , {formatMegabytes(soft)}
          </>
        ) : (
          'no limit set'
        )
      }
      figure={<Sparkline series={withNow(series, memory?.stats.rss)} tone={tone ?? 'series'} />}
    />
  );
}

function waitingDetail(summary: DashboardSummaryResponse, isKnown: (field: keyof DashboardSummaryResponse) => boolean) {
  const active = isKnown('totalActive') ? `${formatCount(summary.totalActive)} active` : 'active unknown';
  const { oldestWaitingMs } = summary;
  if (oldestWaitingMs === undefined || !isKnown('oldestWaitingMs')) return active;
  return oldestWaitingMs > 0 ? `${active} · oldest ${formatRoughly(oldestWaitingMs)}` : active;
}

function rateDetail(now: number, series: Series | undefined, rangeWords: string): string {
  const before = series && valueAtStart(series);
  if (before === undefined || before === 0) return 'finished in the last minute';
  if (now > before * 10) return `${Math.round(now / before)} times ${rangeWords} ago`;
  const percent = Math.round(((now - before) / before) * 100);
  if (percent === 0) return `as ${rangeWords} ago`;
  return `${Math.abs(percent)} % ${percent < 0 ? 'below' : 'above'} ${rangeWords} ago`;
}

function errorDetail(summary: DashboardSummaryResponse, series: Series | undefined, rangeWords: string): string {
  const failed = summary.unknown?.includes('totalFailed') ? undefined : plural(summary.totalFailed, 'failed job');
  const before = series && valueAtStart(series);
  const then = before === undefined ? undefined : `${formatPercent(before, true)} ${rangeWords} ago`;
  return [then, failed].filter(Boolean).join(' · ');
}

/** The sparkline ends in the number beside it. */
function withNow(series: Series | undefined, now: number | undefined): Series | undefined {
  return series && now !== undefined ? [...series, now] : series;
}
