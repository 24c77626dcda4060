import { describe, expect, it } from 'vitest';
import type { JobRow } from '../ports/job-gateway.js';
import { type JobCondition, type JobFilter, matchesJob, needsValues, parseJobPath, sieveOf } from './match-job.js';

const row: Omit<JobRow, 'data' | 'result'> = {
  ...{ queueName: 'q', jobId: '1', name: 'mail', state: 'failed', priority: 0, attemptsMade: 3, attemptsStarted: 3 },
  ...{
    maxAttempts: 3,
    addedAtMs: 100,
    dueAtMs: null,
    startedAtMs: 200,
    finishedAtMs: 300,
    error: 'ECONNREFUSED 10.0.0.1',
  },
  ...{ processedBy: null, schedulerId: null, parent: null, progress: null, dataBytes: 1, resultBytes: 0 },
};
const data = {
  customerId: 42,
  to: 'Ada@example.com',
  tags: ['vip', 7],
  items: [
    { sku: 'a', n: 1 },
    { sku: 'b', n: 5 },
  ],
  gone: null,
};

const where = (path: string, operator: JobCondition['operator'], value?: JobCondition['value']): JobFilter => {
  const parsed = parseJobPath(path);
  if (parsed === null) throw new Error(`${path} is no path`);
  return { where: [{ ...parsed, operator, ...(value !== undefined && { value }) }] };
};

const cases: [string, JobFilter, boolean][] = [
  ['nothing asked', {}, true],
  ['the name', { name: 'mail' }, true],
  ['another name', { name: 'Mail' }, false],
  ['part of the error', { error: 'econnrefused' }, true],
  ['another error', { error: 'timeout' }, false],
  ['text of the payload', { text: 'ada@EXAMPLE' }, true],
  ['other text', { text: 'bob' }, false],
  ['time from its end on', { sinceMs: 300 }, true],
  ['time up to its end', { untilMs: 300 }, false],
  ['attempts', { minAttempts: 3, maxAttempts: 3 }, true],
  ['fewer attempts', { maxAttempts: 2 }, false],
  ['a number', where('data.customerId', '=', 42), true],
  ['the number as text', where('data.customerId', '=', '42'), false],
  ['a larger number', where('data.customerId', '>', 41), true],
  ['text above a number', where('data.customerId', '>', 'a'), false],
  ['an item of a list', where('data.items.sku', '=', 'b'), true],
  ['a place in a list', where('data.items.0.sku', '=', 'b'), false],
  ['a member of a list', where('data.tags', 'contains', 'vip'), true],
  ['no member of a list', where('data.tags', 'contains', 'VI'), false],
  ['part of a text', where('data.to', 'contains', 'EXAMPLE.COM'), true],
  ['null', where('data.gone', '=', null), true],
  ['what is there', where('data.gone', 'exists'), true],
  ['what is not there', where('data.no.such', 'exists'), false],
  ['what differs', where('data.customerId', '!=', 43), true],
  ['what is not there differs', where('data.no', '!=', 1), true],
  ['names of JavaScript', where('data.constructor', 'exists'), false],
  ['another value', where('result.customerId', '=', 42), false],
];

describe('a filter', () => {
  it.each(cases)('by %s', (_, filter, expected) => {
    expect(matchesJob(filter, { row, values: { data } })).toBe(expected);
  });

  it.each(cases.filter(([, , matches]) => matches))('by %s has a sieve that lets the job through', (_, filter) => {
    const fields = { data: JSON.stringify(data, null, 1), result: '', error: row.error ?? '' };
    const { name, texts } = sieveOf(filter);
    expect(name === undefined || name === row.name).toBe(true);
    for (const { field, text, anyCase } of texts) {
      const fold = (value: string) => (anyCase ? value.toLowerCase() : value);
      expect(fold(fields[field])).toContain(fold(text));
    }
  });

  it('has a sieve only of what all writers of JSON write alike', () => {
    expect(sieveOf({ text: 'a: 1', error: 'a "b"' }).texts).toEqual([]);
    expect(sieveOf(where('data.naïve', '=', 0.1)).texts).toEqual([]);
    expect(sieveOf(where('data.id', '!=', 5)).texts).toEqual([]);
    expect(sieveOf(where('data.id', '=', 5)).texts).toEqual([
      { field: 'data', text: '5', anyCase: false },
      { field: 'data', text: 'id', anyCase: false },
    ]);
  });

  it('asks for values only where it looks at them', () => {
    expect([{}, { error: 'x' }, { text: 'x' }, where('progress.at', '=', 1)].map(needsValues)).toEqual([
      false,
      false,
      true,
      false,
    ]);
  });

  it.each(['', 'data', 'data.', 'other.x', 'data..x'])('has no path "%s"', (text) => {
    expect(parseJobPath(text)).toBeNull();
  });
});
