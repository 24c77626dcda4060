import '../../src/styles/index.css';
import '../../src/styles/charts.css';
import { flushSync } from 'react-dom';
import { createRoot } from 'react-dom/client';
import { ChartPanel } from '../../src/charts/chart-panel';
import { createCursorStore } from '../../src/charts/cursor-store';
import type { ChartSpec, SeriesColor } from '../../src/models/chart-spec';

declare global {
  /** Draws the chart anew, or puts other numbers into it; resolves with how long it took until it was painted (ms). */
  var drawChart: (seriesCount: number, points: number, round: number) => Promise<number>;
}

const root = createRoot(document.getElementById('root') as HTMLElement);
const cursor = createCursorStore();
const specs = new Map<number, ChartSpec>();

function specOf(seriesCount: number): ChartSpec {
  const held = specs.get(seriesCount);
  if (held) return held;
  const spec: ChartSpec = {
    ...{ key: 'many', title: 'Many series', unit: 'jobs', scale: 1 },
    format: (value) => value.toFixed(0),
    series: Array.from({ length: seriesCount }, (_, index) => ({
      label: `Series ${index + 1}`,
      color: ((index % 8) + 1) as SeriesColor,
    })),
    empty: 'Nothing.',
  };
  specs.set(seriesCount, spec);
  return spec;
}

globalThis.drawChart = async (seriesCount, points, round) => {
  const startMs = 1_790_000_000_000;
  const timesMs = Array.from({ length: points }, (_, index) => startMs + (index + round) * 10_000);
  const spec = specOf(seriesCount);
  const series = spec.series.map(({ label }, line) => ({
    label,
    // Rugged, so that no stretch is drawn for nothing.
    values: timesMs.map((_, index) => ((index * 7_919 + line * 104_729 + round * 31) % 1_000) + line * 200),
  }));
  const before = performance.now();
  flushSync(() =>
    root.render(
      <ChartPanel
        {...{ spec, timesMs, series, cursor }}
        subject="measured"
        limits={[]}
        fromMs={timesMs[0] ?? 0}
        toMs={timesMs.at(-1) ?? 0}
        onZoom={() => undefined}
      />,
    ),
  );
  // A task of its own runs after the frame was painted.
  await new Promise<void>((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
  return performance.now() - before;
};
