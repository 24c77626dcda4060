import type {
  ScalingDecision,
  ScalingHistoryEntry,
  ScalingPolicy,
  SimulatedOutcome,
  SimulateScalingResponse,
  UpdateScalingPolicyRequest,
} from '@drover/contract';
import type { ChartEvent } from './chart-events.js';
import { type NumberRule, numberText, readNumber } from './form-number.js';
import { formatCount, formatDuration, formatPercentLimit, formatRoughly, plural } from './format.js';

/** Fields of the form, by their path in a change: what one is read with, and what it is multiplied by on the wire. */
interface PolicyField {
  readonly rule: NumberRule;
  readonly wire: number;
}

const workers: PolicyField = { rule: { min: 0, max: 10_000, whole: true }, wire: 1 };
const depth: PolicyField = { rule: { min: 0, max: 1e9, whole: true, optional: true }, wire: 1 };
const latency: PolicyField = { rule: { min: 0, max: 604_800, optional: true }, wire: 1_000 };
const percent: PolicyField = { rule: { min: 0, max: 100, optional: true }, wire: 1 };
const cooldown: PolicyField = { rule: { min: 0, max: 86_400, whole: true }, wire: 1 };
const thresholds = { queueDepth: depth, queueLatencyMs: latency, cpuPercent: percent, memoryPercent: percent };

export const thresholdNames = Object.keys(thresholds) as (keyof typeof thresholds)[];

const under = (prefix: string, fields: Record<string, PolicyField>) =>
  Object.fromEntries(Object.entries(fields).map(([name, field]) => [`${prefix}.${name}`, field]));

const fields: Record<string, PolicyField> = {
  minWorkers: workers,
  maxWorkers: workers,
  'objective.waitMs': { rule: { min: 0.1, max: 86_400, optional: true }, wire: 1_000 },
  ...under('scaleUpThreshold', thresholds),
  ...under('scaleDownThreshold', thresholds),
  ...under('cooldownSeconds', { scaleUp: cooldown, scaleDown: cooldown }),
};

function valueAt(policy: object, path: string): number | undefined {
  let at: unknown = policy;
  for (const key of path.split('.')) at = (at as Record<string, unknown> | undefined)?.[key];
  return typeof at === 'number' ? at : undefined;
}

export function policyTexts(policy: ScalingPolicy): Record<string, string> {
  const texts = Object.entries(fields).map(([path, { wire }]) => {
    const value = valueAt(policy, path);
    return [path, numberText(value === undefined ? undefined : value / wire)] as const;
  });
  return { mode: policy.mode ?? 'auto', ...Object.fromEntries(texts) };
}

/** What was typed: problems by field, and the change against what holds. An emptied threshold is taken away. */
export function readPolicy(texts: Readonly<Record<string, string>>, base: ScalingPolicy) {
  const problems: Record<string, string> = {};
  const before = policyTexts(base);
  const values: Record<string, number | undefined> = {};
  const change: Record<string, unknown> = {};
  for (const [path, { rule, wire }] of Object.entries(fields)) {
    const { value, problem } = readNumber(texts[path] ?? '', rule);
    if (problem !== undefined) problems[path] = problem;
    values[path] = value;
    if (problem === undefined && (texts[path] ?? '') !== before[path]) {
      put(change, path, value === undefined ? null : Math.round(value * wire * 1e6) / 1e6);
    }
  }
  const { minWorkers = 0, maxWorkers = Number.POSITIVE_INFINITY } = values;
  if (minWorkers > maxWorkers) problems.minWorkers ??= 'Must not exceed the maximum.';
  for (const name of thresholdNames) {
    const [up, down] = [values[`scaleUpThreshold.${name}`], values[`scaleDownThreshold.${name}`]];
    if (up !== undefined && down !== undefined && down >= up) {
      problems[`scaleDownThreshold.${name}`] ??=
        `Must be below ${numberText(up)}, the scale-up value, or the queue would scale up and down in turn.`;
    }
  }
  if (texts.mode !== before.mode) change.mode = texts.mode;
  return { fields: problems, update: change as UpdateScalingPolicyRequest };
}

/** `objective` itself is taken away with its only field. */
function put(change: Record<string, unknown>, path: string, value: number | null): void {
  const [group = '', name] = path.split('.');
  if (name === undefined) change[group] = value;
  else if (group === 'objective' && value === null) change[group] = null;
  else change[group] = { ...(change[group] as object | undefined), [name]: value };
}

/** "3 → 5 workers", or "3 workers". */
export function stepWords({
  currentWorkers,
  targetWorkers,
}: Pick<ScalingDecision, 'currentWorkers' | 'targetWorkers'>) {
  if (currentWorkers === targetWorkers) return plural(currentWorkers, 'worker');
  return `${formatCount(currentWorkers)} → ${plural(targetWorkers, 'worker')}`;
}

export type HistoryKind = 'up' | 'down' | 'held';
export type HistoryFilter = 'all' | 'actions' | 'why-not';

export function historyKind({ action, executed = true, dryRun = false }: ScalingHistoryEntry): HistoryKind {
  if (!executed || dryRun || action === 'maintain') return 'held';
  return action === 'scale_up' ? 'up' : 'down';
}

/** The head of an entry: "Scaled up 2 → 3 workers", "Held at 3, wants 5". */
export function historyTitle(entry: ScalingHistoryEntry): string {
  const { currentWorkers, targetWorkers, dryRun } = entry;
  if (dryRun) return `Would go ${stepWords(entry)} (dry run)`;
  const kind = historyKind(entry);
  if (kind !== 'held') return `Scaled ${kind} ${stepWords(entry)}`;
  return targetWorkers === currentWorkers
    ? `Held at ${currentWorkers}`
    : `Held at ${currentWorkers}, wants ${targetWorkers}`;
}

/** What became of it; undefined while that is not known. */
export function outcomeWords({ outcome }: ScalingHistoryEntry): string | undefined {
  if (!outcome) return undefined;
  const after = formatDuration(outcome.afterMs);
  if (outcome.reached) return `Done in ${after}.`;
  return `Not reached after ${after}${outcome.reason ? `: ${outcome.reason}` : ''}.`;
}

export function filterHistory(history: readonly ScalingHistoryEntry[], filter: HistoryFilter): ScalingHistoryEntry[] {
  return history.filter((entry) => filter === 'all' || (filter === 'actions') === (historyKind(entry) !== 'held'));
}

/** Scale actions as events on charts. */
export function scalingEvents(history: readonly ScalingHistoryEntry[]): ChartEvent[] {
  return history.flatMap((entry): ChartEvent[] => {
    const kind = historyKind(entry);
    if (kind === 'held') return [];
    return [
      { atMs: entry.executedAt.getTime(), kind: `scale_${kind}`, label: `${historyTitle(entry)}: ${entry.reason}` },
    ];
  });
}

export interface WhatIfRow {
  readonly label: string;
  readonly draft: string | undefined;
  readonly present: string | undefined;
  readonly actual: string | undefined;
}

/** A replay in figures, side by side. */
export function whatIfRows({ draft, present, actual }: SimulateScalingResponse): WhatIfRow[] {
  const row = (label: string, words: (outcome: SimulatedOutcome) => string, real?: string): WhatIfRow => ({
    label,
    draft: draft && words(draft),
    present: present && words(present),
    actual: real,
  });
  const hours = (value: number) => `${value.toFixed(value < 10 ? 2 : 1)} h`;
  const longest = actual?.longestWaitMs;
  return [
    row('Worker-hours', ({ workerHours }) => hours(workerHours), actual && hours(actual.workerHours)),
    row(
      'Longest wait',
      ({ waitMs }) => formatRoughly(waitMs.max),
      longest == null ? undefined : formatRoughly(longest),
    ),
    row('95 % waited at most', ({ waitMs }) => formatDuration(waitMs.p95)),
    row('Waited too long', ({ overObjectivePercent }) => formatPercentLimit(overObjectivePercent)),
    row('Changes of the count', ({ actions }) => formatCount(actions)),
  ];
}
