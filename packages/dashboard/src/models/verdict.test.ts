import { describe, expect, it } from 'vitest';
import { issue, queue } from '../../testing/queues.js';
import { lowerFirst, verdictOf } from './verdict.js';

const depth = issue('critical', { message: '1,842 jobs waiting (limit 1,000)' });
const slow = issue('warning', { kind: 'processing_time', message: 'P95 is 41 s' });

describe('the verdict', () => {
  it('counts critical queues and starts with the one that has most critical issues', () => {
    const one = queue('one', { issues: [depth], metrics: { oldestWaitingMs: 9_000 } });
    const two = queue('two', { issues: [slow, depth, issue('critical', { kind: 'error_rate', message: 'fails' })] });
    expect(verdictOf([queue('fine'), one, two])).toEqual({
      status: 'critical',
      headline: '2 queues critical',
      start: { queueName: 'two', reason: '1,842 jobs waiting (limit 1,000)' },
    });
  });

  it('among equals starts where jobs wait longest', () => {
    const short = queue('short', { issues: [depth], metrics: { oldestWaitingMs: 1_000 } });
    const long = queue('long', { issues: [depth], metrics: { oldestWaitingMs: 9_000 } });
    expect(verdictOf([short, long]).start?.queueName).toBe('long');
  });

  it('speaks of warnings only when nothing is critical', () => {
    expect(verdictOf([queue('a', { issues: [slow] })]).headline).toBe('1 queue with a warning');
  });

  it('says that all is well, and who is paused', () => {
    const paused = queue('b', { issues: [issue('warning', { kind: 'paused', message: 'Paused' })], paused: true });
    expect(verdictOf([queue('a'), queue('c')])).toEqual({ status: 'healthy', headline: 'All queues healthy' });
    expect(verdictOf([queue('a'), paused])).toEqual({ status: 'healthy', headline: 'All queues healthy, 1 paused' });
  });

  it('works on words alone, from a server that sends no details', () => {
    const { issueDetails: _, ...plain } = queue('a', { issues: [depth] });
    expect(verdictOf([plain]).start?.reason).toBe('1,842 jobs waiting (limit 1,000)');
  });
});

describe('a message within a sentence', () => {
  it('starts small unless it starts with an acronym', () => {
    expect(lowerFirst('Oldest job waits')).toBe('oldest job waits');
    expect(lowerFirst('CPU is high')).toBe('CPU is high');
    expect(lowerFirst('6.2 % fail')).toBe('6.2 % fail');
  });
});
