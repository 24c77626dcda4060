import type { AlertThresholds, AlertThresholdsResponse, UpdateAlertThresholdsRequest } from '@drover/contract';
import { type NumberRule, numberText, readNumber } from './form-number.js';

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

/** What a field is called in a sentence, with its unit. */
export function thresholdWords(path: string): { label: string; unit: string } | undefined {
  for (const { label, unit, warning, critical } of thresholdPairs) {
    if (path === warning.path) return { label: `${label}, warning`, unit };
    if (path === critical.path) return { label: `${label}, critical`, unit };
  }
  return thresholdSingles.find((field) => field.path === path);
}

type Texts = Readonly<Record<string, string>>;

/** Beside each field's text: `yes` where it is to go back to the configuration. */
export function backPath(path: string): string {
  return `${path}.back`;
}

/** What the form shows of what holds. */
export function thresholdTexts({ thresholds }: AlertThresholdsResponse): Texts {
  return Object.fromEntries(
    allFields.flatMap(({ path, scale }) => [
      [path, numberText(valueAt(thresholds, path) / scale)],
      [backPath(path), ''],
    ]),
  );
}

function valueAt(thresholds: AlertThresholds, path: string): number {
  const [field = '', name] = path.split('.');
  const value = thresholds[field as keyof AlertThresholds];
  return typeof value === 'number' ? value : value[name as 'warning' | 'critical'];
}

export interface ThresholdsReading {
  readonly fields: Texts;
  readonly update: UpdateAlertThresholdsRequest;
}

/** What is typed, as the request of what differs; or what is wrong with it, by field. */
export function readThresholds(texts: Texts, held: AlertThresholdsResponse): ThresholdsReading {
  const before = thresholdTexts(held);
  const isBack = ({ path }: ThresholdField) => texts[backPath(path)] === 'yes';
  const isTyped = (field: ThresholdField) => !isBack(field) && texts[field.path] !== before[field.path];
  const fields = problemsOf(texts, isBack, isTyped);
  return { fields, update: changeOf(texts, isBack, isTyped) };
}

type Test = (field: ThresholdField) => boolean;

/** A pair is judged by what would hold after the change. */
function problemsOf(texts: Texts, isBack: Test, isTyped: Test): Record<string, string> {
  const fields: Record<string, string> = {};
  for (const field of allFields.filter(isTyped)) {
    const { problem } = readNumber(texts[field.path] ?? '', field.rule);
    if (problem) fields[field.path] = problem;
  }
  for (const { warning, critical } of thresholdPairs) {
    // What the configuration says is not known here: the server judges that.
    if ([warning, critical].some((field) => isBack(field) || fields[field.path])) continue;
    const [low = 0, high = 0] = [warning, critical].map(({ path }) => readNumber(texts[path] ?? '').value);
    if (low <= high) continue;
    if (isTyped(warning)) fields[warning.path] = 'Must not be above the critical limit.';
    else fields[critical.path] = 'Must not be below the warning limit.';
  }
  return fields;
}

function changeOf(texts: Texts, isBack: Test, isTyped: Test): UpdateAlertThresholdsRequest {
  const change: Record<string, unknown> = {};
  const set = (path: string, value: number | null) => {
    const [field = '', name] = path.split('.');
    change[field] = name === undefined ? value : { ...(change[field] as object | undefined), [name]: value };
  };
  for (const field of allFields) {
    const { path, scale, rule } = field;
    if (isBack(field)) set(path, null);
    else if (isTyped(field)) {
      const value = (readNumber(texts[path] ?? '', rule).value ?? 0) * scale;
      set(path, scale === 1 ? value : Math.round(value));
    }
  }
  return change as UpdateAlertThresholdsRequest;
}
