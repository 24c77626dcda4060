import type { JobConditionOperator, JobFilters } from '@drover/contract';

export type JobCondition = NonNullable<JobFilters['where']>[number];

export type ReadConditions =
  | { readonly conditions: readonly JobCondition[]; readonly problem?: undefined }
  | { readonly conditions?: undefined; readonly problem: string };

const mostConditions = 10;
const pathRule = /^(data|result|progress|options)(\.[^.\s]+){1,20}$/;
const shape = /^(\S+)\s*(?:(!=|<=|>=|=|<|>)|\s(contains|exists)(?=\s|$))\s*(.*)$/s;

/**
 * Reads `data.customerId = 42 and result.ok = false`. A value is JSON where it reads as JSON, else the text as it
 * stands; quotes make a text of a number, and hold an "and". A path without a root is one below `data`.
 */
export function readConditions(text: string): ReadConditions {
  const conditions: JobCondition[] = [];
  for (const part of splitByAnd(text)) {
    const read = readCondition(part.trim());
    if (typeof read === 'string') return { problem: read };
    conditions.push(read);
  }
  if (conditions.length > mostConditions) return { problem: `At most ${mostConditions} conditions.` };
  return { conditions };
}

function readCondition(text: string): JobCondition | string {
  const match = shape.exec(text.replace(/^(\S*?[^\s!<>=])(!=|<=|>=|=|<|>)/, '$1 $2'));
  if (!match) return `“${text}” is no condition: write data.customerId = 42, or data.coupon exists.`;
  const [, typed = '', sign, word, rest = ''] = match;
  const path = /^(data|result|progress|options)\./.test(typed) ? typed : `data.${typed}`;
  if (!pathRule.test(path)) return `“${typed}” is no path: write data.customerId, result.ok or options.delay.`;
  const op = (sign ?? word) as JobConditionOperator;
  if (op === 'exists') return rest.trim() === '' ? { path, op } : `Nothing may stand after “exists”.`;
  if (rest.trim() === '') return `“${typed} ${op}” needs a value.`;
  const value = readValue(rest.trim());
  if (value === undefined) return `“${rest.trim()}” is neither a text nor a number, true, false or null.`;
  if (typeof value === 'string' && value.length > 500) return 'A value has 500 characters at most.';
  return { path, op, value };
}

/** Undefined for a list or an object: what a value is compared with is one thing. */
function readValue(text: string): string | number | boolean | null | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? undefined : (value as string | number | boolean | null);
  } catch {
    const [, single] = /^'(.*)'$/s.exec(text) ?? [];
    return single ?? text;
  }
}

function splitByAnd(text: string): string[] {
  const parts: string[] = [];
  let rest = text.trim();
  while (rest !== '') {
    const end = andOutsideQuotes(rest);
    parts.push(rest.slice(0, end));
    rest = rest.slice(end).replace(/^\s+and\s+/i, '');
    if (end === 0) break;
  }
  return parts;
}

/** Where the first " and " begins that stands in no quotes; the end where there is none. */
function andOutsideQuotes(text: string): number {
  let quote = '';
  for (let at = 0; at < text.length; at++) {
    const letter = text.charAt(at);
    if (letter === quote) quote = '';
    else if (quote === '' && (letter === '"' || letter === "'") && /[\s=<>]$/.test(text.slice(0, at))) quote = letter;
    else if (quote === '' && /^\s+and\s+/i.test(text.slice(at))) return at;
  }
  return text.length;
}
