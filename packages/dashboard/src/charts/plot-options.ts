import uPlot from 'uplot';
import { niceAxis } from '../models/axis';
import type { ChartSpec, LimitLine, SeriesSpec } from '../models/chart-spec';
import { formatAxis, timeLabel } from '../models/format';
import type { ChartColors } from './chart-colors';

export interface PlotOptions {
  readonly spec: ChartSpec;
  readonly colors: ChartColors;
  readonly width: number;
  readonly height: number;
  /** Read when drawing: they change with every tick, the plot does not. */
  readonly live: () => { readonly limits: readonly LimitLine[]; readonly fromS: number; readonly toS: number };
  readonly shown: readonly boolean[];
  /** After the series of the spec comes each a second time, with the numbers it is compared with. */
  readonly compared: boolean;
  readonly onCursor: (index: number | null | undefined) => void;
  readonly onZoom: (fromMs: number, toMs: number) => void;
}

const dash = [5, 3];
const comparedDash = [1.5, 3];
/** Lighter than the line it is compared with, in the same hue. */
const comparedAlpha = 'b3';
const padding = { top: 22, right: 18 };
const axisPx = 46;

/** Where the lines are, in px from the left edge of the chart. */
export function plotArea(width: number): { leftPx: number; widthPx: number } {
  return { leftPx: axisPx, widthPx: width - axisPx - padding.right };
}

/** Everything that uPlot needs for one chart of the house style. */
export function plotOptions(options: PlotOptions): uPlot.Options {
  const { spec, colors, width, height, live, shown, compared, onCursor, onZoom } = options;
  const lineOf = (series: SeriesSpec, index: number): uPlot.Series => ({
    show: shown[index] ?? true,
    width: 1.5,
    points: { show: false },
    ...(spec.stepped && uPlot.paths.stepped && { paths: uPlot.paths.stepped({ align: 1 }) }),
    stroke: colors.series[series.color],
    ...(series.dashed && { dash }),
  });
  return {
    width,
    height,
    padding: [padding.top, padding.right, 0, 0],
    legend: { show: false },
    cursor: {
      y: false,
      drag: { x: true, y: false, setScale: false, dist: 6 },
      points: { size: 7, width: 1.5, stroke: colors.surface, fill: (plot, index) => seriesColor(plot, index) },
    },
    scales: {
      x: { time: true, range: () => [live().fromS, live().toS] },
      y: { range: (_plot, _min, max) => [0, yAxis(spec, live().limits, max).top] },
    },
    axes: [
      {
        stroke: colors.text,
        font: colors.font,
        size: 26,
        gap: 6,
        space: 64,
        grid: { show: false },
        ticks: { stroke: colors.axis, width: 1, size: 4 },
        border: { show: true, stroke: colors.axis, width: 1 },
        values: (_plot, splits) => splits.map((seconds) => timeLabel(seconds * 1_000, live().toS - live().fromS)),
      },
      {
        stroke: colors.text,
        font: colors.font,
        size: axisPx,
        gap: 6,
        grid: { stroke: colors.grid, width: 1 },
        ticks: { show: false },
        splits: (_plot, _axis, _min, max) => {
          const { step } = yAxis(spec, [], max);
          return Array.from({ length: Math.round(max / step) + 1 }, (_, index) => index * step);
        },
        values: (_plot, splits) => splits.map((value) => formatAxis(value / spec.scale)),
      },
    ],
    series: [
      {},
      ...spec.series.map((series, index) => ({
        ...lineOf(series, index),
        ...(series.area && { fill: `${colors.series[series.color]}1a` }),
      })),
      ...(compared ? spec.series : []).map((series, index) => ({
        ...lineOf(series, index),
        stroke: `${colors.series[series.color]}${comparedAlpha}`,
        dash: comparedDash,
      })),
    ],
    hooks: {
      draw: [(plot) => drawLimits(plot, live().limits, colors)],
      setCursor: [(plot) => onCursor(plot.cursor.idx)],
      setSelect: [
        (plot) => {
          const { left, width: selected } = plot.select;
          if (selected <= 0) return;
          onZoom(plot.posToVal(left, 'x') * 1_000, plot.posToVal(left + selected, 'x') * 1_000);
          plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
        },
      ],
    },
  };
}

function yAxis(spec: ChartSpec, limits: readonly LimitLine[], max: number | null) {
  const highest = Math.max(max ?? 0, ...limits.map(({ value }) => value * 1.05));
  const { top, step } = niceAxis(highest / spec.scale, spec.whole);
  return { top: top * spec.scale, step: step * spec.scale };
}

function seriesColor(plot: uPlot, index: number): string {
  const stroke = plot.series[index]?.stroke;
  return String(typeof stroke === 'function' ? stroke(plot, index) : stroke);
}

/** Dashed, with a word: a line alone would not say what it limits. */
function drawLimits(plot: uPlot, limits: readonly LimitLine[], colors: ChartColors): void {
  const { ctx, bbox } = plot;
  const ratio = devicePixelRatio;
  ctx.save();
  for (const { value, label, severity } of limits) {
    const y = Math.round(plot.valToPos(value, 'y', true)) + 0.5;
    ctx.strokeStyle = colors[severity].line;
    ctx.lineWidth = ratio;
    ctx.setLineDash(dash.map((length) => length * ratio));
    ctx.beginPath();
    ctx.moveTo(bbox.left, y);
    ctx.lineTo(bbox.left + bbox.width, y);
    ctx.stroke();
    ctx.font = colors.font.replace('11px', `${11 * ratio}px`);
    ctx.fillStyle = colors[severity].text;
    ctx.textAlign = 'left';
    ctx.textBaseline = 'bottom';
    ctx.fillText(label, bbox.left + 4 * ratio, y - 3 * ratio);
  }
  ctx.restore();
}
