/** One number per step, newest last; null is unknown and breaks the line. */
export type Series = readonly (number | null)[];

export interface SparklinePaths {
  readonly line: string;
  readonly area: string;
}

/**
 * Paths in a box of the given size. From 0 when the series comes near it, else from its own minimum, so that
 * a small change of a large number is still seen. Undefined where nothing is known.
 */
export function sparklinePaths(series: Series, width: number, height: number): SparklinePaths | undefined {
  const values = series.filter((value): value is number => value !== null);
  if (values.length === 0) return undefined;
  const top = Math.max(...values);
  const low = Math.min(...values);
  const base = low > top * 0.5 && low < top ? low - (top - low) * 0.5 : 0;
  const span = Math.max(top - base, Number.EPSILON);
  const inset = 2;
  const stepX = series.length > 1 ? width / (series.length - 1) : 0;
  const yOf = (value: number) => round(height - inset - ((value - base) / span) * (height - 2 * inset));

  let line = '';
  let area = '';
  let start: number | undefined;
  series.forEach((value, index) => {
    const x = round(index * stepX);
    if (value === null) {
      if (start !== undefined) area += `L${round((index - 1) * stepX)} ${height}L${start} ${height}Z`;
      start = undefined;
      return;
    }
    const point = `${x} ${yOf(value)}`;
    line += `${start === undefined ? 'M' : 'L'}${point}`;
    area += `${start === undefined ? 'M' : 'L'}${point}`;
    start ??= x;
  });
  if (start !== undefined) area += `L${round((series.length - 1) * stepX)} ${height}L${start} ${height}Z`;
  return { line, area };
}

/** At most `limit` points: means of neighbours; null only where all of them are unknown. */
export function thin(series: Series, limit: number): Series {
  if (series.length <= limit) return series;
  const size = series.length / limit;
  return Array.from({ length: limit }, (_, index) => {
    const part = series.slice(Math.floor(index * size), Math.floor((index + 1) * size));
    const values = part.filter((value): value is number => value !== null);
    return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
  });
}

/** What it was at the start of the range; undefined when nothing was recorded in its first tenth. */
export function valueAtStart(series: Series): number | undefined {
  const start = series.slice(0, Math.max(1, Math.ceil(series.length / 10)));
  return start.find((value) => value !== null) ?? undefined;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
