import { describe, expect, it } from 'vitest';
import { nextTableSort, readTableSort, sortRows, tableSortParam } from './table-sort.js';

const fallback = { key: 'name', descending: false };

describe('the sort of a table', () => {
  it('goes into the URL and back', () => {
    const sort = { key: 'rss', descending: true };
    expect(readTableSort(tableSortParam(sort, fallback) ?? null, ['name', 'rss'], fallback)).toEqual(sort);
    expect(tableSortParam(fallback, fallback)).toBeUndefined();
    expect(readTableSort('-nonsense', ['name'], fallback)).toEqual(fallback);
    expect(readTableSort(null, ['name'], fallback)).toEqual(fallback);
  });

  it('starts with the largest number, the first name, and turns round at a second click', () => {
    expect(nextTableSort(fallback, 'rss', true)).toEqual({ key: 'rss', descending: true });
    expect(nextTableSort({ key: 'rss', descending: true }, 'rss', true)).toEqual({ key: 'rss', descending: false });
    expect(nextTableSort({ key: 'rss', descending: true }, 'name')).toEqual(fallback);
  });

  it('keeps what is unknown at the end, either way, and counts within names', () => {
    const rows = ['w10', undefined, 'w9'];
    expect(sortRows(rows, false, (row) => row)).toEqual(['w9', 'w10', undefined]);
    expect(sortRows(rows, true, (row) => row)).toEqual(['w10', 'w9', undefined]);
    expect(sortRows([3, 20, 1], true, (row) => row)).toEqual([20, 3, 1]);
  });
});
