import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { COARSE_BITS, Histogram } from './histogram.js';
import { decodePoints, emptyPoint, encodePoint, type MetricPoint, pointFields } from './point.js';
import { chooseResolution, defaultRetention, rollUp, slotStart } from './rollup.js';

const value = fc.option(fc.nat({ max: 10_000_000 }), { nil: null });
const fields = fc.record(Object.fromEntries(pointFields.map(({ name }) => [name, value])));
const points = fc
  .tuple(
    fields,
    fc.nat({ max: 200_000_000 }),
    fc.array(fc.double({ min: 0, max: 60_000, noNaN: true }), { maxLength: 40 }),
  )
  .map(([known, slot, durations]): MetricPoint => {
    const processing = new Histogram(COARSE_BITS);
    for (const duration of durations) processing.record(duration);
    return { ...emptyPoint(slot * 10_000), ...known, processing: durations.length === 0 ? null : processing };
  });

function concat(parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

describe('encodePoint', () => {
  it('keeps every field, and unknown apart from zero', () => {
    fc.assert(
      fc.property(points, (point) => {
        const [decoded] = decodePoints(encodePoint(point, 10_000), 10_000);
        for (const { name } of pointFields) expect(decoded?.[name]).toBe(point[name]);
        expect(decoded?.atMs).toBe(point.atMs);
        expect(decoded?.processing?.count ?? 0).toBe(point.processing?.count ?? 0);
      }),
    );
  });

  it('lets the last written point of a slot win, and sorts by time', () => {
    const at = (atMs: number, waiting: number) => encodePoint({ ...emptyPoint(atMs), waiting }, 10_000);
    const decoded = decodePoints(concat([at(20_000, 1), at(10_000, 2), at(20_000, 3)]), 10_000);
    expect(decoded.map(({ atMs, waiting }) => [atMs, waiting])).toEqual([
      [10_000, 2],
      [20_000, 3],
    ]);
  });

  it('costs a quiet queue less than ten bytes besides its unknown fields', () => {
    const zeros = Object.fromEntries(pointFields.map(({ name }) => [name, 0]));
    expect(encodePoint({ ...emptyPoint(1_800_000_000_000), ...zeros }, 10_000).length).toBeLessThan(10);
  });
});

describe('rollUp', () => {
  const point = (atMs: number, change: Partial<MetricPoint>): MetricPoint => ({ ...emptyPoint(atMs), ...change });

  it('sums counters, keeps the last known gauge and merges timings', () => {
    const fast = new Histogram(COARSE_BITS);
    fast.record(10);
    const slow = new Histogram(COARSE_BITS);
    slow.record(1_000);
    const rolled = rollUp(
      [
        point(0, { waiting: 5, finished: 3, processing: fast }),
        point(10_000, { waiting: 7, finished: 4, processing: slow }),
        point(20_000, { waiting: null, finished: null }),
      ],
      0,
    );
    expect(rolled).toMatchObject({ atMs: 0, waiting: 7, finished: 7, failures: null });
    expect(rolled.processing?.count).toBe(2);
  });

  it('leaves its parts as they were', () => {
    const processing = new Histogram(COARSE_BITS);
    processing.record(10);
    const parts = [point(0, { processing }), point(10_000, { processing })];
    rollUp(parts, 0);
    expect(processing.count).toBe(1);
  });

  it('of nothing is a point with every field unknown', () => {
    expect(rollUp([], 60_000)).toEqual(emptyPoint(60_000));
  });

  it('gives the same counters in one step or in two', () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 1_000 }), { minLength: 60, maxLength: 60 }), (counts) => {
        const fine = counts.map((finished, index) => point(index * 10_000, { finished }));
        const minutes = Array.from({ length: 10 }, (_, minute) =>
          rollUp(fine.slice(minute * 6, minute * 6 + 6), minute * 60_000),
        );
        expect(rollUp(minutes, 0).finished).toBe(rollUp(fine, 0).finished);
      }),
    );
  });
});

describe('chooseResolution', () => {
  const nowMs = 100 * 86_400_000;
  const range = (spanMs: number, agoMs = spanMs) => ({
    sinceMs: nowMs - agoMs,
    untilMs: nowMs - agoMs + spanMs,
    nowMs,
  });

  it.each([
    ['the last 15 minutes', range(900_000), 500, 10_000],
    ['the last hour in few points', range(3_600_000), 100, 60_000],
    ['an hour of yesterday, whose fine points are gone', range(3_600_000, 86_400_000), 500, 60_000],
    ['a week', range(7 * 86_400_000), 2_000, 600_000],
    ['more than is kept', range(60 * 86_400_000), 500, 600_000],
  ])('answers %s', (_, asked, maxPoints, resolutionMs) => {
    expect(chooseResolution(defaultRetention, asked, maxPoints)).toBe(resolutionMs);
  });

  it('starts slots at multiples of the resolution', () => {
    expect(slotStart(61_234, 10_000)).toBe(60_000);
  });
});
