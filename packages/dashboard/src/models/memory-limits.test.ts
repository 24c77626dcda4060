import { describe, expect, it } from 'vitest';
import { memoryConfig, worker } from '../../testing/workers.js';
import { queueLimits, readLimitDraft } from './memory-limits.js';

describe('soft limits by queue', () => {
  it('stand with what the workers hold, own limits first, and limits of queues that are gone too', () => {
    const workers = [worker('a', { rss: 100 }), worker('b', { rss: 300 })];
    expect(queueLimits(['zeta', 'mail'], memoryConfig, workers)).toEqual([
      { queueName: 'assets', ownMB: 400, meanMB: undefined },
      { queueName: 'mail', ownMB: undefined, meanMB: 200 },
      { queueName: 'zeta', ownMB: undefined, meanMB: undefined },
    ]);
  });

  it.each([
    ['512', { update: { jobSpecific: { mail: 512 } } }],
    ['', { update: { jobSpecific: { mail: null } } }],
    ['8', { problem: 'Must be at least 16.' }],
    ['1200', { problem: 'Must be at most the hard limit, 1000 MB: the worker would be killed first.' }],
  ])('typed as "%s" mean %j', (text, meaning) => {
    expect(readLimitDraft('mail', text, memoryConfig)).toMatchObject(meaning);
  });
});
