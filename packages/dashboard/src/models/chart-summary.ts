import type { ChartSpec } from './chart-spec.js';
import type { ExportTable } from './table-export.js';
import { lastKnownIndex } from './timeline.js';

export interface DrawnSeries {
  readonly label: string;
  readonly values: readonly (number | null)[];
}

/** Other numbers for the same series: of another queue, or of an earlier time. */
export interface ComparedSeries {
  /** Of what they are: `a day earlier`. */
  readonly words: string;
  /** In the order of the chart's series; one number per instant. */
  readonly values: readonly (readonly (number | null)[])[];
}

/** All lines of a chart, the compared ones last. */
export function withCompared(series: readonly DrawnSeries[], compared: ComparedSeries | undefined): DrawnSeries[] {
  const { words = '', values = [] } = compared ?? {};
  return [
    ...series,
    ...values.map((line, index) => ({ label: `${series[index]?.label ?? ''}, ${words}`, values: line })),
  ];
}

/** A chart in words, for those who do not see it: newest, lowest and highest of each series. */
export function chartSummary(spec: ChartSpec, series: readonly DrawnSeries[]): string {
  const parts = series.map(({ label, values }) => {
    const knownValues = values.filter((value): value is number => value !== null);
    const last = lastKnownIndex(values);
    if (last === undefined) return `${label}: unknown`;
    const [low, high] = [Math.min(...knownValues), Math.max(...knownValues)].map(spec.format);
    return `${label}: now ${spec.format(values[last] ?? 0)}, between ${low} and ${high}`;
  });
  return `${spec.title}, ${spec.unit}. ${parts.join('. ')}.`;
}

/** What the lines say at one instant. */
export function instantWords(spec: ChartSpec, series: readonly DrawnSeries[], index: number): string {
  const words = series.map(({ label, values }) => {
    const value = values[index] ?? null;
    return `${label} ${value === null ? 'unknown' : spec.format(value)}`;
  });
  return words.join('; ');
}

/** A chart as a table: one row per instant, one column per series; null is unknown. */
export interface ChartTable {
  readonly columns: readonly string[];
  readonly rows: readonly { readonly timeMs: number; readonly values: readonly (number | null)[] }[];
}

export function chartTable(timesMs: readonly number[], series: readonly DrawnSeries[]): ChartTable {
  return {
    columns: series.map(({ label }) => label),
    rows: timesMs.map((timeMs, index) => ({ timeMs, values: series.map(({ values }) => values[index] ?? null) })),
  };
}

/** The chart's table as any table is exported. */
export function exportOfChart({ columns, rows }: ChartTable): ExportTable {
  return { columns: ['time', ...columns], rows: rows.map(({ timeMs, values }) => [new Date(timeMs), ...values]) };
}
