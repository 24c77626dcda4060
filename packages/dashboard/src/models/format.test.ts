import { describe, expect, it } from 'vitest';
import {
  formatAxis,
  formatCount,
  formatDuration,
  formatDurationLimit,
  formatInstant,
  formatMegabytes,
  formatPercent,
  formatRate,
  formatRoughly,
  formatSpan,
  plural,
} from './format.js';

describe('writing numbers', () => {
  it.each([
    [0, '0'],
    [20_962, '20,962'],
    [1_240_000, '1.24M'],
    [138_900_000, '138.9M'],
    [2_000_000_000, '2B'],
  ])('count %d is %s', (value, text) => expect(formatCount(value)).toBe(text));

  it.each([
    [0.4, '0.4'],
    [9.96, '10'],
    [96.4, '96'],
  ])('rate %d is %s: a slow queue is not a still one', (value, text) => expect(formatRate(value)).toBe(text));

  it.each([
    [0, '0'],
    [2.5, '2.5'],
    [1_200, '1.2k'],
    [3_000_000, '3M'],
  ])('axis %d is %s', (value, text) => expect(formatAxis(value)).toBe(text));

  it.each([
    [0, '0.0 %'],
    [8.14, '8.1 %'],
    [99.99, '100 %'],
  ])('percent %d is %s', (value, text) => expect(formatPercent(value)).toBe(text));

  it('shows a small share with two digits where asked', () => expect(formatPercent(0.428, true)).toBe('0.43 %'));

  it.each([
    [338.4, '338 MB'],
    [12_186, '11.9 GB'],
    [1_072_742, '1.02 TB'],
  ])('%d MB is %s', (value, text) => expect(formatMegabytes(value)).toBe(text));

  it('puts one and many right', () => {
    expect(plural(1, 'queue')).toBe('1 queue');
    expect(plural(1_000, 'process', 'processes')).toBe('1,000 processes');
  });
});

describe('writing times', () => {
  it.each([
    [0, '0 ms'],
    [0.44, '0.4 ms'],
    [84, '84 ms'],
    [4_000, '4.0 s'],
    [41_230, '41.2 s'],
    [59_970, '1 m 00 s'],
    [62_000, '1 m 02 s'],
  ])('a processing time of %d ms is %s', (value, text) => expect(formatDuration(value)).toBe(text));

  it('leaves out the digit that a limit does not have', () => {
    expect(formatDurationLimit(30_000)).toBe('30 s');
    expect(formatDurationLimit(2_500)).toBe('2.5 s');
  });

  it.each([
    [400, '0 s'],
    [22_000, '22 s'],
    [848_000, '14 m 08 s'],
    [7_500_000, '2 h 05 m'],
    [273_600_000, '3 d 4 h'],
  ])('a wait of %d ms is %s', (value, text) => expect(formatSpan(value)).toBe(text));

  it.each([
    [41_000, '41 s'],
    [840_000, '14 min'],
    [10_800_000, '3 h'],
    [604_800_000, '7 d'],
  ])('%d ms is roughly %s', (value, text) => expect(formatRoughly(value)).toBe(text));

  it('writes an instant in UTC', () => {
    expect(formatInstant(new Date('2026-11-23T14:32:06.123Z'))).toBe('2026-11-23 14:32:06 UTC');
  });
});
