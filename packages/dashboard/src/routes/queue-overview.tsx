import type { QueueHealthStatus, QueueMetricsResponse, WorkerMemoryState } from '@drover/contract';
import {
  useCurrentMemory,
  useExecutionStats,
  useLiveState,
  type useQueueMetrics,
  useSystemStatus,
  useTimeoutConfig,
} from '@drover/react';
import { useEffect, useMemo, useRef, useState } from 'react';
import { createCursorStore } from '../charts/cursor-store';
import { ChartBar } from '../features/queue/chart-bar';
import { EventsPanel } from '../features/queue/events-panel';
import { ExecutionPanel } from '../features/queue/execution-panel';
import { QueueCharts } from '../features/queue/queue-charts';
import { QueueTiles } from '../features/queue/queue-tiles';
import { WorkersTable } from '../features/queue/workers-table';
import type { Comparison } from '../models/comparison';
import { liveIndicator } from '../models/live-indicator';
import { historyQuery, type TimeRange, windowOf } from '../models/time-range';
import { timelineOf } from '../models/timeline';
import { softMs, timeoutMode } from '../models/timeouts';
import { setParams } from '../router/location';
import { PanelBoundary } from '../ui/panel-boundary';
import { useComparedTimeline } from './use-compared-timeline';
import { useQueueEvents } from './use-queue-events';

export interface QueueOverviewProps {
  queueName: string;
  queue: QueueHealthStatus | undefined;
  workers: readonly WorkerMemoryState[] | undefined;
  metrics: ReturnType<typeof useQueueMetrics>;
  range: TimeRange;
  comparison: Comparison | undefined;
  nowMs: number;
}

/** The queue in numbers: now, over time, laid over another time or queue, with what happened. */
export function QueueOverview(props: QueueOverviewProps) {
  const { queueName, queue, workers, metrics, range, comparison, nowMs } = props;
  const [cursor] = useState(createCursorStore);
  const memory = useCurrentMemory();
  const stats = useExecutionStats(queueName);
  useEveryMinute(nowMs, () => void stats.refetch());
  const timeout = useTimeoutConfig().data?.[queueName];
  const stale = useStaleWords(nowMs, metrics.isPlaceholderData);
  const { fromMs, toMs } = windowOf(range, newestMs(metrics.data?.current.timestamp, nowMs));
  const timeline = useTimeline(metrics.data, range, fromMs, toMs);
  const compared = useComparedTimeline({
    ...{ queueName, comparison, range, nowMs, timeline },
    window: { fromMs, toMs },
    stepMs: metrics.data?.stepMs ?? 10_000,
  });
  const happened = useQueueEvents(queueName, historyQuery(range, nowMs));
  const events = useMemo(
    () => happened?.filter(({ atMs }) => atMs >= fromMs && atMs <= toMs),
    [happened, fromMs, toMs],
  );
  return (
    <>
      <PanelBoundary title="Numbers">
        <QueueTiles queue={queue} workers={workers} timeline={timeline} />
      </PanelBoundary>
      <ChartBar
        compared={compared}
        onEndComparison={() => setParams({ compare: undefined })}
        events={events ?? noEvents}
      />
      <QueueCharts
        {...{ queueName, queue, fromMs, toMs, stale, cursor }}
        metrics={metrics.data}
        timeline={compared?.overlay?.timeline ?? timeline}
        compared={compared?.overlay && { words: compared.words, timeline: compared.overlay.compared }}
        events={events ?? noEvents}
        error={metrics.error}
        onRetry={() => void metrics.refetch()}
      >
        <ExecutionPanel
          stats={stats.data}
          error={stats.error}
          onRetry={() => void stats.refetch()}
          timeouts={
            timeout && timeoutMode(timeout) !== 'off'
              ? { softMs: softMs(timeout), timeoutMs: timeout.timeout }
              : undefined
          }
        />
      </QueueCharts>
      <EventsPanel {...{ queueName, events, nowMs, cursor }} />
      <WorkersTable queue={queue} workers={workers} memory={memory.data} />
    </>
  );
}

const noEvents: readonly never[] = [];

function useTimeline(data: QueueMetricsResponse | undefined, range: TimeRange, fromMs: number, toMs: number) {
  return useMemo(
    () =>
      data &&
      timelineOf({
        history: data.history ?? [],
        current: range.kind === 'rolling' ? data.current : undefined,
        stepMs: data.stepMs ?? 10_000,
        fromMs,
        toMs,
      }),
    [data, range, fromMs, toMs],
  );
}

/** The right edge follows the data, not the clock of this machine, which may be wrong. */
function newestMs(timestamp: Date | undefined, nowMs: number): number {
  return timestamp?.getTime() ?? nowMs;
}

/** The guide's hook loads the distribution once; a page that stays open for hours wants it fresh. */
function useEveryMinute(nowMs: number, run: () => void): void {
  const { phase } = useLiveState();
  const minute = Math.floor(nowMs / 60_000);
  const done = useRef(minute);
  useEffect(() => {
    if (minute === done.current || phase === 'paused' || phase === 'offline') return;
    done.current = minute;
    run();
  });
}

/** Words for charts whose numbers are old, or of the range that was left. */
function useStaleWords(nowMs: number, isPlaceholder: boolean): string | undefined {
  const live = useLiveState();
  const { data: status } = useSystemStatus();
  if (isPlaceholder) return 'loading the range';
  const { tone, detail } = liveIndicator(live, nowMs, status?.tickMs ?? 5_000);
  if (tone === 'stale') return detail;
  return tone === 'offline' ? 'offline' : undefined;
}
