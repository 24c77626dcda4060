import {
  acquire,
  type LimiterAnswer,
  type LimiterRequest,
  type LimiterState,
  newLimiter,
  type RateLimiter,
  release,
} from '@drover/core';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import type { OpenTestEngine } from '../engines/describe-engines.js';
import type { TestEngine } from '../engines/test-engine.js';

const everyWindow = { perSecond: 1_000, perMinute: 1_000, perHour: 1_000, perDay: 1_000 };

/** What holds for every way to the limiters: the control plane's, and a worker's over the connection it has. */
export function rateLimiterCases(open: () => RateLimiter): void {
  const take = (request: Omit<LimiterRequest, 'weights'>, ...weights: number[]): Promise<LimiterAnswer> =>
    open().acquire({ ...request, weights: weights.length === 0 ? [1] : weights });

  it('grants up to the limit, and says when more is worth asking for', async () => {
    const request = { name: 'to-the-limit', windows: { perMinute: 3 } };
    const first = await take(request);
    expect(first).toMatchObject({ granted: 1, waitMs: 0 });
    expect(Math.abs(first.atMs - Date.now())).toBeLessThan(60_000);
    expect(await take(request, 1, 1, 1)).toMatchObject({ granted: 2, waitMs: expect.closeTo(60_000, -4) });
    const refused = await take(request);
    expect(refused.granted).toBe(0);
    expect(refused.waitMs).toBeGreaterThan(50_000);
    expect(refused.waitMs).toBeLessThanOrEqual(60_000);
  });

  it('charges no window for a refused call', async () => {
    const name = 'uncharged';
    await take({ name, windows: { perMinute: 1, perHour: 3 } });
    for (let call = 0; call < 5; call++) {
      expect(await take({ name, windows: { perMinute: 1, perHour: 3 } })).toMatchObject({ granted: 0 });
    }
    // The hour holds one grant, not six.
    expect(await take({ name, windows: { perHour: 3 } }, 1, 1, 1)).toMatchObject({ granted: 2 });
  });

  it('counts in all windows at once, and the tightest decides', async () => {
    const request = { name: 'tightest', windows: { perSecond: 50, perMinute: 50, perHour: 4, perDay: 50 } };
    expect(await take(request, 1, 1, 1, 1, 1)).toMatchObject({ granted: 4 });
    expect((await take(request)).waitMs).toBeGreaterThan(3_500_000);
  });

  it('grants weights whole and in order: one that does not fit holds those behind it', async () => {
    const request = { name: 'weights', windows: { perMinute: 10 } };
    expect(await take(request, 6)).toMatchObject({ granted: 1 });
    expect(await take(request, 5, 1)).toMatchObject({ granted: 0 });
    expect(await take(request, 4)).toMatchObject({ granted: 1 });
  });

  it('lets the second’s window slide: what was granted in one call comes back together', async () => {
    const request = { name: 'sliding', windows: { perSecond: 5 } };
    const first = await take(request, 1, 1, 1, 1, 1);
    expect(first.granted).toBe(5);
    const again = await vi.waitUntil(
      async () => {
        const answer = await take(request, 1, 1, 1, 1, 1);
        return answer.granted > 0 ? answer : false;
      },
      { timeout: 10_000, interval: 5 },
    );
    expect(again.atMs - first.atMs).toBeGreaterThanOrEqual(1_000);
    expect(again.granted).toBe(5);
  });

  it('takes a grant back that was not used', async () => {
    const grant = { name: 'released', windows: { perHour: 2 } };
    const { ticket } = await take(grant);
    await open().release({ ...grant, ticket, weight: 1 });
    expect(await take(grant, 1, 1, 1)).toMatchObject({ granted: 2 });
    // Not the instant of any open grant: it would leave too early.
    await open().release({ ...grant, ticket: ticket - 1e9, weight: 1 });
    expect(await take(grant)).toMatchObject({ granted: 0 });
  });

  it('grants nothing while penalized, and a shorter penalty does not end a longer one', async () => {
    const request = { name: 'penalized', windows: { perSecond: 100 } };
    await open().penalize('penalized', 30_000);
    await open().penalize('penalized', 1_000);
    const refused = await take(request);
    expect(refused.granted).toBe(0);
    expect(refused.waitMs).toBeGreaterThan(20_000);
    expect(refused.waitMs).toBeLessThanOrEqual(30_000);
  });

  it('keeps limiters apart, whatever they are called', async () => {
    const names = ['a:b', 'a', '{a}', 'ü %2F/ "\'', 'constructor', `long-${'x'.repeat(90)}`];
    for (const name of names) expect(await take({ name, windows: { perDay: 1 } })).toMatchObject({ granted: 1 });
    for (const name of names) expect(await take({ name, windows: { perDay: 1 } })).toMatchObject({ granted: 0 });
  });

  it('refuses what could never be granted instead of letting it wait for ever', async () => {
    const windows = { perSecond: 5, perDay: 100 };
    for (const weight of [6, 0, -1, 1.5, Number.NaN]) {
      await expect(take({ name: 'impossible', windows }, weight)).rejects.toThrow(/from 1 to 5/);
    }
    await expect(open().acquire({ name: 'impossible', windows, weights: [] })).rejects.toThrow(/1 to 100 weights/);
  });

  it('never grants more than the limit to many who ask at the same time', async () => {
    const request = { name: 'contended', windows: { perMinute: 40, perHour: 1_000 } };
    const answers = await Promise.all(
      Array.from({ length: 60 }, (_, index) => take(request, ...(index % 2 === 0 ? [1] : [1, 1]))),
    );
    expect(answers.reduce((sum, { granted }) => sum + granted, 0)).toBe(40);
  });

  it('does the arithmetic of core/limits, answer by answer', async () => {
    const limiter = open();
    const name = 'replayed';
    let model: LimiterState = newLimiter;
    let seed = 7;
    const random = (below: number) => {
      seed = (seed * 48_271) % 2_147_483_647;
      return seed % below;
    };
    let [startMs, elapsedMs] = [0, 0];
    // Unpaced: limits that grow spread the grants over the second, so that entries close and leave.
    for (let step = 0; elapsedMs < 2_500; step++) {
      const weights = Array.from({ length: 1 + random(4) }, () => 1 + random(5));
      const limit = 20 + Math.floor(elapsedMs / 8);
      const windows = { perSecond: limit, ...(step % 50 < 40 && { perMinute: limit * 4 }) };
      const request = { name, windows, weights, delayed: random(2), delayedMs: random(50) };
      const answer = await limiter.acquire(request);
      const expected = acquire(model, request, Math.round(answer.atMs * 1_000));
      expect(answer, `step ${step}`).toEqual(expected.answer);
      model = expected.state;
      startMs ||= answer.atMs;
      elapsedMs = answer.atMs - startMs;
      if (answer.granted > 0 && random(4) === 0) {
        const grant = { name, windows, ticket: answer.ticket, weight: weights[0] ?? 1 };
        await limiter.release(grant);
        model = release(model, grant);
      }
    }
    expect(model.allowed).toBeGreaterThan(500);
  });
}

export function rateLimiterStoreSuite(open: OpenTestEngine): void {
  let test: TestEngine;
  beforeAll(async () => {
    test = await open();
  });

  describe('taking', () => rateLimiterCases(() => test.engine.limiters));

  it('tells how limiters stand, in the order asked for, without changing them', async () => {
    const { limiters } = test.engine;
    await limiters.acquire({ name: 'standing', windows: everyWindow, weights: [2, 3], delayed: 1, delayedMs: 250 });
    for (let reading = 0; reading < 2; reading++) {
      const [never, standing] = await limiters.status(['never used', 'standing']);
      expect(never).toMatchObject({
        name: 'never used',
        windows: {},
        penalizedUntilMs: null,
        allowed: 0,
        delayed: 0,
        delayedMs: 0,
      });
      expect(standing).toMatchObject({ name: 'standing', allowed: 5, delayed: 1, delayedMs: 250 });
      const { atMs = 0, windows } = standing ?? {};
      expect(windows?.perDay).toMatchObject({ current: 5, emptyAtMs: expect.closeTo(atMs + 86_400_000, -5) });
      expect(windows?.perHour?.nextAtMs).toBe(windows?.perHour?.emptyAtMs);
    }
  });

  it('tells when the oldest leaves and when all is free, and what has left is not counted', async () => {
    const { limiters } = test.engine;
    const request = { name: 'leaving', windows: { perSecond: 100, perHour: 100 }, weights: [4] };
    const first = await limiters.acquire(request);
    // Past the second's sub-bucket of 2 ms: entries of their own there, one entry in the hour.
    const second = await vi.waitUntil(async () => {
      const [standing] = await limiters.status(['leaving']);
      return (standing?.atMs ?? 0) > first.atMs + 10 ? limiters.acquire(request) : false;
    });
    const [both] = await limiters.status(['leaving']);
    expect(both?.windows.perSecond).toEqual({
      current: 8,
      nextAtMs: expect.closeTo(first.atMs + 1_000, 2),
      emptyAtMs: expect.closeTo(second.atMs + 1_000, 2),
    });
    expect(both?.windows.perHour?.nextAtMs).toBeCloseTo(second.atMs + 3_600_000, 2);
    await vi.waitFor(
      async () => expect((await limiters.status(['leaving']))[0]?.windows.perSecond).toBeUndefined(),
      5_000,
    );
    expect((await limiters.status(['leaving']))[0]?.windows.perHour?.current).toBe(8);
  });

  it('tells of a penalty until it ends', async () => {
    const { limiters } = test.engine;
    await limiters.penalize('resting', 200);
    const [resting] = await limiters.status(['resting']);
    expect((resting?.penalizedUntilMs ?? 0) - (resting?.atMs ?? 0)).toBeGreaterThan(0);
    await vi.waitFor(async () => expect((await limiters.status(['resting']))[0]?.penalizedUntilMs).toBeNull(), 5_000);
  });

  it('counts a delayed request with the next grant, not with refusals', async () => {
    const { limiters } = test.engine;
    const request = { name: 'counted', windows: { perHour: 2 } };
    await limiters.acquire({ ...request, weights: [1] });
    await limiters.acquire({ ...request, weights: [2], delayed: 9, delayedMs: 9 });
    await limiters.acquire({ ...request, weights: [1], delayed: 2, delayedMs: 30 });
    expect((await limiters.status(['counted']))[0]).toMatchObject({ allowed: 2, delayed: 2, delayedMs: 30 });
  });

  it('keeps limiters that are in use when it prunes', async () => {
    const { limiters } = test.engine;
    const request = { name: 'kept', windows: { perDay: 1 }, weights: [1] };
    await limiters.acquire(request);
    await limiters.prune();
    expect(await limiters.acquire(request)).toMatchObject({ granted: 0 });
  });

  it('is one limiter for every replica', async () => {
    const replica = await test.replica();
    const request = { name: 'shared', windows: { perHour: 1 }, weights: [1] };
    await replica.limiters.acquire(request);
    expect(await test.engine.limiters.acquire(request)).toMatchObject({ granted: 0 });
  });
}
