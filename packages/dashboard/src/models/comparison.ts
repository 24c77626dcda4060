import { rangeWords, spanOf, type TimeRange } from './time-range.js';
import { nearestIndex, type Timeline } from './timeline.js';

const dayMs = 86_400_000;

/** What the charts of a queue are laid over: another queue, or the queue itself some time before. */
export type Comparison =
  | { readonly kind: 'queue'; readonly queueName: string }
  | { readonly kind: 'earlier'; readonly by: EarlierBy };

export const earlierBy = ['range', '1d', '7d'] as const;
export type EarlierBy = (typeof earlierBy)[number];

/** What the URL compares with; nothing that makes no sense, and not a queue with itself. */
export function readComparison(params: URLSearchParams, queueName: string): Comparison | undefined {
  const text = params.get('compare') ?? '';
  if (text.startsWith('queue:')) {
    const other = text.slice('queue:'.length);
    return other === '' || other === queueName ? undefined : { kind: 'queue', queueName: other };
  }
  const by = earlierBy.find((candidate) => candidate === text);
  return by && { kind: 'earlier', by };
}

/** The comparison as it stands in a URL. */
export function comparisonParam(comparison: Comparison | undefined): string | undefined {
  if (!comparison) return undefined;
  return comparison.kind === 'queue' ? `queue:${comparison.queueName}` : comparison.by;
}

/** How much earlier the compared numbers are, in ms. The range just before is as far away as the range is long. */
export function earlierMs(comparison: Comparison | undefined, range: TimeRange): number {
  if (comparison?.kind !== 'earlier') return 0;
  return { range: spanOf(range), '1d': dayMs, '7d': 7 * dayMs }[comparison.by];
}

/** As a label beside a series: `emails`, `a day earlier`. */
export function comparisonWords(comparison: Comparison, range: TimeRange): string {
  if (comparison.kind === 'queue') return comparison.queueName;
  if (comparison.by !== 'range') return { '1d': 'a day earlier', '7d': 'a week earlier' }[comparison.by];
  return range.kind === 'rolling' ? `the ${rangeWords(range)} before` : 'just before';
}

export interface OverlayInput {
  readonly timeline: Timeline;
  readonly compared: Timeline;
  /** Span of one point of each (ms). */
  readonly stepMs: number;
  readonly comparedStepMs: number;
  /** How much later the compared points are drawn than they were. */
  readonly shiftMs: number;
}

export interface Overlay {
  readonly timeline: Timeline;
  readonly compared: Timeline;
}

/** A late point still counts for its step. */
const slack = 1.5;

/**
 * Two timelines on one axis. A compared point holds for its whole step, so that a minute of yesterday stands beside
 * each ten seconds of today; where the first has a gap, the instants of the second fill the axis.
 */
export function overlay({ timeline, compared, stepMs, comparedStepMs, shiftMs }: OverlayInput): Overlay {
  const moved = compared.timesMs.map((atMs) => atMs + shiftMs);
  const alone = moved.filter((atMs) => {
    const nearest = nearestIndex(timeline.timesMs, atMs);
    const at = nearest === undefined ? undefined : timeline.timesMs[nearest];
    return at === undefined || Math.abs(at - atMs) >= Math.max(stepMs, comparedStepMs);
  });
  const points = new Map(timeline.timesMs.map((atMs, index) => [atMs, timeline.points[index]]));
  const timesMs = [...timeline.timesMs, ...alone].sort((a, b) => a - b);
  let at = -1;
  const held = timesMs.map((atMs) => {
    while ((moved[at + 1] ?? Number.POSITIVE_INFINITY) <= atMs) at += 1;
    const sinceMs = atMs - (moved[at] ?? Number.NEGATIVE_INFINITY);
    return sinceMs < comparedStepMs * slack ? compared.points[at] : undefined;
  });
  return {
    timeline: { timesMs, points: timesMs.map((atMs) => points.get(atMs)) },
    compared: { timesMs, points: held },
  };
}
