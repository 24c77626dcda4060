import { describe, expect, it } from 'vitest';
import { sparklinePaths, thin, valueAtStart } from './sparkline.js';

describe('a sparkline', () => {
  it('breaks at unknown values and closes each part of its area', () => {
    const paths = sparklinePaths([1, 2, null, 4], 30, 20);
    expect(paths?.line.match(/M/g)).toHaveLength(2);
    expect(paths?.area.match(/Z/g)).toHaveLength(2);
  });

  it('is nothing where nothing is known', () => expect(sparklinePaths([null, null], 30, 20)).toBeUndefined());

  it('draws a still series as a level line inside its box', () => {
    const heights = sparklinePaths([5, 5, 5], 30, 20)
      ?.line.match(/ ([\d.]+)/g)
      ?.map(Number);
    expect(new Set(heights).size).toBe(1);
    expect(heights?.[0]).toBeGreaterThanOrEqual(0);
    expect(heights?.[0]).toBeLessThanOrEqual(20);
  });

  it('thins to means, unknown only where all are unknown', () => {
    expect(thin([1, 3, null, 5, null, null], 3)).toEqual([2, 5, null]);
    expect(thin([1, 2], 3)).toEqual([1, 2]);
  });

  it('knows the value at the start of the range only from its first tenth', () => {
    const later = Array.from({ length: 18 }, () => 4);
    expect(valueAtStart([null, 0, ...later])).toBe(0);
    expect(valueAtStart([null, null, ...later])).toBeUndefined();
    expect(valueAtStart([])).toBeUndefined();
  });
});
