const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

/** The ranges that one click offers, and the span of one point: the finest that the store keeps for that long. */
export const presets = {
  '15m': { spanMs: 15 * minuteMs, stepMs: 10_000, words: '15 min' },
  '1h': { spanMs: hourMs, stepMs: 10_000, words: '1 h' },
  '6h': { spanMs: 6 * hourMs, stepMs: minuteMs, words: '6 h' },
  '24h': { spanMs: 24 * hourMs, stepMs: minuteMs, words: '24 h' },
  '7d': { spanMs: 7 * 24 * hourMs, stepMs: 10 * minuteMs, words: '7 d' },
} as const;

export type PresetName = keyof typeof presets;
export const presetNames = Object.keys(presets) as PresetName[];

/** A range that ends now and moves, or a fixed one (chosen by dragging over a chart). */
export type TimeRange =
  | { readonly kind: 'rolling'; readonly preset: PresetName }
  | { readonly kind: 'fixed'; readonly fromMs: number; readonly toMs: number };

const fallback: TimeRange = { kind: 'rolling', preset: '1h' };

/** What a URL says; anything that makes no sense is the last hour. */
export function readTimeRange(params: URLSearchParams): TimeRange {
  const preset = params.get('range');
  if (preset !== null && preset in presets) return { kind: 'rolling', preset: preset as PresetName };
  const fromMs = Date.parse(params.get('from') ?? '');
  const toMs = Date.parse(params.get('to') ?? '');
  return toMs > fromMs ? { kind: 'fixed', fromMs, toMs } : fallback;
}

/** The range as it stands in a URL; the default leaves it clean. */
export function timeRangeParams(range: TimeRange): Record<'range' | 'from' | 'to', string | undefined> {
  if (range.kind === 'rolling') {
    return { range: range.preset === '1h' ? undefined : range.preset, from: undefined, to: undefined };
  }
  const [from, to] = [range.fromMs, range.toMs].map((ms) => new Date(ms).toISOString());
  return { range: undefined, from, to };
}

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

/** More than any range has points: 24 h by the minute are 1,440. */
const historyLimit = 2_000;

export interface HistoryQuery {
  history: true;
  historyLimit: number;
  stepMs: number;
  since: string;
  until?: string;
}

/**
 * What to ask the server for. The start of a rolling range is rounded down to a twelfth of it, so that the
 * query keeps its key (and its cache) for a while; the view cuts off what is too early.
 */
export function historyQuery(range: TimeRange, nowMs: number): HistoryQuery {
  if (range.kind === 'rolling') {
    const { spanMs, stepMs } = presets[range.preset];
    const grain = spanMs / 12;
    const since = new Date(Math.floor((nowMs - spanMs) / grain) * grain).toISOString();
    return { history: true, historyLimit, stepMs, since };
  }
  const span = spanOf(range);
  const age = nowMs - range.fromMs;
  // Ten-second points are kept for 2 h, minutes for 48 h.
  const kept = age <= 2 * hourMs ? 10_000 : age <= 48 * hourMs ? minuteMs : 10 * minuteMs;
  const stepMs = Math.max(kept, span > 6 * hourMs ? minuteMs : 10_000);
  const [since = '', until = ''] = [range.fromMs, range.toMs].map((ms) => new Date(ms).toISOString());
  return { history: true, historyLimit, stepMs, since, until };
}
