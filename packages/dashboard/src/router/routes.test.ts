import { describe, expect, it } from 'vitest';
import { jobPath } from '../models/jobs.js';
import { matchPath, queuePath, readBackTo, signInPath } from './routes.js';

describe('paths', () => {
  it('mean views', () => {
    expect(matchPath('/')).toEqual({ view: 'overview' });
    expect(matchPath('/queues/')).toEqual({ view: 'queues' });
    expect(matchPath('/workers')).toEqual({ view: 'workers' });
    expect(matchPath('/operations/op-1')).toEqual({ view: 'operation', operationId: 'op-1' });
    expect(matchPath('/jobs/mail/42')).toEqual({ view: 'job', queueName: 'mail', jobId: '42' });
    expect(matchPath('/jobs')).toEqual({ view: 'jobs' });
    expect(matchPath('/elsewhere')).toEqual({ view: 'not-found' });
    expect(matchPath('/toString')).toEqual({ view: 'not-found' });
  });

  it.each(['payments', 'a/b c', '50%', '{x}:y', 'ümlaut'])('carry a queue called %s there and back', (queueName) => {
    expect(matchPath(queuePath(queueName))).toEqual({ view: 'queue', queueName });
  });

  it.each(['42', 'a/b', 'repeat:nightly:1764000000000', '100%'])('carry a job called %s there and back', (jobId) => {
    expect(matchPath(jobPath({ queueName: 'a/b c', jobId }))).toEqual({ view: 'job', queueName: 'a/b c', jobId });
  });

  it('take a name that came unencoded as it is', () => {
    expect(matchPath('/queues/50%')).toEqual({ view: 'queue', queueName: '50%' });
  });
});

describe('the way back after signing in', () => {
  const backTo = (path: string) => readBackTo(new URL(path, 'http://drover').searchParams, 'http://drover');

  it('leads to where one was, range and all', () => {
    expect(backTo(signInPath('/queues/payments?range=6h'))).toBe('/queues/payments?range=6h');
  });

  it.each(['/queues/payments', 'http://drover/queues/payments'])('leads to %s when next-auth asks for that', (wish) => {
    expect(backTo(`/sign-in?callbackUrl=${encodeURIComponent(wish)}`)).toBe('/queues/payments');
  });

  it.each([
    '//evil.example',
    '/\\evil.example',
    'https://evil.example',
    'javascript:alert(1)',
    '/sign-in',
    'http://drover',
  ])('does not follow %s', (wish) => {
    expect(backTo(`/sign-in?back=${encodeURIComponent(wish)}`)).toBe('/');
    expect(backTo(`/sign-in?callbackUrl=${encodeURIComponent(wish)}`)).toBe('/');
    expect(backTo(`/sign-in?callbackUrl=${encodeURIComponent(`http://drover.evil.example/${wish}`)}`)).toBe('/');
  });
});
