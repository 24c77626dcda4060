import { Fault, type LimiterWindows } from '@drover/core';
import { beforeEach, describe, expect, it } from 'vitest';
import { ManualClock, MemoryLimiters, settled } from '../testing/memory-limiters.js';
import { LimiterLine } from './limiter-line.js';
import { RateLimitedError } from './rate-limited-error.js';

const forever = { maxWaitMs: Number.POSITIVE_INFINITY };

describe('a line before a limiter', () => {
  let clock: ManualClock;
  let limiters: MemoryLimiters;
  let windows: LimiterWindows;
  let errors: unknown[];
  let line: LimiterLine;
  let passed: string[];

  beforeEach(() => {
    clock = new ManualClock();
    limiters = new MemoryLimiters(clock);
    windows = { perSecond: 2 };
    errors = [];
    passed = [];
    line = new LimiterLine({
      name: 'api',
      windows: () => windows,
      join: async () => limiters,
      clock,
      onError: (error) => errors.push(error),
    });
  });

  const wait = (name: string, options: Partial<Parameters<LimiterLine['acquire']>[0]> = {}) =>
    line.acquire({ ...forever, ...options }).then((permit) => {
      passed.push(name);
      return permit;
    });

  it('lets through in the order of arrival, and asks for many in one call', async () => {
    const all = ['a', 'b', 'c', 'd', 'e'].map((name) => wait(name));
    await settled();
    expect(passed).toEqual(['a', 'b']);
    expect(line.waiting).toBe(3);
    await clock.advance(1_000);
    expect(passed).toEqual(['a', 'b', 'c', 'd']);
    await clock.advance(1_000);
    expect((await Promise.all(all)).map(({ waitedMs }) => waitedMs)).toEqual([0, 0, 1_000, 1_000, 2_000]);
    expect(line.waiting).toBe(0);
    expect(limiters.requests.length).toBeLessThanOrEqual(5);
  });

  it('asks no sooner than it was told to', async () => {
    for (const name of ['a', 'b', 'c']) void wait(name);
    await settled();
    const asked = limiters.requests.length;
    await clock.advance(999);
    void wait('d');
    await settled();
    expect(limiters.requests).toHaveLength(asked);
    await clock.advance(1);
    expect(passed).toEqual(['a', 'b', 'c', 'd']);
  });

  it('holds a light request behind a heavy one that came first', async () => {
    void wait('light');
    await settled();
    void wait('heavy', { weight: 2 });
    void wait('late');
    await settled();
    expect(passed).toEqual(['light']);
    await clock.advance(1_000);
    expect(passed).toEqual(['light', 'heavy']);
    await clock.advance(1_000);
    expect(passed).toEqual(['light', 'heavy', 'late']);
  });

  it('sends away at once who would wait too long, and says for how long', async () => {
    await Promise.all([wait('a'), wait('b')]);
    const tooLong = expect(wait('c', { maxWaitMs: 900 })).rejects.toMatchObject({
      name: 'RateLimitedError',
      limiterName: 'api',
      retryAfterMs: 1_000,
    });
    await settled();
    await tooLong;
    void wait('d');
    await settled();
    // It is known by now: the next one need not ask to be sent away.
    const asked = limiters.requests.length;
    await clock.advance(400);
    await expect(wait('e', { maxWaitMs: 500 })).rejects.toBeInstanceOf(RateLimitedError);
    expect(limiters.requests).toHaveLength(asked);
  });

  it('leaves nothing behind of one who gives up', async () => {
    await Promise.all([wait('a'), wait('b')]);
    const abort = new AbortController();
    const given = wait('c', { signal: abort.signal });
    void wait('d');
    await settled();
    abort.abort(new Error('job cancelled'));
    await expect(given).rejects.toThrow('job cancelled');
    await clock.advance(1_000);
    expect(passed).toEqual(['a', 'b', 'd']);
    await expect(wait('e', { signal: abort.signal })).rejects.toThrow('job cancelled');
  });

  it('gives back what is granted to one who gave up while the answer was under way', async () => {
    const abort = new AbortController();
    const given = wait('a', { signal: abort.signal });
    abort.abort(new Error('gone'));
    await expect(given).rejects.toThrow('gone');
    await settled();
    expect(limiters.released).toHaveLength(limiters.requests.length);
    await Promise.all([wait('b'), wait('c')]);
  });

  it('waits while the engine is away, tells it, and goes on when it is back', async () => {
    limiters.failure = new Fault('engine_unavailable', 'away');
    void wait('a', { maxWaitMs: 5_000 });
    await clock.advance(3_000);
    expect(errors.length).toBeGreaterThan(3);
    expect(errors.length).toBeLessThan(20);
    limiters.failure = null;
    await clock.advance(1_000);
    expect(passed).toEqual(['a']);
  });

  it('fails all who wait when their request is wrong, and works again after that', async () => {
    limiters.failure = new Error('a bug');
    await expect(wait('a')).rejects.toThrow('a bug');
    limiters.failure = null;
    await wait('b');
  });

  it('refuses at once what no limit could ever let through, also when the limit shrinks meanwhile', async () => {
    await expect(wait('a', { weight: 3 })).rejects.toMatchObject({ code: 'invalid_input' });
    await expect(wait('a', { weight: 0 })).rejects.toMatchObject({ code: 'invalid_input' });
    await expect(wait('a', { weight: 1.5 })).rejects.toMatchObject({ code: 'invalid_input' });
    await wait('b');
    const heavy = wait('c', { weight: 2 });
    const refused = expect(heavy).rejects.toMatchObject({ code: 'invalid_input' });
    await settled();
    windows = { perSecond: 1 };
    line.askAgain();
    await settled();
    await refused;
  });

  it('asks again at once when the limits change', async () => {
    for (const name of ['a', 'b', 'c']) void wait(name);
    await settled();
    windows = { perSecond: 10 };
    line.askAgain();
    await settled();
    expect(passed).toEqual(['a', 'b', 'c']);
    expect(clock.timers).toBe(0);
  });

  it('lets nobody wait for a worker that is closed', async () => {
    await Promise.all([wait('a'), wait('b')]);
    const left = expect(wait('c')).rejects.toMatchObject({ code: 'engine_unavailable' });
    await settled();
    line.close();
    await left;
    await settled();
    expect(clock.timers).toBe(0);
    await expect(wait('d')).rejects.toMatchObject({ code: 'engine_unavailable' });
  });

  it('tells the engine who had to wait and for how long, once', async () => {
    for (const name of ['a', 'b', 'c']) void wait(name);
    await clock.advance(1_000);
    await expect(wait('x')).resolves.toBeDefined();
    await clock.advance(5_000);
    await wait('y');
    expect(limiters.stateOf('api')).toMatchObject({ allowed: 5, delayed: 1, delayedMs: 1_000 });
  });
});
