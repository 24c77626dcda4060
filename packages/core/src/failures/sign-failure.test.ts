import { describe, expect, it } from 'vitest';
import { signFailure } from './sign-failure.js';

const stackOf = (...frames: string[]) => ['Error: it failed', ...frames.map((frame) => `    at ${frame}`)].join('\n');

describe('the message of a group', () => {
  it.each([
    ['user 42 not found', 'user <n> not found'],
    ['user "ada" has no "name"', 'user <text> has no <text>'],
    ["can't read 'x' of it, won't retry", "can't read <text> of it, won't retry"],
    ['no order 6ba7b810-9dad-11d1-80b4-00c04fd430c8', 'no order <id>'],
    ['object 507f1f77bcf86cd799439011 is gone', 'object <id> is gone'],
    ['customer cus_NffrFeUfNV2Hib declined', 'customer <id> declined'],
    ['mail to ada.l@mail.example.com bounced', 'mail to <email> bounced'],
    ['late since 2026-05-04T10:00:00.123Z', 'late since <time>'],
    ['connect ECONNREFUSED 10.0.0.7:5432', 'connect ECONNREFUSED <n>'],
    ['at 0xDEADBEEF\n  and\tbelow', 'at <id> and below'],
    ['the card [redacted] was declined', 'the card [redacted] was declined'],
    ['Unauthorized', 'Unauthorized'],
    ['internationalization failed', 'internationalization failed'],
  ])('of "%s" is "%s"', (error, message) => {
    expect(signFailure(error, null).message).toBe(message);
  });

  it('is bounded, also for an error that is meant to be slow', () => {
    const startedMs = performance.now();
    for (const piece of ['a@', '"', "'", 'a1-', '1.', '-', 'é'])
      signFailure(piece.repeat(100_000), piece.repeat(100_000));
    expect(performance.now() - startedMs).toBeLessThan(1_000);
    expect(signFailure('word '.repeat(1_000), null).message.length).toBeLessThanOrEqual(300);
  });
});

describe('the place of a group', () => {
  it.each([
    [stackOf('charge (/srv/app/src/billing/pay.js:12:5)'), 'charge (src/billing/pay.js:12)'],
    [stackOf('async Pay.charge [as run] (file:///srv/app/src/pay.mjs?v=2:12:5)'), 'Pay.charge (app/src/pay.mjs:12)'],
    [
      stackOf('node:internal/fs:1:1', 'get (/a/node_modules/got/index.js:3:1)', 'C:\\app\\send.js:9:1'),
      'C:/app/send.js:9',
    ],
    [stackOf('new Promise (<anonymous>)', 'async file:///app/jobs/send.mjs:9:1'), 'app/jobs/send.mjs:9'],
    [stackOf('get (/a/node_modules/got/index.js:3:1)'), null],
    ['no stack at all', null],
  ])('of %j is %j', (stack, place) => {
    expect(signFailure('x', stack).place).toBe(place);
  });
});

describe('the fingerprint', () => {
  const of = (error: string, ...frames: string[]) => signFailure(error, stackOf(...frames)).fingerprint;

  it('is one for a failure of many jobs, on any host, in the next release', () => {
    const first = of('user 42 not found', 'load (/srv/a/jobs/src/user.js:10:5)');
    expect(first).toMatch(/^[0-9a-f]{14}$/);
    expect(of('user 7 not found', 'load (/home/b/jobs/src/user.js:14:9)')).toBe(first);
  });

  it('is another for another error, another function, another file, and no stack', () => {
    const all = [
      of('user 42 not found', 'load (/a/user.js:1:1)'),
      of('user 42 not known', 'load (/a/user.js:1:1)'),
      of('user 42 not found', 'save (/a/user.js:1:1)'),
      of('user 42 not found', 'load (/a/order.js:1:1)'),
      of('user 42 not found', '/a/user.js:1:1'),
      of('user 42 not found', '/a/user.js:2:1'),
      of('user 42 not found'),
    ];
    expect(new Set(all).size).toBe(all.length);
  });
});
