import { describe, expect, it } from 'vitest';
import { issue, queue } from '../../testing/queues.js';
import { backlogWords, reasonsOf } from './reasons.js';

describe('why a queue is not healthy', () => {
  it('puts the worst first, with the numbers that belong to it', () => {
    const slow = issue('warning', { kind: 'processing_time', message: 'slow' });
    const failing = issue('critical', { kind: 'error_rate', message: 'fails' });
    const found = reasonsOf(queue('a', { issues: [slow, failing], metrics: { failed: 214 } }));
    expect(found.map(({ message, detail }) => [message, detail])).toEqual([
      ['fails', '214 failed jobs kept.'],
      ['slow', 'p50 18 ms, p99 60 ms.'],
    ]);
  });

  it('says nothing of a number that nobody knows', () => {
    const failing = issue('critical', { kind: 'error_rate' });
    const found = reasonsOf(queue('a', { issues: [failing], metrics: { failed: 0, unknown: ['failed'] } }));
    expect(found[0]?.detail).toBe('');
  });
});

describe('the backlog', () => {
  const words = (waiting: number, arrivalsPerMinute: number, jobsPerMinute: number) =>
    backlogWords(queue('a', { metrics: { waiting, arrivalsPerMinute, jobsPerMinute } }));

  it('grows when more arrive than finish', () => {
    expect(words(1_842, 174, 96)).toBe('174 jobs/min arrive, 96 finish. The backlog grows by 78 a minute.');
  });
  it('is gone after a while when fewer do', () => {
    expect(words(1_000, 50, 100)).toBe('50 jobs/min arrive, 100 finish. At this pace it is gone in 20 min.');
  });
  it('is not foretold from noise', () => expect(words(1_000, 100, 101)).toBe('100 jobs/min arrive, 101 finish.'));
  it('is unknown when arrivals are', () => expect(backlogWords(queue('a'))).toBeUndefined());
});
