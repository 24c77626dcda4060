import type { JobRow, JobSieve, SieveField } from '../ports/job-gateway.js';
import { type JobRoot, jobRoots } from './redact.js';

export const jobOperators = ['=', '!=', '<', '<=', '>', '>=', 'contains', 'exists'] as const;
export type JobOperator = (typeof jobOperators)[number];

/** One value of a job, and what is asked of it: `data.customerId = 42`. */
export interface JobCondition {
  readonly root: JobRoot;
  /** Keys below the root; of a list every item is looked at where a step is no number. */
  readonly steps: readonly string[];
  readonly operator: JobOperator;
  /** Absent for `exists`. Compared only with values of its own kind: 42 is not "42". */
  readonly value?: string | number | boolean | null;
}

/** Everything that is given must hold. Texts are compared without regard to case. */
export interface JobFilter {
  readonly name?: string;
  /** Anywhere in the latest failure's reason. */
  readonly error?: string;
  /** Of exactly that kind of failure, by its fingerprint (`signFailure`). */
  readonly failure?: string;
  /** Anywhere in the payload's JSON. */
  readonly text?: string;
  /** When it finished, or else began, or else was added: from then on. */
  readonly sinceMs?: number;
  /** Before then. */
  readonly untilMs?: number;
  /** Attempts made. */
  readonly minAttempts?: number;
  readonly maxAttempts?: number;
  readonly where?: readonly JobCondition[];
}

/** What a job is judged by: values as the one who asks may see them. */
export interface JobSubject {
  readonly row: Omit<JobRow, 'data' | 'result' | 'stack'>;
  readonly values: Readonly<Partial<Record<JobRoot, unknown>>>;
  /** Fingerprint of its latest failure; asked for by filters with a `failure` only. */
  readonly failure?: string | null;
}

/** Reads `data.customerId`; `null` for what is no path. */
export function parseJobPath(text: string): Pick<JobCondition, 'root' | 'steps'> | null {
  const [first, ...steps] = text.split('.');
  const root = jobRoots.find((known) => known === first);
  if (root === undefined || steps.length === 0 || steps.length > 20 || steps.includes('')) return null;
  return { root, steps };
}

/** The instant by which a job is found in time. */
export const jobInstantMs = ({ finishedAtMs, startedAtMs, addedAtMs }: JobSubject['row']): number =>
  finishedAtMs ?? startedAtMs ?? addedAtMs;

/** True for filters that cannot be judged without the job's values. */
export function needsValues({ text, where = [] }: JobFilter): boolean {
  return text !== undefined || where.some(({ root }) => root === 'data' || root === 'result');
}

export function matchesJob(filter: JobFilter, { row, values, failure }: JobSubject): boolean {
  const { name, error, text, sinceMs, untilMs, minAttempts, maxAttempts, where = [] } = filter;
  const atMs = jobInstantMs(row);
  if (name !== undefined && row.name !== name) return false;
  if (sinceMs !== undefined && atMs < sinceMs) return false;
  if (untilMs !== undefined && atMs >= untilMs) return false;
  if (minAttempts !== undefined && row.attemptsMade < minAttempts) return false;
  if (maxAttempts !== undefined && row.attemptsMade > maxAttempts) return false;
  if (filter.failure !== undefined && filter.failure !== failure) return false;
  if (error !== undefined && !holds(row.error ?? '', error)) return false;
  if (text !== undefined && !holds(JSON.stringify(values.data) ?? '', text)) return false;
  return where.every((condition) => meets(condition, valuesAt(values[condition.root], condition.steps)));
}

/** What the engine can look for itself: it never drops a job that matches. */
export function sieveOf(filter: JobFilter): JobSieve {
  const texts: { field: SieveField; text: string; anyCase: boolean }[] = [];
  const look = (field: SieveField, text: string | null, anyCase: boolean) => {
    if (text !== null && text !== '') texts.push({ field, text, anyCase: anyCase && /[a-z]/i.test(text) });
  };
  look('error', plain(filter.error), true);
  look('data', plainText(filter.text), true);
  for (const { root, steps, operator, value } of filter.where ?? []) {
    // A value that is not there differs from every other.
    if ((root !== 'data' && root !== 'result') || operator === '!=') continue;
    // The value first: its key is in every job of the kind.
    if (operator === '=' || operator === 'contains') look(root, needleOf(value), operator === 'contains');
    const key = steps.at(-1) ?? '';
    if (!/^\d+$/.test(key)) look(root, plain(key), false);
  }
  return { ...(filter.name !== undefined && { name: filter.name }), texts: texts.slice(0, 8) };
}

const holds = (text: string, part: string) => text.toLowerCase().includes(part.toLowerCase());

function valuesAt(value: unknown, steps: readonly string[]): readonly unknown[] {
  let found: readonly unknown[] = value === undefined ? [] : [value];
  for (const step of steps) {
    found = found.flatMap((each) => stepInto(each, step)).slice(0, 10_000);
  }
  return found;
}

function stepInto(value: unknown, step: string): readonly unknown[] {
  if (typeof value !== 'object' || value === null) return [];
  if (Object.hasOwn(value, step)) return [(value as Record<string, unknown>)[step]];
  return Array.isArray(value)
    ? value.flatMap((item: unknown) => (Array.isArray(item) ? [] : stepInto(item, step)))
    : [];
}

function meets({ operator, value: asked }: JobCondition, found: readonly unknown[]): boolean {
  switch (operator) {
    case 'exists':
      return found.length > 0;
    case '=':
      return found.some((value) => value === asked);
    case '!=':
      return !found.some((value) => value === asked);
    case 'contains':
      return found.some((value) => {
        if (Array.isArray(value)) return value.includes(asked);
        return typeof value === 'string' && typeof asked === 'string' && holds(value, asked);
      });
    default:
      return found.some((value) => compares(operator, value, asked));
  }
}

function compares(operator: '<' | '<=' | '>' | '>=', value: unknown, asked: unknown): boolean {
  const comparable =
    (typeof value === 'number' && typeof asked === 'number') ||
    (typeof value === 'string' && typeof asked === 'string');
  if (!comparable) return false;
  const [left, right] = [value, asked] as [number, number];
  if (operator === '<') return left < right;
  if (operator === '<=') return left <= right;
  return operator === '>' ? left > right : left >= right;
}

/** Texts that every JSON writer writes alike: no escapes, and nothing beyond ASCII. */
function plain(text: string | undefined): string | null {
  return text !== undefined && /^[\x20-\x7e]+$/.test(text) && !/["\\/]/.test(text) ? text : null;
}

/** Engines and producers put spaces around these as they like. */
function plainText(text: string | undefined): string | null {
  return text !== undefined && /[:,{}[\]]/.test(text) ? null : plain(text);
}

function needleOf(value: JobCondition['value']): string | null {
  if (typeof value === 'string') return plain(value);
  // 1e21 and 0.1 have several spellings.
  if (typeof value === 'number') return Number.isSafeInteger(value) && Math.abs(value) < 1e15 ? String(value) : null;
  return value === undefined ? null : String(value);
}
