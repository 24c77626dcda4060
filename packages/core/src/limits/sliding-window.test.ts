import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { charge, refund, type SlidingWindow, SUB_BUCKETS, slide, waitForUs, weightOf } from './sliding-window.js';

const LENGTH_US = 1_000_000;

interface Grant {
  readonly atUs: number;
  readonly weight: number;
}

/** Asks at those instants for those weights; what was granted. */
function drive(asked: readonly Grant[], limit: number): Grant[] {
  let window: SlidingWindow = [];
  return asked.filter(({ atUs, weight }) => {
    window = slide(window, atUs, LENGTH_US);
    if (weightOf(window) + weight > limit) return false;
    window = charge(window, atUs, weight, LENGTH_US);
    return true;
  });
}

/** The most that any window of that length holds: one that ends with a grant holds the most. */
function fullest(grants: readonly Grant[]): number {
  let [most, held, from] = [0, 0, 0];
  for (const grant of grants) {
    held += grant.weight;
    for (; (grants[from]?.atUs ?? 0) <= grant.atUs - LENGTH_US; from++) held -= grants[from]?.weight ?? 0;
    most = Math.max(most, held);
  }
  return most;
}

const demand = fc
  .array(fc.record({ gapUs: fc.nat(40_000), weight: fc.integer({ min: 1, max: 5 }) }), { maxLength: 400 })
  .map((steps) => {
    let atUs = 1_000_000_000;
    return steps.map(({ gapUs, weight }) => {
      atUs += gapUs;
      return { atUs, weight };
    });
  });

describe('a sliding window', () => {
  it('never holds more than the limit, wherever in time it lies', () => {
    fc.assert(
      fc.property(demand, fc.integer({ min: 5, max: 60 }), (asked, limit) => {
        expect(fullest(drive(asked, limit))).toBeLessThanOrEqual(limit);
      }),
    );
  });

  it.each([
    ['steadily, faster than allowed', 997],
    ['far faster than allowed', 101],
    ['a little faster than the sub-buckets', 4_900],
  ])('uses 99 percent of the limit when asked %s', (_, everyUs) => {
    const limit = Math.floor((LENGTH_US / everyUs) * 0.7);
    const seconds = 20;
    const asked = Array.from({ length: (seconds * LENGTH_US) / everyUs }, (_, index) => ({
      atUs: index * everyUs,
      weight: 1,
    }));
    // Beyond the first window, which may be granted at once.
    const grants = drive(asked, limit).slice(limit);
    expect(grants.length).toBeGreaterThanOrEqual((seconds - 1) * limit * 0.99);
  });

  it('lets a whole limit through at once, and again when a window has passed, not before', () => {
    const burst = (atUs: number) => Array.from({ length: 10 }, () => ({ atUs, weight: 1 }));
    const granted = drive([...burst(0), ...burst(LENGTH_US - 1), ...burst(LENGTH_US)], 10);
    expect(granted.map(({ atUs }) => atUs)).toEqual([...Array(10).fill(0), ...Array(10).fill(LENGTH_US)]);
  });

  it('keeps a bounded number of entries, however many grants it holds', () => {
    let window: SlidingWindow = [];
    for (let atUs = 0; atUs < 3 * LENGTH_US; atUs += 150) {
      window = charge(slide(window, atUs, LENGTH_US), atUs, 1, LENGTH_US);
      expect(window.length).toBeLessThanOrEqual(SUB_BUCKETS + 2);
    }
  });

  it('says exactly when enough will have left', () => {
    fc.assert(
      fc.property(demand, fc.integer({ min: 1, max: 20 }), (asked, weight) => {
        const limit = 20;
        let window: SlidingWindow = [];
        for (const { atUs, weight: asks } of asked) {
          window = slide(window, atUs, LENGTH_US);
          const surplus = weightOf(window) + asks - limit;
          if (surplus <= 0) window = charge(window, atUs, asks, LENGTH_US);
        }
        const nowUs = asked.at(-1)?.atUs ?? 0;
        const surplus = weightOf(slide(window, nowUs, LENGTH_US)) + weight - limit;
        fc.pre(surplus > 0);
        const freeUs = nowUs + waitForUs(slide(window, nowUs, LENGTH_US), surplus, nowUs, LENGTH_US);
        expect(weightOf(slide(window, freeUs, LENGTH_US)) + weight).toBeLessThanOrEqual(limit);
        expect(weightOf(slide(window, freeUs - 1, LENGTH_US)) + weight).toBeGreaterThan(limit);
      }),
    );
  });

  it('gives back only what the open entry holds, and is never over for it', () => {
    const window = charge(charge([], 0, 3, LENGTH_US), LENGTH_US / 2, 2, LENGTH_US);
    expect(weightOf(refund(window, LENGTH_US / 2, 2))).toBe(3);
    expect(weightOf(refund(window, LENGTH_US / 2, 3))).toBe(5);
    expect(weightOf(refund(window, 0, 1))).toBe(5);
    expect(weightOf(charge(refund(window, LENGTH_US / 2, 2), LENGTH_US / 2 + 9, 4, LENGTH_US))).toBe(7);
  });
});
