import { Fault } from '@drover/core';
import { describe, expect, it } from 'vitest';
import { describeEngineUrl, parseEngineUrl } from './engine-url.js';

const SECRET = 's3cret-word';

describe('an engine URL', () => {
  it.each([
    ['embedded', 'embedded'],
    [`postgres://ada:${SECRET}@db.example:6543/shop?sslmode=require`, 'postgres://db.example:6543/shop'],
    [`postgresql://ada:${SECRET}@[::1]/shop`, 'postgres://[::1]:5432/shop'],
    [`postgres://ada:${SECRET}@/shop?host=/run/postgresql`, 'postgres:///run/postgresql:5432/shop'],
    [`redis://:${SECRET}@cache.example`, 'redis://cache.example:6379'],
    [`rediss://ada:${SECRET}@cache.example:6380/2`, 'rediss://cache.example:6380/2'],
    [`redis://cache.example?password=${SECRET}`, 'redis://cache.example:6379'],
    [`redis+cluster://:${SECRET}@one:7000,two:7001`, 'redis+cluster://one:7000,two:7001'],
    [`redis+sentinel://:${SECRET}@one,two:26380/primary?db=3`, 'redis+sentinel://one:26379,two:26380/primary'],
  ])('%s is shown without credentials and options', (url, shown) => {
    expect(describeEngineUrl(url)).toBe(shown);
  });

  it('gives the parts of a Redis address', () => {
    expect(parseEngineUrl('rediss://ada:p%40ss:word@[fe80::1]:7000/4')).toMatchObject({
      kind: 'redis',
      hosts: [{ host: 'fe80::1', port: 7000 }],
      credentials: { username: 'ada', password: 'p@ss:word' },
      tls: true,
      db: 4,
    });
    expect(parseEngineUrl('redis://:50%off@host')).toMatchObject({ credentials: { password: '50%off' } });
    expect(parseEngineUrl('redis+sentinel://one/primary?db=3')).toMatchObject({
      kind: 'redis-sentinel',
      master: 'primary',
      db: 3,
      hosts: [{ host: 'one', port: 26379 }],
    });
  });

  it.each([
    '',
    'nonsense',
    `mysql://ada:${SECRET}@host/db`,
    `postgres://ada:${SECRET}@host:port/db`,
    `redis://:${SECRET}@`,
    `redis://:${SECRET}@host:99999`,
    `redis://:${SECRET}@host/first`,
    `redis://:${SECRET}@one,two`,
  ])('is refused when it cannot be read, without being repeated: %s', (url) => {
    let fault: unknown;
    try {
      parseEngineUrl(url);
    } catch (error) {
      fault = error;
    }
    expect(fault).toBeInstanceOf(Fault);
    expect(fault).toMatchObject({ code: 'invalid_input' });
    expect(JSON.stringify(fault, Object.getOwnPropertyNames(fault))).not.toContain(SECRET);
  });
});
