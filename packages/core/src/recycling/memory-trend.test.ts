import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fitTrend, growthReason, type MemorySample } from './memory-trend.js';

const MINUTE_MS = 60_000;
const SOFT_MB = 384;

/** A minute's mean each, from the sixth minute of a worker's life that began at 0. */
function samples(minutes: number, rssAt: (minute: number) => number): MemorySample[] {
  return Array.from({ length: minutes }, (_, index) => ({ atMs: (6 + index) * MINUTE_MS, rssMB: rssAt(index) }));
}

/** The same "noise" in every run, between -1 and 1. */
const noise = (minute: number) => ((minute * 7_919) % 100) / 50 - 1;

describe('fitTrend', () => {
  it('finds slope, ends and standard error of a worked example', () => {
    // y = 1, 3, 2, 4 at hours 0..3: slope 0.8, intercept 1.3, SSE 1.8, Sxx 5, SE = sqrt(1.8 / 2 / 5).
    const hours = [1, 3, 2, 4].map((rssMB, hour) => ({ atMs: hour * 3_600_000, rssMB }));
    const trend = fitTrend(hours);
    expect(trend?.slopeMBPerHour).toBeCloseTo(0.8, 10);
    expect(trend?.standardErrorMBPerHour).toBeCloseTo(Math.sqrt(0.18), 10);
    expect(trend?.fromMB).toBeCloseTo(1.3, 10);
    expect(trend?.toMB).toBeCloseTo(3.7, 10);
  });

  it.each([
    ['two samples', samples(2, () => 1)],
    ['samples of one instant', Array.from({ length: 9 }, () => ({ atMs: 5, rssMB: 1 }))],
  ])('says nothing of %s', (_, given) => {
    expect(fitTrend(given)).toBeNull();
  });
});

describe('growthReason', () => {
  it.each([
    [
      'a leak that reaches the soft limit soon',
      samples(40, (m) => 220 + 3 * m + noise(m)),
      /reaches the soft limit .* in 16 min/,
    ],
    [
      'a slow leak that has added much',
      samples(70, (m) => 80 + 1.5 * m + noise(m)),
      /^Memory grew by 10\d MB in 69 min \(90 MB an hour\)$/,
    ],
    ['a noisy leak', samples(60, (m) => 200 + 2.5 * m + 10 * noise(m)), /reaches the soft limit/],
  ])('proves %s', (_, given, reason) => {
    expect(growthReason(given, 0, SOFT_MB)).toMatch(reason);
  });

  it.each([
    ['a steady worker', samples(60, (m) => 200 + 5 * noise(m))],
    ['a cache that fills and stays', samples(60, (m) => 150 + Math.min(m * 12, 180) + noise(m))],
    ['a collector’s sawtooth', samples(60, (m) => 150 + (m % 8) * 25)],
    ['a single jump', samples(60, (m) => (m < 30 ? 120 : 300) + noise(m))],
    ['a worker that shrinks', samples(60, (m) => 350 - 2 * m)],
    ['growth so slow that it takes days', samples(60, (m) => 150 + 0.02 * m)],
    ['too short a look', samples(15, (m) => 200 + 8 * m)],
    [
      'many samples of a few minutes',
      samples(60, (m) => 200 + 2 * m).map((s, i) => ({ ...s, atMs: 400_000 + i * 5_000 })),
    ],
    ['the warm-up of a young worker', samples(60, (m) => 100 + 4 * m).map((s) => ({ ...s, atMs: s.atMs / 15 }))],
    ['nothing', []],
  ])('does not take %s for a leak', (_, given) => {
    expect(growthReason(given, 0, SOFT_MB)).toBeNull();
  });

  it('hardly ever takes noise for growth', () => {
    const noisy = fc.array(fc.double({ min: 100, max: 350, noNaN: true }), { minLength: 20, maxLength: 70 });
    fc.assert(
      fc.property(
        noisy,
        (values) =>
          growthReason(
            samples(values.length, (m) => values[m] ?? 0),
            0,
            SOFT_MB,
          ) === null,
      ),
      { numRuns: 500, seed: 7 },
    );
  });

  it('goes by when the worker started, not by the samples’ own beginning', () => {
    const leak = samples(40, (m) => 220 + 3 * m);
    expect(growthReason(leak, 0, SOFT_MB)).not.toBeNull();
    expect(growthReason(leak, 30 * MINUTE_MS, SOFT_MB)).toBeNull();
  });
});
