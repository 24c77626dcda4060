import { describe, expect, it } from 'vitest';
import { numberText, readNumber } from './form-number.js';

describe('a number field', () => {
  it.each([
    ['5', 5],
    [' 1,000,000 ', 1_000_000],
    ['12 000', 12_000],
    ['0.5', 0.5],
    ['.5', 0.5],
    ['-3', -3],
    ['1e3', 1_000],
  ])('reads %s as %d', (text, value) => {
    expect(readNumber(text)).toEqual({ value });
  });

  it.each(['1,5', 'five', '1.2.3', '0x10', 'Infinity', 'NaN', '5 %'])('does not guess what %s means', (text) => {
    expect(readNumber(text).problem).toMatch(/is no number/);
  });

  it('asks for a number where one is needed, and takes none where it is optional', () => {
    expect(readNumber(' ')).toEqual({ problem: 'Enter a number.' });
    expect(readNumber(' ', { optional: true })).toEqual({ value: undefined });
  });

  it('names the bound that is crossed; the bounds themselves are allowed', () => {
    const rule = { min: 1, max: 1_000_000, whole: true };
    expect(readNumber('0', rule).problem).toBe('Must be at least 1.');
    expect(readNumber('1000001', rule).problem).toBe('Must be at most 1,000,000.');
    expect(readNumber('2.5', rule).problem).toBe('Must be a whole number.');
    expect(readNumber('1', rule)).toEqual({ value: 1 });
    expect(readNumber('1000000', rule)).toEqual({ value: 1_000_000 });
  });

  it('shows what it reads, without the noise of binary fractions', () => {
    for (const value of [0, 0.1 + 0.2, 20_962, 1_234.5]) {
      expect(readNumber(numberText(value)).value).toBeCloseTo(value, 9);
    }
    expect(numberText(0.1 + 0.2)).toBe('0.3');
    expect(numberText(undefined)).toBe('');
  });
});
