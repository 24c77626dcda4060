import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Histogram } from '../metrics/histogram.js';
import { type AdaptedTimeout, adaptTimeout, SHRINK_HALF_LIFE_MS } from './adapt-timeout.js';
import { resolveTimeoutPolicy } from './timeout-policy.js';

const MINUTE = 60_000;
const policy = resolveTimeoutPolicy([{ timeoutMs: 10_000, adaptiveEnabled: true }]);
const quiet = { finished: 0, timedOut: 0 };

function durations(count: number, ms: number): Histogram {
  const histogram = new Histogram();
  for (let index = 0; index < count; index++) histogram.record(ms);
  return histogram;
}

function held(timeoutMs: number, sinceMs = 0): AdaptedTimeout {
  return { timeoutMs, sinceMs };
}

describe('adaptTimeout', () => {
  it.each([
    { name: 'too few durations, no deadline yet', count: 99, ms: 2_000, previous: null, expected: null },
    { name: 'enough: twice the 99th percentile', count: 100, ms: 2_000, previous: null, expected: 4_000 },
    { name: 'fast jobs: the floor', count: 100, ms: 1, previous: null, expected: 1_000 },
    { name: 'slow jobs: the ceiling', count: 100, ms: 29_000, previous: null, expected: 30_000 },
    { name: 'too few durations now: the old deadline holds', count: 5, ms: 1, previous: held(4_000), expected: 4_000 },
    { name: 'slower: grows at once', count: 100, ms: 6_000, previous: held(4_000), expected: 12_000 },
    { name: 'slower by less than 5 %: not worth it', count: 100, ms: 2_050, previous: held(4_000), expected: 4_000 },
    { name: 'faster, a minute on: holds', count: 100, ms: 100, previous: held(4_000), expected: 4_000 },
  ])('$name', ({ count, ms, previous, expected }) => {
    const next = adaptTimeout({ policy, durations: durations(count, ms), fresh: quiet, previous, nowMs: MINUTE });
    // Buckets are exact to 0.4 %.
    if (expected === null) expect(next).toBeNull();
    else expect(Math.abs((next?.timeoutMs ?? 0) / expected - 1)).toBeLessThan(0.005);
  });

  it('shrinks to half in an hour, and then to what is wanted, however short the looks', () => {
    let now = held(20_000);
    const at: Record<number, number> = {};
    for (let nowMs = 0; nowMs <= 6 * SHRINK_HALF_LIFE_MS; nowMs += 5_000) {
      now = adaptTimeout({ policy, durations: durations(100, 1_000), fresh: quiet, previous: now, nowMs }) ?? now;
      at[nowMs / SHRINK_HALF_LIFE_MS] = now.timeoutMs;
    }
    expect(at[1]).toBeGreaterThanOrEqual(10_000);
    expect(at[1]).toBeLessThan(12_000);
    expect(at[6]).toBeGreaterThanOrEqual(2_000);
    expect(at[6]).toBeLessThan(2_300);
  });

  it('grows by the factor when attempts time out before the distribution shows it', () => {
    const before = { policy, durations: durations(10_000, 1_000), previous: held(2_000), nowMs: MINUTE };
    expect(adaptTimeout({ ...before, fresh: { finished: 60, timedOut: 3 } })?.timeoutMs).toBe(4_000);
    expect(adaptTimeout({ ...before, fresh: { finished: 61, timedOut: 3 } })?.timeoutMs).toBe(2_000);
    expect(adaptTimeout({ ...before, fresh: { finished: 2, timedOut: 2 } })?.timeoutMs).toBe(2_000);
  });

  it('holds a deadline to new bounds at once', () => {
    const lower = resolveTimeoutPolicy([{ timeoutMs: 1_000, adaptiveEnabled: true }]);
    const previous = held(20_000);
    expect(adaptTimeout({ policy: lower, durations: durations(0, 0), fresh: quiet, previous, nowMs: 1 })).toEqual({
      timeoutMs: 3_000,
      sinceMs: 1,
    });
  });

  it('makes no deadline longer when the clock goes back', () => {
    const previous = held(20_000, 10 * MINUTE);
    expect(adaptTimeout({ policy, durations: durations(100, 1), fresh: quiet, previous, nowMs: 0 })).toEqual(previous);
  });

  const anyPolicy = fc
    .record({ timeoutMs: fc.integer({ min: 1, max: 1e6 }), factor: fc.double({ min: 1, max: 5, noNaN: true }) })
    .map((settings) => resolveTimeoutPolicy([{ ...settings, adaptiveEnabled: true }]));
  const samples = fc.array(fc.integer({ min: 0, max: 1_000_000 }), { minLength: 100, maxLength: 200 });

  it('never leaves floor and ceiling, and holds still once it is right', () => {
    fc.assert(
      fc.property(anyPolicy, samples, fc.nat(1e7), (any, ms, heldMs) => {
        const histogram = new Histogram();
        for (const one of ms) histogram.record(one);
        const input = { policy: any, durations: histogram, fresh: quiet, nowMs: MINUTE };
        const next = adaptTimeout({ ...input, previous: heldMs === 0 ? null : held(heldMs) });
        expect(next?.timeoutMs).toBeGreaterThanOrEqual(any.floorMs);
        expect(next?.timeoutMs).toBeLessThanOrEqual(any.ceilingMs);
        const right = adaptTimeout({ ...input, previous: null });
        expect(adaptTimeout({ ...input, previous: right, nowMs: 99 * SHRINK_HALF_LIFE_MS })).toEqual(right);
      }),
    );
  });

  it('of slower attempts is never shorter', () => {
    fc.assert(
      fc.property(samples, fc.integer({ min: 1, max: 20 }), (ms, times) => {
        const [fast, slow] = [new Histogram(), new Histogram()];
        for (const one of ms) fast.record(one);
        for (const one of ms) slow.record(one * times);
        const of = (histogram: Histogram) =>
          adaptTimeout({ policy, durations: histogram, fresh: quiet, previous: null, nowMs: 0 })?.timeoutMs ?? 0;
        expect(of(slow)).toBeGreaterThanOrEqual(of(fast));
      }),
    );
  });
});
