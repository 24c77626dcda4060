const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

const dayMs = 24 * hourMs;

/** The ranges that one click offers. */
export const presets = {
  '15m': { spanMs: 15 * minuteMs, words: '15 min' },
  '1h': { spanMs: hourMs, words: '1 h' },
  '6h': { spanMs: 6 * hourMs, words: '6 h' },
  '24h': { spanMs: dayMs, words: '24 h' },
  '7d': { spanMs: 7 * dayMs, words: '7 d' },
  '30d': { spanMs: 30 * dayMs, words: '30 d' },
} as const;

/** As long as the store keeps anything of a queue's history. */
export const keptMs = 30 * dayMs;

export type PresetName = keyof typeof presets;
export const presetNames = Object.keys(presets) as PresetName[];

/** A range that ends now and moves, or a fixed one (chosen by dragging over a chart, or by its dates). */
export type TimeRange =
  | { readonly kind: 'rolling'; readonly preset: PresetName }
  | { readonly kind: 'fixed'; readonly fromMs: number; readonly toMs: number };

const fallback: TimeRange = { kind: 'rolling', preset: '1h' };

/** What a URL says; anything that makes no sense is the last hour. Of a range longer than is kept, its end. */
export function readTimeRange(params: URLSearchParams): TimeRange {
  const fromMs = Date.parse(params.get('from') ?? '');
  const toMs = Date.parse(params.get('to') ?? '');
  if (toMs > fromMs) return { kind: 'fixed', fromMs: Math.max(fromMs, toMs - keptMs), toMs };
  const preset = params.get('range');
  return preset !== null && Object.hasOwn(presets, preset)
    ? { kind: 'rolling', preset: preset as PresetName }
    : fallback;
}

/** What to change in a URL for a range. A fixed one lies over the preset, which is there again when it is left. */
export function timeRangeParams(range: TimeRange): Partial<Record<'range' | 'from' | 'to', string | undefined>> {
  if (range.kind === 'rolling') {
    return { range: range.preset === '1h' ? undefined : range.preset, from: undefined, to: undefined };
  }
  const [from, to] = [range.fromMs, range.toMs].map((ms) => new Date(ms).toISOString());
  return { from, to };
}

/** What to change in a URL to go back from a fixed range to the preset before it. */
export const leaveFixedRange = { from: undefined, to: undefined };

export function spanOf(range: TimeRange): number {
  return range.kind === 'rolling' ? presets[range.preset].spanMs : range.toMs - range.fromMs;
}

/** `1 h`, or the span of a fixed range in words. */
export function rangeWords(range: TimeRange): string {
  return range.kind === 'rolling' ? presets[range.preset].words : 'chosen range';
}

/** Start and end to show, as of now. */
export function windowOf(range: TimeRange, nowMs: number): { fromMs: number; toMs: number } {
  return range.kind === 'fixed' ? range : { fromMs: nowMs - spanOf(range), toMs: nowMs };
}

/** More points than a chart has pixels only cost time. */
const historyLimit = 2_000;
const steps = [10_000, minuteMs, 10 * minuteMs, hourMs];

/** Span of one point: the finest that is still kept for an age (ms), and not too many for the range. */
export function stepOf(spanMs: number, ageMs: number): number {
  // Ten-second points are kept for 2 h, minutes for 48 h.
  const kept = ageMs <= 2 * hourMs ? 10_000 : ageMs <= 2 * dayMs ? minuteMs : 10 * minuteMs;
  return steps.find((step) => step >= kept && spanMs / step <= historyLimit) ?? hourMs;
}

export interface HistoryQuery {
  history: true;
  historyLimit: number;
  stepMs: number;
  since: string;
  until?: string;
}

/**
 * What to ask the server for. The start of a rolling range is rounded down to a twelfth of it, so that the
 * query keeps its key (and its cache) for a while; the view cuts off what is too early. `earlierMs` asks for the same
 * range that much before.
 */
export function historyQuery(range: TimeRange, nowMs: number, earlierMs = 0): HistoryQuery {
  const spanMs = spanOf(range);
  const grainMs = range.kind === 'rolling' ? spanMs / 12 : 1;
  const { fromMs, toMs } = windowOf(range, nowMs);
  const since = Math.floor((fromMs - earlierMs) / grainMs) * grainMs;
  const until = Math.ceil((toMs - earlierMs) / grainMs) * grainMs;
  const isOver = range.kind === 'fixed' || earlierMs > 0;
  return {
    history: true,
    historyLimit,
    stepMs: stepOf(spanMs, nowMs - fromMs + earlierMs),
    since: new Date(since).toISOString(),
    ...(isOver && { until: new Date(until).toISOString() }),
  };
}
