import type { AlertThresholds, AlertThresholdsResponse, UpdateAlertThresholdsRequest } from '@drover/contract';
import { type NumberRule, numberText, readNumber } from './form-number.js';
import type { FormProblems } from './form-problems.js';

/** A field of the form: a limit of a pair, or a number of its own. */
export interface ThresholdField {
  /** As the API's overrides name it: `queueDepth.warning`. */
  readonly path: string;
  readonly rule: NumberRule;
  /** What one of the form's unit is in the API's: 1,000 for seconds of ms. */
  readonly scale: number;
}

export interface ThresholdPair {
  readonly field: PairName;
  readonly label: string;
  readonly unit: string;
  readonly hint: string;
  readonly warning: ThresholdField;
  readonly critical: ThresholdField;
}

export interface ThresholdSingle extends ThresholdField {
  readonly label: string;
  readonly unit: string;
  readonly hint: string;
}

type PairName = {
  [K in keyof AlertThresholds]: AlertThresholds[K] extends number ? never : K;
}[keyof AlertThresholds];

const daysS = 86_400;

function pair(field: PairName, label: string, unit: string, hint: string, max: number, scale = 1): ThresholdPair {
  const limit = (name: 'warning' | 'critical') => ({ path: `${field}.${name}`, rule: { min: 0, max }, scale });
  return { field, label, unit, hint, warning: limit('warning'), critical: limit('critical') };
}

/** As the server's schema bounds them. */
export const thresholdPairs: readonly ThresholdPair[] = [
  pair('queueDepth', 'Jobs waiting', 'jobs', 'Jobs that could run now.', 1_000_000_000),
  pair('oldestWaitingMs', 'Oldest wait', 's', 'How long the first job has waited.', 90 * daysS, 1_000),
  pair('errorRate', 'Errors', '%', 'Failed of finished attempts, over 5 minutes.', 100),
  pair('timeoutRate', 'Timeouts', '%', 'Timed out of finished attempts, over 5 minutes.', 100),
  pair('processingMs', 'Processing time', 's', '95th percentile, over 5 minutes.', 90 * daysS, 1_000),
  pair('memoryPercent', 'Memory', '%', 'Of the hard limit, of the fullest worker.', 1_000),
  pair('rateLimitedPercent', 'Rate limited', '%', 'Time that workers waited for a limiter, over 5 minutes.', 100),
];

export const thresholdSingles: readonly ThresholdSingle[] = [
  {
    path: 'alertAfterMs',
    label: 'Alert after',
    unit: 's',
    hint: 'A limit must be exceeded for this long before an alert fires.',
    rule: { min: 0, max: daysS },
    scale: 1_000,
  },
  {
    path: 'resolveAfterMs',
    label: 'Resolve after',
    unit: 's',
    hint: 'A value must be clear of its limit for this long before an alert resolves.',
    rule: { min: 0, max: daysS },
    scale: 1_000,
  },
  {
    path: 'resolveMarginPercent',
    label: 'Margin',
    unit: '%',
    hint: 'How far below its limit a value counts as clear.',
    rule: { min: 0, max: 90 },
    scale: 1,
  },
  {
    path: 'minFinished',
    label: 'Least attempts',
    unit: 'attempts',
    hint: 'Rates of fewer finished attempts are not judged.',
    rule: { min: 1, max: 1_000_000, whole: true },
    scale: 1,
  },
];

const allFields: readonly ThresholdField[] = [
  ...thresholdPairs.flatMap(({ warning, critical }) => [warning, critical]),
  ...thresholdSingles,
];
export const thresholdPaths = allFields.map(({ path }) => path);

/** The form as it stands: what is typed, by path, and what is to be taken back to the configuration. */
export interface ThresholdsDraft {
  readonly texts: Readonly<Record<string, string>>;
  readonly takenBack: readonly string[];
}

export const emptyDraft: ThresholdsDraft = { texts: {}, takenBack: [] };

export function valueAt(thresholds: AlertThresholds, path: string): number {
  const [field = '', name] = path.split('.');
  const value = thresholds[field as keyof AlertThresholds];
  return typeof value === 'number' ? value : value[name as 'warning' | 'critical'];
}

/** What a field shows: what was typed, else what holds. */
export function shownText({ texts }: ThresholdsDraft, { thresholds }: AlertThresholdsResponse, field: ThresholdField) {
  return texts[field.path] ?? numberText(valueAt(thresholds, field.path) / field.scale);
}

/** A draft after typing into a field; typing what holds is no change. */
export function typed(
  draft: ThresholdsDraft,
  held: AlertThresholdsResponse,
  field: ThresholdField,
  text: string,
): ThresholdsDraft {
  const { [field.path]: _before, ...texts } = draft.texts;
  const takenBack = draft.takenBack.filter((path) => path !== field.path);
  const same = text === numberText(valueAt(held.thresholds, field.path) / field.scale);
  return { texts: same ? texts : { ...texts, [field.path]: text }, takenBack };
}

/** A draft in which a field goes back to what the configuration says; a second time undoes that. */
export function takeBack(draft: ThresholdsDraft, path: string): ThresholdsDraft {
  const { [path]: _typed, ...texts } = draft.texts;
  const others = draft.takenBack.filter((candidate) => candidate !== path);
  return { texts, takenBack: others.length < draft.takenBack.length ? others : [...others, path] };
}

export function isChanged({ texts, takenBack }: ThresholdsDraft): boolean {
  return Object.keys(texts).length > 0 || takenBack.length > 0;
}

/** What would be refused, field by field. A pair is judged by what would hold after the change. */
export function problemsOf(draft: ThresholdsDraft, held: AlertThresholdsResponse): FormProblems {
  const fields: Record<string, string> = {};
  for (const field of allFields) {
    const text = draft.texts[field.path];
    const { problem } = text === undefined ? {} : readNumber(text, field.rule);
    if (problem) fields[field.path] = problem;
  }
  for (const { warning, critical } of thresholdPairs) {
    // What the configuration says is not known here: the server judges that.
    if ([warning, critical].some(({ path }) => draft.takenBack.includes(path) || fields[path])) continue;
    const [low, high] = [warning, critical].map((field) => readNumber(shownText(draft, held, field)).value ?? 0);
    if ((low ?? 0) > (high ?? 0)) {
      const touched = draft.texts[warning.path] !== undefined ? warning : critical;
      fields[touched.path] =
        touched === warning ? 'Must not be above the critical limit.' : 'Must not be below the warning limit.';
    }
  }
  return { fields };
}

/** The request for a draft without problems. */
export function changeOf({ texts, takenBack }: ThresholdsDraft): UpdateAlertThresholdsRequest {
  const change: Record<string, unknown> = {};
  const set = (path: string, value: number | null) => {
    const [field = '', name] = path.split('.');
    change[field] = name === undefined ? value : { ...(change[field] as object | undefined), [name]: value };
  };
  for (const { path, scale, rule } of allFields) {
    const text = texts[path];
    if (takenBack.includes(path)) set(path, null);
    else if (text !== undefined) {
      const value = (readNumber(text, rule).value ?? 0) * scale;
      set(path, scale === 1 ? value : Math.round(value));
    }
  }
  return change as UpdateAlertThresholdsRequest;
}
