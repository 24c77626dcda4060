import { beforeEach, describe, expect, it } from 'vitest';
import { LoginThrottle } from './login-throttle.js';

let nowMs = 0;
let throttle: LoginThrottle;
beforeEach(() => {
  nowMs = 1_000_000;
  throttle = new LoginThrottle(() => nowMs);
});

function fail(account: string, address: string, times: number): void {
  for (let count = 0; count < times; count += 1) throttle.begin(account, address);
}

describe('the login throttle', () => {
  it('lets five failures pass, then doubles the wait up to a quarter of an hour', () => {
    fail('ada', '1.1.1.1', 4);
    expect(throttle.waitMs('ada', '1.1.1.1')).toBe(0);
    const waits = Array.from({ length: 13 }, () => {
      fail('ada', '1.1.1.1', 1);
      return throttle.waitMs('ada', '1.1.1.1') / 1_000;
    });
    expect(waits).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900]);
  });

  it('counts attempts that run at the same time, before any has an outcome', () => {
    const attempts = Array.from({ length: 5 }, () => throttle.begin('ada', '1.1.1.1'));
    expect(throttle.waitMs('ada', '1.1.1.1')).toBe(1_000);
    for (const attempt of attempts) attempt.withdraw();
    expect(throttle.waitMs('ada', '1.1.1.1')).toBe(0);
  });

  it('forgets an account and address after a success, but not what the address did to others', () => {
    for (let index = 0; index < 19; index += 1) fail(`user-${index}`, '1.1.1.1', 1);
    throttle.begin('ada', '1.1.1.1').succeed();
    expect(throttle.waitMs('ada', '1.1.1.1')).toBe(0);
    fail('eve', '1.1.1.1', 1);
    expect(throttle.waitMs('ada', '1.1.1.1')).toBe(1_000);
  });

  it('does not let an attacker with an account of his own wash his address clean', () => {
    fail('ada', '6.6.6.6', 30);
    throttle.begin('mallory', '6.6.6.6').succeed();
    expect(throttle.waitMs('bob', '6.6.6.6')).toBeGreaterThan(100_000);
  });

  it('slows guesses on one account from many addresses, by a minute at most, so that nobody is locked out', () => {
    for (let index = 0; index < 200; index += 1) fail('ada', `10.0.0.${index}`, 1);
    expect(throttle.waitMs('ada', '9.9.9.9')).toBe(60_000);
  });

  it('takes an IPv6 network for one address', () => {
    for (let index = 0; index < 20; index += 1) fail(`user-${index}`, `2001:db8:1:2::${index}`, 1);
    expect(throttle.waitMs('ada', '2001:db8:1:2:aaaa::1')).toBe(1_000);
    expect(throttle.waitMs('ada', '2001:db8:1:3::1')).toBe(0);
    expect(throttle.waitMs('ada', '::ffff:1.2.3.4')).toBe(0);
  });

  it('forgets failures after an hour', () => {
    fail('ada', '1.1.1.1', 10);
    nowMs += 3_600_000;
    fail('ada', '1.1.1.1', 1);
    expect(throttle.waitMs('ada', '1.1.1.1')).toBe(0);
  });

  it('stays bounded under a flood of names: the one that was quiet the longest is forgotten', () => {
    fail('early', '1.1.1.1', 10);
    for (let index = 0; index < 5_000; index += 1) fail(`user-${index}`, `10.0.${index >> 8}.${index & 255}`, 1);
    expect(throttle.waitMs('early', '1.1.1.1')).toBe(0);
  });
});
