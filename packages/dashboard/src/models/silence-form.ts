import type { AlertKind, AlertSilence, CreateAlertSilenceRequest } from '@drover/contract';
import { alertKindWords } from './alerts.js';
import type { FormProblems } from './form-problems.js';
import { formatRoughly } from './format.js';

const hourMs = 3_600_000;

/** The lengths that one click offers; `until` asks for an instant. */
export const silenceSpans = {
  '30m': { words: '30 minutes', spanMs: hourMs / 2 },
  '1h': { words: '1 hour', spanMs: hourMs },
  '4h': { words: '4 hours', spanMs: 4 * hourMs },
  '24h': { words: '24 hours', spanMs: 24 * hourMs },
  '7d': { words: '7 days', spanMs: 7 * 24 * hourMs },
  until: { words: 'Until…', spanMs: undefined },
} as const;

export type SilenceSpan = keyof typeof silenceSpans;

const longestMs = 90 * 24 * hourMs;
const longestWhy = 500;

export interface SilenceDraft {
  /** Empty for every queue. */
  readonly queueName: string;
  /** Empty for every kind. */
  readonly kind: AlertKind | '';
  readonly span: SilenceSpan;
  /** Of a `datetime-local` input, in this browser's zone. */
  readonly until: string;
  readonly why: string;
}

export const newSilence: SilenceDraft = { queueName: '', kind: '', span: '1h', until: '', why: '' };

/** When a draft ends, by the server's clock; undefined while it cannot be told. */
function untilMsOf({ span, until }: SilenceDraft, nowMs: number): number | undefined {
  const { spanMs } = silenceSpans[span];
  if (spanMs !== undefined) return nowMs + spanMs;
  const chosen = Date.parse(until);
  return Number.isNaN(chosen) ? undefined : chosen;
}

/** What the server would refuse. */
export function silenceProblems(draft: SilenceDraft, nowMs: number): FormProblems {
  const fields: Record<string, string> = {};
  const untilMs = untilMsOf(draft, nowMs);
  if (untilMs === undefined) fields.until = 'Say when it ends.';
  else if (untilMs <= nowMs) fields.until = 'Is over already.';
  else if (untilMs - nowMs > longestMs) fields.until = 'Must be within 90 days.';
  const why = draft.why.trim();
  if (why === '') fields.why = 'Say why, for those who wonder at the silence.';
  else if (why.length > longestWhy) fields.why = `Must be at most ${longestWhy} characters.`;
  return { fields };
}

/** The request for a draft without problems. */
export function silenceRequest(draft: SilenceDraft, nowMs: number): CreateAlertSilenceRequest {
  const { queueName, kind, why } = draft;
  return {
    until: new Date(untilMsOf(draft, nowMs) ?? nowMs).toISOString(),
    why: why.trim(),
    ...(queueName !== '' && { queueName }),
    ...(kind !== '' && { kind }),
  };
}

/** What a silence covers: "Errors of payments", "All alerts of mail", "All alerts". */
export function scopeWords({ queueName, kind }: { queueName?: string | undefined; kind?: AlertKind | undefined | '' }) {
  const what = kind ? alertKindWords[kind] : 'All alerts';
  return queueName ? `${what} of ${queueName}` : kind ? `${what} of every queue` : 'All alerts of every queue';
}

/** "ends in 41 min", "begins in 2 h". */
export function silenceWhen({ from, until }: Pick<AlertSilence, 'from' | 'until'>, nowMs: number): string {
  if (from.getTime() > nowMs) return `begins in ${formatRoughly(from.getTime() - nowMs)}`;
  return `ends in ${formatRoughly(until.getTime() - nowMs)}`;
}
