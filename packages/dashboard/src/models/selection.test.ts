import { describe, expect, it } from 'vitest';
import { nextSelection } from './selection.js';

const listed = ['a', 'b', 'c', 'd', 'e'];

describe('a selection', () => {
  it('takes and gives back one row', () => {
    const one = nextSelection(new Set(), listed, { key: 'b', checked: true });
    expect([...one]).toEqual(['b']);
    expect([...nextSelection(one, listed, { key: 'b', checked: false })]).toEqual([]);
  });

  it('takes the rows between with shift, whichever way round', () => {
    expect([...nextSelection(new Set(['d']), listed, { key: 'b', checked: true, from: 'd' })].toSorted()).toEqual([
      'b',
      'c',
      'd',
    ]);
    expect([...nextSelection(new Set(listed), listed, { key: 'd', checked: false, from: 'b' })]).toEqual(['a', 'e']);
  });

  it('does not act on rows that are gone', () => {
    expect([...nextSelection(new Set(['gone', 'a']), listed, { key: 'b', checked: true, from: 'gone' })]).toEqual([
      'a',
      'b',
    ]);
  });
});
