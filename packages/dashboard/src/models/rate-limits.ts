import type {
  RateLimitConfigurationResponse,
  RateLimitStatusResponse,
  RateLimitWindow,
  RateLimitWindows,
  UpdateRateLimitRequest,
} from '@drover/contract';
import { type NumberRule, numberText, readNumber } from './form-number.js';
import { formatRoughly } from './format.js';

export type WindowName = keyof RateLimitWindows;
export const windowNames = ['perSecond', 'perMinute', 'perHour', 'perDay'] as const satisfies readonly WindowName[];
export const windowWords: Record<WindowName, string> = {
  perSecond: 'per second',
  perMinute: 'per minute',
  perHour: 'per hour',
  perDay: 'per day',
};

/** The guide's; they can be reset, not deleted. */
const builtIn = new Set(
  'emailSending emailCampaign stripeApi resendApi databaseWrites searchIndexing assetProcessing taxGeneration'.split(
    ' ',
  ),
);
export const isBuiltIn = (limiterName: string): boolean => builtIn.has(limiterName);

export type LimitLevel = 'idle' | 'normal' | 'warning' | 'critical';

/** From here on a window is about to be used up. */
const warnShare = 0.8;

export interface LimitGauge {
  readonly window: WindowName;
  readonly current: number;
  readonly limit: number;
  readonly remaining: number;
  readonly percent: number;
  readonly level: LimitLevel;
  /** Time until all of it is free again, ms; undefined while it is empty. */
  readonly resetInMs: number | undefined;
}

/** A limiter's windows in use, the shortest first. */
export function limitGauges({ windows }: RateLimitStatusResponse, nowMs: number): LimitGauge[] {
  return windowNames.flatMap((name) => {
    const window = windows[name];
    return window ? [gaugeOf(name, window, nowMs)] : [];
  });
}

function gaugeOf(name: WindowName, { current, limit, remaining, resetAt }: RateLimitWindow, nowMs: number): LimitGauge {
  const share = limit > 0 ? current / limit : 1;
  const level = remaining <= 0 ? 'critical' : share >= warnShare ? 'warning' : current > 0 ? 'normal' : 'idle';
  const resetInMs = current > 0 ? Math.max(0, resetAt.getTime() - nowMs) : undefined;
  return { window: name, current, limit, remaining, percent: Math.min(100, share * 100), level, resetInMs };
}

export interface LimiterVerdict {
  readonly level: LimitLevel;
  readonly words: string;
}

/** How a limiter stands, in a sentence; the worst first. */
export function limiterVerdict(status: RateLimitStatusResponse, nowMs: number): LimiterVerdict {
  const heldMs = (status.penalizedUntil?.getTime() ?? 0) - nowMs;
  if (heldMs > 0) {
    return { level: 'critical', words: `The service asked to wait: nothing is granted for ${formatRoughly(heldMs)}` };
  }
  const gauges = limitGauges(status, nowMs);
  const worst = gauges.toSorted((a, b) => b.percent - a.percent)[0];
  const waiting = status.waiting ?? 0;
  if (worst?.level === 'critical') {
    return {
      level: 'critical',
      words: `All of its limit ${windowWords[worst.window]} is used${waitingWords(waiting)}`,
    };
  }
  if (waiting > 0) return { level: 'warning', words: `Jobs wait for a permit${waitingWords(waiting)}` };
  if (worst?.level === 'warning') {
    return {
      level: 'warning',
      words: `${Math.round(worst.percent)} % of its limit ${windowWords[worst.window]} is used`,
    };
  }
  return worst && worst.current > 0
    ? { level: 'normal', words: 'Within its limits' }
    : { level: 'idle', words: 'Not in use' };
}

function waitingWords(waiting: number): string {
  return waiting > 0 ? `, ${waiting} ${waiting === 1 ? 'request waits' : 'requests wait'}` : '';
}

const rank: Record<LimitLevel, number> = { critical: 0, warning: 1, normal: 2, idle: 3 };

/** Names in the order in which they need a look. */
export function orderLimiters(
  config: RateLimitConfigurationResponse,
  statuses: ReadonlyMap<string, RateLimitStatusResponse>,
  nowMs: number,
): string[] {
  const rankOf = (name: string) => {
    const status = statuses.get(name);
    return status ? rank[limiterVerdict(status, nowMs).level] : rank.idle;
  };
  return Object.keys(config).toSorted((a, b) => rankOf(a) - rankOf(b) || a.localeCompare(b));
}

const windowRule: NumberRule = { min: 1, max: 1_000_000_000, whole: true, optional: true };

export function windowTexts(windows: RateLimitWindows): Record<string, string> {
  return Object.fromEntries(windowNames.map((name) => [name, numberText(windows[name])]));
}

/** What was typed: problems by field, and the change against what holds. An emptied field takes its window away. */
export function readWindows(texts: Readonly<Record<string, string>>, base: RateLimitWindows) {
  const fields: Record<string, string> = {};
  const update: UpdateRateLimitRequest = {};
  const after: RateLimitWindows = {};
  for (const name of windowNames) {
    const { value, problem } = readNumber(texts[name] ?? '', windowRule);
    if (problem !== undefined) fields[name] = problem;
    else if (value !== base[name]) update[name] = value ?? null;
    if (value !== undefined) after[name] = value;
  }
  if (Object.keys(fields).length === 0 && Object.keys(after).length === 0) {
    fields.perSecond = 'A limiter needs at least one window.';
  }
  for (const [index, name] of windowNames.entries()) {
    const shorter = windowNames.slice(0, index).findLast((other) => after[other] !== undefined);
    if (shorter && (after[name] ?? Number.POSITIVE_INFINITY) < (after[shorter] ?? 0)) {
      fields[name] ??= `Must not be less than ${windowWords[shorter]}: that could never be used.`;
    }
  }
  return { fields, update };
}

/** Why a name cannot be that of a new limiter. */
export function limiterNameProblem(name: string, taken: readonly string[]): string | undefined {
  const plain = name.trim();
  if (plain === '') return 'Give it a name: workers ask for it by that.';
  if (plain.length > 100) return 'Must be at most 100 characters.';
  return taken.includes(plain) ? 'There is a limiter of that name already.' : undefined;
}
