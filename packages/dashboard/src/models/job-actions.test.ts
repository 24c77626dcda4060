import type { JobPlace } from '@drover/contract';
import { describe, expect, it } from 'vitest';
import { actionsFor, jobsFor, jobsWords, resultWords } from './job-actions.js';

const job = (jobId: string, state: JobPlace, queueName = 'mail') => ({ jobId, queueName, state });

describe('actions on jobs', () => {
  it('are those that the state of a job allows', () => {
    expect(actionsFor('failed')).toEqual(['retry', 'remove']);
    expect(actionsFor('delayed')).toEqual(['promote', 'remove']);
    expect(actionsFor('active')).toEqual(['cancel']);
  });

  it('leave out the jobs that they cannot be done to', () => {
    const jobs = [job('1', 'failed'), job('2', 'active'), job('3', 'completed')];
    expect(jobsFor('retry', jobs).map(({ jobId }) => jobId)).toEqual(['1', '3']);
  });

  it('say what they touch', () => {
    expect(jobsWords([job('1', 'failed')])).toBe('job 1 of mail');
    expect(jobsWords([job('1', 'failed'), job('2', 'failed')])).toBe('2 jobs of mail');
    expect(jobsWords([job('1', 'failed'), job('1', 'failed', 'pay')])).toBe('2 jobs in 2 queues');
  });

  it('say what was done, what could not be, and why the rest was not tried', () => {
    const all = { total: 3, done: 3, failed: 0, untried: 0, errors: [] };
    expect(resultWords('retry', all)).toBe('3 of 3 jobs retried');
    expect(resultWords('remove', { ...all, total: 9, failed: 2, untried: 4, ended: 'the server is away' })).toBe(
      '3 of 9 jobs removed, 2 could not be, 4 not tried: the server is away',
    );
  });
});
