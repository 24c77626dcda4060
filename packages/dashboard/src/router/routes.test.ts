import { describe, expect, it } from 'vitest';
import { matchPath, queuePath, readBackTo, signInPath } from './routes.js';

describe('paths', () => {
  it('mean views', () => {
    expect(matchPath('/')).toEqual({ view: 'overview' });
    expect(matchPath('/queues/')).toEqual({ view: 'queues' });
    expect(matchPath('/elsewhere')).toEqual({ view: 'not-found' });
  });

  it.each(['payments', 'a/b c', '50%', '{x}:y', 'ümlaut'])('carry a queue called %s there and back', (queueName) => {
    expect(matchPath(queuePath(queueName))).toEqual({ view: 'queue', queueName });
  });

  it('take a name that came unencoded as it is', () => {
    expect(matchPath('/queues/50%')).toEqual({ view: 'queue', queueName: '50%' });
  });
});

describe('the way back after signing in', () => {
  it('leads to where one was, range and all', () => {
    const path = signInPath('/queues/payments?range=6h');
    expect(readBackTo(new URL(path, 'http://x').searchParams.get('back'))).toBe('/queues/payments?range=6h');
  });

  it.each(['//evil.example', '/\\evil.example', 'https://evil.example', 'javascript:alert(1)', '/sign-in', null])(
    'does not follow %s',
    (back) => expect(readBackTo(back)).toBe('/'),
  );
});
