import type { MemoryConfiguration, UpdateMemoryConfigRequest } from '@drover/contract';
import { type NumberRule, numberText, readNumber } from './form-number.js';
import type { FormProblems } from './form-problems.js';

interface MemoryField {
  /** As the request names it. */
  readonly path: string;
  readonly label: string;
  readonly unit: string;
  readonly hint: string;
  readonly rule: NumberRule;
}

/** As the server's schema bounds them. */
export const memoryFields: readonly MemoryField[] = [
  {
    path: 'worker.softLimit',
    label: 'Soft limit',
    unit: 'MB',
    hint: 'Above it a worker is replaced when its jobs are done.',
    rule: { min: 16, max: 10_000_000 },
  },
  {
    path: 'worker.hardLimit',
    label: 'Hard limit',
    unit: 'MB',
    hint: 'Above it a worker is replaced at once.',
    rule: { min: 16, max: 10_000_000 },
  },
  {
    path: 'worker.warningThreshold',
    label: 'Warn at',
    unit: '%',
    hint: 'Of the hard limit.',
    rule: { min: 1, max: 100 },
  },
  {
    path: 'recycling.afterJobs',
    label: 'Recycle after',
    unit: 'jobs',
    hint: '0 switches the rule off.',
    rule: { min: 0, max: 1_000_000_000, whole: true },
  },
  {
    path: 'recycling.afterHours',
    label: 'Recycle after',
    unit: 'h',
    hint: '0 switches the rule off.',
    rule: { min: 0, max: 8_760 },
  },
];

export const memoryPaths = memoryFields.map(({ path }) => path);

/** What was typed, by path. */
export type MemoryDraft = Readonly<Record<string, string>>;

function valueAt(config: MemoryConfiguration, path: string): number | undefined {
  const [part = '', field = ''] = path.split('.');
  return (config as unknown as Record<string, Record<string, number>>)[part]?.[field];
}

export function memoryText(draft: MemoryDraft, config: MemoryConfiguration, path: string): string {
  return draft[path] ?? numberText(valueAt(config, path));
}

/** A draft after typing into a field; typing what holds is no change. */
export function typedMemory(draft: MemoryDraft, config: MemoryConfiguration, path: string, text: string): MemoryDraft {
  const { [path]: _before, ...others } = draft;
  return text === numberText(valueAt(config, path)) ? others : { ...others, [path]: text };
}

export function memoryProblems(draft: MemoryDraft, config: MemoryConfiguration): FormProblems {
  const fields: Record<string, string> = {};
  for (const { path, rule } of memoryFields) {
    const text = draft[path];
    const { problem } = text === undefined ? {} : readNumber(text, rule);
    if (problem) fields[path] = problem;
  }
  const [soft, hard] = ['worker.softLimit', 'worker.hardLimit'].map(
    (path) => readNumber(memoryText(draft, config, path)).value ?? 0,
  );
  if (Object.keys(fields).length === 0 && Object.keys(draft).length > 0 && (soft ?? 0) > (hard ?? 0)) {
    fields['worker.softLimit'] = 'Must not be above the hard limit.';
  }
  return { fields };
}

/** The request for a draft without problems. */
export function memoryChange(draft: MemoryDraft): UpdateMemoryConfigRequest {
  const change: Record<string, Record<string, number>> = {};
  for (const { path, rule } of memoryFields) {
    const text = draft[path];
    const [part = '', field = ''] = path.split('.');
    if (text !== undefined) change[part] = { ...change[part], [field]: readNumber(text, rule).value ?? 0 };
  }
  return change;
}
