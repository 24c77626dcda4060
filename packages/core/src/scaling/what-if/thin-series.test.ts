import { expect, it } from 'vitest';
import { thinSeries } from './thin-series.js';

it('folds known values by mean or by the most, and tells the unknown as unknown', () => {
  const values = [1, 3, null, 5, null, null, 2];
  expect(thinSeries(values, 2, 'mean')).toEqual([2, 5, null, 2]);
  expect(thinSeries(values, 2, 'most')).toEqual([3, 5, null, 2]);
  expect(thinSeries([], 3, 'most')).toEqual([]);
});
