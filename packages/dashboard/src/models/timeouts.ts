import type { QueueTimeout, TimeoutActivity, UpdateTimeoutRequest } from '@drover/contract';
import { type NumberRule, numberText, readNumber } from './form-number.js';
import { formatDurationLimit, formatPercentLimit } from './format.js';

export type TimeoutMode = 'off' | 'shadow' | 'on';

/** Whether attempts are ended at their timeout, only counted, or let run. */
export function timeoutMode({ enabled = true, shadow = false }: QueueTimeout): TimeoutMode {
  return enabled ? (shadow ? 'shadow' : 'on') : 'off';
}

export const modeWords: Record<TimeoutMode, string> = { on: 'Enforced', shadow: 'Shadow', off: 'Off' };

/** "30 s", or "adaptive, 2 s to 12 s" where job names have their own. */
export function timeoutWords(timeout: QueueTimeout): string {
  if (timeoutMode(timeout) === 'off') return 'none';
  const effective = Object.values(timeout.effective ?? {});
  if (!timeout.adaptiveEnabled || effective.length === 0) return formatDurationLimit(timeout.timeout);
  const [low, high] = [Math.min(...effective), Math.max(...effective)];
  return low === high ? formatDurationLimit(low) : `${formatDurationLimit(low)} to ${formatDurationLimit(high)}`;
}

/** When a job is warned, ms; undefined where nothing is timed. */
export function softMs(timeout: QueueTimeout): number | undefined {
  if (timeoutMode(timeout) === 'off' || timeout.softTimeoutPercentage >= 100) return undefined;
  return (timeout.timeout * timeout.softTimeoutPercentage) / 100;
}

export interface ShadowRow {
  readonly name: string;
  readonly timeoutMs: number;
  readonly adaptive: boolean;
  readonly soft: number;
  readonly wouldHaveTimedOut: number;
  readonly abandoned: number;
}

/** What the timeouts did, and would have done, job name by job name; those that hit the most first. */
export function shadowReport(timeout: QueueTimeout): ShadowRow[] {
  const { effective = {}, activity } = timeout;
  const byName: TimeoutActivity['byName'] = activity?.byName ?? {};
  const names = new Set([...Object.keys(effective), ...Object.keys(byName)]);
  return [...names]
    .map((name) => ({
      name,
      timeoutMs: effective[name] ?? timeout.timeout,
      adaptive: Object.hasOwn(effective, name),
      soft: byName[name]?.soft ?? 0,
      wouldHaveTimedOut: byName[name]?.wouldHaveTimedOut ?? 0,
      abandoned: byName[name]?.abandoned ?? 0,
    }))
    .toSorted((a, b) => b.wouldHaveTimedOut - a.wouldHaveTimedOut || b.soft - a.soft || a.name.localeCompare(b.name));
}

/** Share of finished jobs that ran longer than that, from the buckets of a distribution; undefined without one. */
export function shareOver(
  histogram: readonly { fromMs: number; toMs: number; count: number }[] | undefined,
  limitMs: number,
): string | undefined {
  const total = histogram?.reduce((sum, { count }) => sum + count, 0) ?? 0;
  if (!histogram || total === 0) return undefined;
  const over = histogram.reduce((sum, { fromMs, toMs, count }) => {
    if (fromMs >= limitMs) return sum + count;
    return toMs > limitMs ? sum + (count * (toMs - limitMs)) / (toMs - fromMs) : sum;
  }, 0);
  return formatPercentLimit((over / total) * 100);
}

const ms: NumberRule = { min: 0.001, max: 604_800 };
const seconds = { ...ms, optional: true };
const rules: Record<string, NumberRule> = {
  timeout: ms,
  floor: seconds,
  ceiling: seconds,
  softTimeoutPercentage: { min: 1, max: 100 },
  percentile: { min: 50, max: 100, optional: true },
  factor: { min: 1, max: 100, optional: true },
  minSamples: { min: 1, max: 1_000_000, whole: true, optional: true },
};
const inSeconds = new Set(['timeout', 'floor', 'ceiling']);
const numberFields = [
  'timeout',
  'softTimeoutPercentage',
  'floor',
  'ceiling',
  'percentile',
  'factor',
  'minSamples',
] as const;

/** Fields as a form shows them: times in seconds, the mode as one choice of three. */
export function timeoutTexts(timeout: QueueTimeout): Record<string, string> {
  const text = (field: (typeof numberFields)[number]) => {
    const value = timeout[field];
    return numberText(value === undefined || !inSeconds.has(field) ? value : value / 1_000);
  };
  return {
    mode: timeoutMode(timeout),
    adaptiveEnabled: String(timeout.adaptiveEnabled),
    ...Object.fromEntries(numberFields.map((field) => [field, text(field)])),
  };
}

/** What was typed: problems by field, and the change against what holds. An emptied field goes back to the configuration. */
export function readTimeout(texts: Readonly<Record<string, string>>, base: QueueTimeout) {
  const fields: Record<string, string> = {};
  const update: UpdateTimeoutRequest = {};
  const before = timeoutTexts(base);
  const values: Record<string, number | undefined> = {};
  for (const field of numberFields) {
    const { value, problem } = readNumber(texts[field] ?? '', rules[field]);
    if (problem !== undefined) fields[field] = problem;
    values[field] = value;
    if (problem === undefined && (texts[field] ?? '') !== before[field]) {
      update[field] = value === undefined ? null : inSeconds.has(field) ? Math.round(value * 1_000) : value;
    }
  }
  const { floor, ceiling } = values;
  if (floor !== undefined && ceiling !== undefined && floor > ceiling) {
    fields.floor ??= 'Must not be above the highest.';
  }
  if (texts.mode !== before.mode) {
    update.enabled = texts.mode !== 'off';
    update.shadow = texts.mode === 'shadow';
  } else if (update.timeout !== undefined) update.enabled = texts.mode !== 'off';
  if (texts.adaptiveEnabled !== before.adaptiveEnabled) update.adaptiveEnabled = texts.adaptiveEnabled === 'true';
  return { fields, update };
}
