import { type RefObject, useEffect, useLayoutEffect, useRef } from 'react';
import uPlot from 'uplot';
import type { ChartEvent } from '../models/chart-events';
import type { ChartSpec, LimitLine } from '../models/chart-spec';
import type { DrawnSeries } from '../models/chart-summary';
import { timeLabel } from '../models/format';
import { nearestIndex } from '../models/timeline';
import { useElementWidth } from '../ui/use-element-width';
import { useChartColors } from './chart-colors';
import { ChartEvents } from './chart-events';
import type { CursorStore } from './cursor-store';
import { plotArea, plotOptions } from './plot-options';
import type { Selection } from './use-chart-keys';

export interface PlotProps {
  spec: ChartSpec;
  timesMs: readonly number[];
  /** Those of the spec, and after them those they are compared with. */
  series: readonly DrawnSeries[];
  shown: readonly boolean[];
  limits: readonly LimitLine[];
  events: readonly ChartEvent[];
  fromMs: number;
  toMs: number;
  height: number;
  cursor: CursorStore;
  onZoom: (fromMs: number, toMs: number) => void;
  /** By a double click. */
  onZoomOut?: (() => void) | undefined;
  /** Marked by keys. */
  selection?: Selection | undefined;
  /** Filled with the canvas, for export. */
  canvas: RefObject<HTMLCanvasElement | null>;
}

/** A uPlot, kept over ticks: new numbers are set, only a new size, theme or set of series draws it anew. */
export function Plot({
  spec,
  timesMs,
  series,
  shown,
  limits,
  events,
  fromMs,
  toMs,
  height,
  cursor,
  onZoom,
  onZoomOut,
  selection,
  canvas,
}: PlotProps) {
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<{ chart: uPlot; follow: () => void } | undefined>(undefined);
  const width = useElementWidth(box);
  const colors = useChartColors();
  const latest = useRef({ timesMs, series, limits, fromMs, toMs, onZoom, onZoomOut });
  latest.current = { timesMs, series, limits, fromMs, toMs, onZoom, onZoomOut };
  const shownKey = shown.join();
  const compared = series.length > spec.series.length;

  // biome-ignore lint/correctness/useExhaustiveDependencies: `shown` by its content; all else is read through `latest`.
  useLayoutEffect(() => {
    const element = box.current;
    if (!element || width === 0) return;
    const created = new uPlot(
      plotOptions({
        spec,
        colors,
        width,
        height,
        shown,
        compared,
        live: () => {
          const now = latest.current;
          return { limits: now.limits, fromS: now.fromMs / 1_000, toS: now.toMs / 1_000 };
        },
        onCursor: (index) => {
          if (created.root.matches(':hover')) cursor.set(index == null ? undefined : latest.current.timesMs[index]);
        },
        onZoom: (from, to) => latest.current.onZoom(from, to),
      }),
      alignedData(latest.current.timesMs, latest.current.series),
      element,
    );
    canvas.current = created.ctx.canvas;
    created.over.addEventListener('dblclick', () => latest.current.onZoomOut?.());
    const { follow, unfollow } = followCursor(created, cursor, () => latest.current);
    plot.current = { chart: created, follow };
    return () => {
      unfollow();
      created.destroy();
      plot.current = undefined;
    };
  }, [spec, colors, width, height, shownKey, compared, cursor, canvas]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: limits and range are read when the data is drawn.
  useEffect(() => {
    plot.current?.chart.setData(alignedData(timesMs, series));
    // The same instant now stands elsewhere.
    plot.current?.follow();
  }, [timesMs, series, limits, fromMs, toMs]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: what is marked moves with the numbers, and a new plot has none.
  useEffect(() => {
    if (plot.current) markSelection(plot.current.chart, selection);
  }, [selection, timesMs, fromMs, width, height]);

  return (
    <div className="plot" style={{ height }}>
      <div ref={box} />
      {width > 0 && <ChartEvents {...{ events, fromMs, toMs }} area={plotArea(width)} />}
    </div>
  );
}

function alignedData(timesMs: readonly number[], series: readonly DrawnSeries[]): uPlot.AlignedData {
  return [timesMs.map((ms) => ms / 1_000), ...series.map(({ values }) => [...values])];
}

function markSelection(plot: uPlot, selection: Selection | undefined): void {
  const left = selection ? plot.valToPos(selection.fromMs / 1_000, 'x') : 0;
  const right = selection ? plot.valToPos(selection.toMs / 1_000, 'x') : 0;
  plot.setSelect({ left, top: 0, width: right - left, height: selection ? plot.over.clientHeight : 0 }, false);
}

interface Latest {
  timesMs: readonly number[];
  fromMs: number;
  toMs: number;
}

/** Shows the page's crosshair here too, with its time on the axis. */
function followCursor(plot: uPlot, cursor: CursorStore, latest: () => Latest) {
  const label = document.createElement('span');
  label.className = 'cursor-time';
  label.hidden = true;
  plot.over.append(label);
  const follow = () => {
    const { timesMs, fromMs, toMs } = latest();
    const timeMs = cursor.get();
    const index = timeMs === undefined ? undefined : nearestIndex(timesMs, timeMs);
    const at = index === undefined ? undefined : timesMs[index];
    label.hidden = at === undefined;
    if (at === undefined) {
      if (!plot.root.matches(':hover')) plot.setCursor({ left: -10, top: -10 });
      return;
    }
    const left = plot.valToPos(at / 1_000, 'x');
    label.textContent = timeLabel(at, Math.min((toMs - fromMs) / 1_000, 24 * 3_600));
    label.style.left = `${left}px`;
    if (!plot.root.matches(':hover')) plot.setCursor({ left, top: 0 });
  };
  const leave = () => cursor.set(undefined);
  plot.over.addEventListener('mouseleave', leave);
  const unsubscribe = cursor.subscribe(follow);
  follow();
  const unfollow = () => {
    unsubscribe();
    plot.over.removeEventListener('mouseleave', leave);
  };
  return { follow, unfollow };
}
