import { describe, expect, it } from 'vitest';
import { readConditions } from './job-conditions.js';

describe('a condition as typed', () => {
  it.each([
    ['data.customerId = 42', { path: 'data.customerId', op: '=', value: 42 }],
    ['data.customerId=42', { path: 'data.customerId', op: '=', value: 42 }],
    ['customerId >= 42', { path: 'data.customerId', op: '>=', value: 42 }],
    ['result.ok = false', { path: 'result.ok', op: '=', value: false }],
    ['data.coupon != null', { path: 'data.coupon', op: '!=', value: null }],
    ['data.email = ada@example.test', { path: 'data.email', op: '=', value: 'ada@example.test' }],
    ['data.zip = "01234"', { path: 'data.zip', op: '=', value: '01234' }],
    ["data.zip = '01234'", { path: 'data.zip', op: '=', value: '01234' }],
    ['data.note contains two words', { path: 'data.note', op: 'contains', value: 'two words' }],
    ['data.coupon exists', { path: 'data.coupon', op: 'exists' }],
    ['data.items.0.sku = x', { path: 'data.items.0.sku', op: '=', value: 'x' }],
    ['data.formula = a=b', { path: 'data.formula', op: '=', value: 'a=b' }],
  ])('%s', (text, condition) => {
    expect(readConditions(text)).toEqual({ conditions: [condition] });
  });

  it('may be several, and an "and" in quotes joins none', () => {
    expect(readConditions('data.a = 1 and data.shop = "salt and pepper" AND result.ok exists')).toEqual({
      conditions: [
        { path: 'data.a', op: '=', value: 1 },
        { path: 'data.shop', op: '=', value: 'salt and pepper' },
        { path: 'result.ok', op: 'exists' },
      ],
    });
  });

  it("takes an apostrophe for what it is, not for a quote's start", () => {
    expect(readConditions("data.name = O'Neil and data.a = 1").conditions).toHaveLength(2);
  });

  it.each([
    ['customer', /no condition/],
    ['data.a =', /needs a value/],
    ['data..a = 1', /no path/],
    ['data.a = {"b": 1}', /neither a text/],
    ['data.a exists 1', /may stand after/],
    ['and', /no condition/],
    [Array.from({ length: 11 }, (_, at) => `data.a = ${at}`).join(' and '), /At most 10/],
  ])('is refused with what to write: %s', (text, problem) => {
    expect(readConditions(text).problem).toMatch(problem);
  });
});
