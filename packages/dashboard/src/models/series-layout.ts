/** Points laid out for a chart: one null in each gap, so that lines break there. */
export interface LaidOutSeries {
  readonly timesMs: readonly number[];
  readonly values: readonly (readonly (number | null)[])[];
}

export interface LayOutInput<Point> {
  /** Ascending. */
  readonly points: readonly Point[];
  readonly atMs: (point: Point) => number;
  readonly stepMs: number;
  /** One per series. */
  readonly fields: readonly ((point: Point) => number | undefined)[];
  /** What stands where nothing was recorded; null, unless nothing recorded means 0. */
  readonly absent?: number | null;
}

/** A late point is not a gap: half a step of slack. */
const gapSteps = 1.5;

export function layOutSeries<Point>({
  points,
  atMs,
  stepMs,
  fields,
  absent = null,
}: LayOutInput<Point>): LaidOutSeries {
  const timesMs: number[] = [];
  const laidOut: (Point | undefined)[] = [];
  for (const point of points) {
    const at = atMs(point);
    const before = timesMs.at(-1);
    if (before !== undefined && at - before > gapSteps * stepMs) {
      timesMs.push(before + stepMs);
      laidOut.push(undefined);
      // A stretch of zeros has two ends; a break needs only one.
      if (absent !== null && at - stepMs > before + stepMs) {
        timesMs.push(at - stepMs);
        laidOut.push(undefined);
      }
    }
    timesMs.push(at);
    laidOut.push(point);
  }
  const values = fields.map((field) => laidOut.map((point) => (point ? (field(point) ?? null) : absent)));
  return { timesMs, values };
}
