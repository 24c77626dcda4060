import type { MemoryConfiguration, UpdateMemoryConfigRequest } from '@drover/contract';
import { type NumberRule, numberText, readNumber } from './form-number.js';

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

/** What each field shows, by path. */
export function memoryTexts(config: MemoryConfiguration): Record<string, string> {
  return Object.fromEntries(memoryFields.map(({ path }) => [path, numberText(valueAt(config, path))]));
}

function valueAt(config: MemoryConfiguration, path: string): number | undefined {
  const [part = '', field = ''] = path.split('.');
  return (config as unknown as Record<string, Record<string, number>>)[part]?.[field];
}

export interface MemoryReading {
  readonly fields: Readonly<Record<string, string>>;
  readonly update: UpdateMemoryConfigRequest;
}

/** What is typed, as the request of what differs; or what is wrong with it, by field. */
export function readMemory(texts: Readonly<Record<string, string>>, config: MemoryConfiguration): MemoryReading {
  const held = memoryTexts(config);
  const fields: Record<string, string> = {};
  const update: Record<string, Record<string, number>> = {};
  for (const { path, rule } of memoryFields) {
    const text = texts[path] ?? '';
    if (text === held[path]) continue;
    const { value, problem } = readNumber(text, rule);
    const [part = '', field = ''] = path.split('.');
    if (problem) fields[path] = problem;
    else update[part] = { ...update[part], [field]: value ?? 0 };
  }
  const [soft = 0, hard = 0] = ['worker.softLimit', 'worker.hardLimit'].map(
    (path) => readNumber(texts[path] ?? '').value,
  );
  const isChanged = Object.keys(update).length > 0;
  if (isChanged && Object.keys(fields).length === 0 && soft > hard) {
    fields['worker.softLimit'] = 'Must not be above the hard limit.';
  }
  return { fields, update };
}
