import { describe, expect, it } from 'vitest';
import { enginePrefixes } from './engine-prefixes.js';

const cluster = 'redis+cluster://127.0.0.1:7000,127.0.0.1:7001';

describe('the prefixes', () => {
  it('have defaults', () => {
    expect(enginePrefixes('redis://127.0.0.1', {})).toEqual({ prefix: 'bull', statePrefix: 'drover' });
  });

  it('stay as they are given, but on a cluster', () => {
    const given = { prefix: 'bull', statePrefix: 'ours' };
    for (const url of ['redis://127.0.0.1', 'redis+sentinel://127.0.0.1', 'postgres://127.0.0.1/jobs', 'embedded']) {
      expect(enginePrefixes(url, given)).toEqual(given);
    }
  });

  it.each([
    ['bull', '{bull}'],
    ['{bull}', '{bull}'],
    ['team:{bull}:x', 'team:{bull}:x'],
    ['{}bull', '{{}bull}'],
  ])('put all keys into one slot on a cluster: %s', (given, expected) => {
    const prefixes = enginePrefixes(cluster, { prefix: given, statePrefix: 'drover' });
    expect(prefixes).toEqual({ prefix: expected, statePrefix: '{drover}' });
  });
});
