import { describe, expect, it } from 'vitest';
import { defaultLimiters } from './default-limiters.js';
import {
  applyOverrides,
  largestWeight,
  limiterNamed,
  limitsInOrder,
  parseLimiterDefinitions,
  parseLimiterOverrides,
} from './limiter-windows.js';

describe('limiter definitions', () => {
  it('are overridden window by window, null takes one away, and a limiter without any is none', () => {
    const base = { a: { perSecond: 1, perDay: 9 }, b: { perHour: 2 } };
    const overrides = { a: { perSecond: 5, perDay: null }, b: { perHour: null }, c: { perMinute: 3 } };
    expect(applyOverrides(base, overrides)).toEqual({ a: { perSecond: 5 }, c: { perMinute: 3 } });
  });

  it.each([
    ['nothing', undefined],
    ['a list', ['a']],
    ['text', 'perSecond'],
    ['a limiter that is none', { a: 5 }],
    ['no number', { a: { perSecond: '5' } }],
    ['fractions', { a: { perSecond: 1.5 } }],
    ['zero', { a: { perSecond: 0 } }],
    ['a window that does not exist', { a: { perWeek: 5 } }],
    ['a name too long', { ['x'.repeat(101)]: { perSecond: 5 } }],
    ['a control character', { 'a\n': { perSecond: 5 } }],
  ])('of a damaged document (%s) are left out', (_, value) => {
    expect(parseLimiterOverrides(value)).toEqual({});
  });

  it('keep what is right beside what is wrong', () => {
    const value = { a: { perSecond: 5, perMinute: 'x', perDay: null }, b: null };
    expect(parseLimiterOverrides(value)).toEqual({ a: { perSecond: 5, perDay: null } });
    expect(parseLimiterDefinitions(value)).toEqual({ a: { perSecond: 5 } });
  });

  it('do not find what every object has', () => {
    expect(limiterNamed(defaultLimiters, 'constructor')).toBeUndefined();
    expect(limiterNamed(defaultLimiters, 'stripeApi')).toEqual(defaultLimiters.stripeApi);
  });

  it('stand in the order of the windows', () => {
    expect(limitsInOrder({ perDay: 4, perSecond: 1 })).toEqual([1, null, null, 4]);
    expect(largestWeight({ perDay: 4, perSecond: 7 })).toBe(4);
    expect(largestWeight({})).toBe(Number.POSITIVE_INFINITY);
  });
});

it('has by default limits that agree with each other: each longer window lets more through', () => {
  for (const windows of Object.values(defaultLimiters)) {
    const limits = limitsInOrder(windows).filter((limit) => limit !== null);
    expect([...limits].sort((a, b) => a - b)).toEqual(limits);
  }
});
