import type { ChartSpec } from './chart-spec.js';
import { lastKnownIndex } from './timeline.js';

export interface DrawnSeries {
  readonly label: string;
  readonly values: readonly (number | null)[];
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

/** Comma-separated, RFC 4180; unknown is an empty field. */
export function tableAsCsv({ columns, rows }: ChartTable): string {
  const head = ['time', ...columns].map(csvField).join(',');
  const lines = rows.map(({ timeMs, values }) =>
    [new Date(timeMs).toISOString(), ...values.map((value) => value ?? '')].join(','),
  );
  return [head, ...lines, ''].join('\r\n');
}

export function tableAsJson({ columns, rows }: ChartTable): string {
  const objects = rows.map(({ timeMs, values }) => ({
    time: new Date(timeMs).toISOString(),
    ...Object.fromEntries(columns.map((column, index) => [column, values[index] ?? null])),
  }));
  return JSON.stringify(objects, null, 2);
}

/** A name that a spreadsheet would run as a formula stays text. */
function csvField(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
