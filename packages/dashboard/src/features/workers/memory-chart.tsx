import type { MemoryHistoryPoint, MemoryHistoryResponse } from '@drover/contract';
import { type ReactNode, useMemo } from 'react';
import { ChartPanel } from '../../charts/chart-panel';
import type { CursorStore } from '../../charts/cursor-store';
import type { ChartEvent } from '../../models/chart-events';
import type { ChartSpec, LimitLine } from '../../models/chart-spec';
import { formatMegabytes } from '../../models/format';
import { layOutSeries } from '../../models/series-layout';
import { zoomPage, zoomPageOut } from '../../router/page-range';
import { QueryError, Skeleton } from '../../ui/panel-states';

export interface MemoryChartProps {
  title: string;
  subject: string;
  history: MemoryHistoryResponse | undefined;
  error: Error | null;
  onRetry: () => void;
  fromMs: number;
  toMs: number;
  softMB?: number | undefined;
  hardMB?: number | undefined;
  events?: readonly ChartEvent[] | undefined;
  cursor: CursorStore;
}

/** Memory over time against its limits: resident, and of a single worker the heap. */
export function MemoryChart({ title, subject, history, error, onRetry, ...rest }: MemoryChartProps) {
  const { fromMs, toMs, softMB, hardMB, events, cursor } = rest;
  const ofWorker = history?.of === 'worker';
  const spec = useMemo(() => memorySpec(title, ofWorker), [title, ofWorker]);
  const { timesMs, values } = useMemo(() => layOut(history, fromMs), [history, fromMs]);
  const series = useMemo(
    () => spec.series.map(({ label }, index) => ({ label, values: values[index] ?? [] })),
    [spec, values],
  );
  const limits = useMemo(() => limitLines(softMB, hardMB), [softMB, hardMB]);
  let instead: ReactNode;
  if (!history) {
    instead = error ? (
      <QueryError error={error} onRetry={onRetry} />
    ) : (
      <Skeleton className="m-3 h-[204px] opacity-50" />
    );
  }
  return (
    <ChartPanel
      {...{ spec, subject, timesMs, series, limits, events, fromMs, toMs, cursor, instead }}
      onZoom={zoomPage}
      onZoomOut={zoomPageOut}
    />
  );
}

function memorySpec(title: string, ofWorker: boolean): ChartSpec {
  return {
    key: 'memory',
    title,
    unit: 'MB',
    scale: 1,
    format: formatMegabytes,
    series: [
      { label: 'Resident', color: 1, area: true },
      ...(ofWorker ? [{ label: 'Heap', color: 2, dashed: true } as const] : []),
    ],
    empty: 'No memory was recorded in this range.',
  };
}

function layOut(history: MemoryHistoryResponse | undefined, fromMs: number) {
  const points = history?.points.filter(({ timestamp }) => timestamp.getTime() >= fromMs) ?? [];
  return layOutSeries<MemoryHistoryPoint>({
    points,
    atMs: ({ timestamp }) => timestamp.getTime(),
    stepMs: history?.stepMs ?? 10_000,
    fields: [({ rssMB }) => rssMB, ({ heapUsedMB }) => heapUsedMB],
  });
}

function limitLines(softMB: number | undefined, hardMB: number | undefined): LimitLine[] {
  const lines: LimitLine[] = [];
  if (softMB) lines.push({ value: softMB, label: `Soft ${formatMegabytes(softMB)}`, severity: 'warning' });
  if (hardMB) lines.push({ value: hardMB, label: `Hard ${formatMegabytes(hardMB)}`, severity: 'critical' });
  return lines;
}
