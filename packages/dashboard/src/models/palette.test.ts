import { describe, expect, it } from 'vitest';
import { bestMatches, matchScore } from './palette.js';

const find = (search: string, ...texts: string[]) => bestMatches(texts, (text) => text, search, 3);

describe('finding by a few letters', () => {
  it('puts a start of a word before the middle of one', () => {
    expect(find('pay', 'prepaying', 'card-payments', 'payments')).toEqual(['payments', 'card-payments', 'prepaying']);
  });
  it('takes letters in order when no run of them fits', () => {
    expect(find('asp', 'asset-processing', 'payments')).toEqual(['asset-processing']);
  });
  it('finds nothing rather than something else', () => expect(find('zzz', 'payments')).toEqual([]));
  it('keeps the order and the limit without a search', () =>
    expect(find('', 'd', 'c', 'b', 'a')).toEqual(['d', 'c', 'b']));
  it('does not mind case', () => expect(matchScore('Go to queues', 'GO')).toBeDefined());
});
