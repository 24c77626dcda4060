import type { QueueHealthStatus, QueueMetricsResponse } from '@drover/contract';
import { type ReactNode, useMemo } from 'react';
import type { CursorStore } from '../../charts/cursor-store';
import { MetricChart } from '../../charts/metric-chart';
import type { ChartEvent } from '../../models/chart-events';
import { limitLines, queueCharts } from '../../models/chart-spec';
import { seriesOf, type Timeline } from '../../models/timeline';
import { zoomPage, zoomPageOut } from '../../router/page-range';
import { QueryError, Skeleton } from '../../ui/panel-states';

export interface QueueChartsProps {
  queueName: string;
  queue: QueueHealthStatus | undefined;
  metrics: QueueMetricsResponse | undefined;
  timeline: Timeline | undefined;
  fromMs: number;
  toMs: number;
  stale: string | undefined;
  /** What happened, drawn on every chart. */
  events: readonly ChartEvent[];
  /** On the same axis as `timeline`. */
  compared?: { readonly words: string; readonly timeline: Timeline } | undefined;
  /** One crosshair for all charts, and for who points at an instant from elsewhere. */
  cursor: CursorStore;
  error: Error | null;
  onRetry: () => void;
  /** A further panel in the same grid. */
  children?: ReactNode;
}

/** The queue over time. Dragging over a chart chooses a range for the page. */
export function QueueCharts(props: QueueChartsProps) {
  const {
    queueName,
    queue,
    metrics,
    timeline = noTimeline,
    fromMs,
    toMs,
    stale,
    events,
    compared,
    cursor,
    error,
    onRetry,
    children,
  } = props;
  // Made anew with each render of the page, it would draw all charts anew.
  const { words, timeline: comparedTimeline } = compared ?? {};
  const comparedLine = useMemo(
    () => (words !== undefined && comparedTimeline ? { words, timeline: comparedTimeline } : undefined),
    [words, comparedTimeline],
  );
  const longest = highest(timeline, 'p99ProcessingTimeMs');
  const longestWait = highest(timeline, 'oldestWaitingMs');
  const [unitMs, waitUnitMs] = [unitStep(longest), unitStep(longestWait)];
  const specs = useMemo(() => queueCharts(unitMs, waitUnitMs), [unitMs, waitUnitMs]);
  const limits = useMemo(() => new Map(specs.map((spec) => [spec.key, limitLines(spec, queue)])), [specs, queue]);
  const instead = metrics ? undefined : error ? <QueryError error={error} onRetry={onRetry} /> : <ChartSkeleton />;

  return (
    <div className="charts">
      {specs.map((spec) => (
        <MetricChart
          key={spec.key}
          spec={spec}
          subject={queueName}
          timeline={timeline}
          compared={comparedLine}
          limits={limits.get(spec.key) ?? []}
          events={events}
          fromMs={fromMs}
          toMs={toMs}
          cursor={cursor}
          onZoom={zoomPage}
          onZoomOut={zoomPageOut}
          stale={stale}
          instead={instead}
        />
      ))}
      {children}
    </div>
  );
}

const noTimeline: Timeline = { timesMs: [], points: [] };

function highest(timeline: Timeline, field: 'p99ProcessingTimeMs' | 'oldestWaitingMs'): number {
  return seriesOf(timeline, field).reduce<number>((most, value) => Math.max(most, value ?? 0), 0);
}

/** Only what changes the unit: else every tick would draw all charts anew. */
function unitStep(ms: number): number {
  return [10_800_000, 180_000, 1_000].find((step) => ms >= step) ?? 0;
}

/** As high as a legend and a plot. */
function ChartSkeleton() {
  return (
    <div className="chart-skeleton" aria-hidden="true">
      <Skeleton className="h-3.5 w-40" />
      <Skeleton className="h-[176px] w-full opacity-50" />
    </div>
  );
}
