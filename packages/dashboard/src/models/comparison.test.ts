import { describe, expect, it } from 'vitest';
import { metrics, ms } from '../../testing/queues.js';
import { comparisonParam, comparisonWords, earlierMs, overlay, readComparison } from './comparison.js';
import type { TimeRange } from './time-range.js';
import { seriesOf, type Timeline } from './timeline.js';

const hour: TimeRange = { kind: 'rolling', preset: '1h' };
const dragged: TimeRange = { kind: 'fixed', fromMs: ms(0), toMs: ms(600) };
const read = (search: string) => readComparison(new URLSearchParams(search), 'mail');

describe('what a queue is compared with', () => {
  it.each(['queue:payments', 'queue:a:b, c&d', 'range', '1d', '7d'])(
    '%s comes back from the URL as it went',
    (compare) => {
      expect(comparisonParam(read(String(new URLSearchParams({ compare }))))).toBe(compare);
    },
  );

  it.each(['', 'compare=', 'compare=2y', 'compare=queue:', 'compare=queue:mail'])('is nothing for "%s"', (search) =>
    expect(read(search)).toBeUndefined(),
  );

  it.each([
    ['queue:payments', hour, 0, 'payments'],
    ['range', hour, 3_600_000, 'the 1 h before'],
    ['range', dragged, 600_000, 'just before'],
    ['1d', dragged, 86_400_000, 'a day earlier'],
    ['7d', hour, 604_800_000, 'a week earlier'],
  ] as const)('%s is so much earlier, in words', (compare, range, beforeMs, words) => {
    const comparison = read(`compare=${compare}`);
    if (!comparison) throw new Error('nothing');
    expect(earlierMs(comparison, range)).toBe(beforeMs);
    expect(comparisonWords(comparison, range)).toBe(words);
  });
});

/** Waiting jobs by the second; undefined is a gap. */
const waiting = (at: Record<number, number | undefined>): Timeline => ({
  timesMs: Object.keys(at).map((second) => ms(Number(second))),
  points: Object.values(at).map((value) => (value === undefined ? undefined : metrics({ waiting: value }))),
});

describe('one queue laid over another', () => {
  const lay = (timeline: Timeline, compared: Timeline, options: { comparedStepMs?: number; shiftMs?: number } = {}) => {
    const laid = overlay({ timeline, compared, stepMs: 10_000, comparedStepMs: 10_000, shiftMs: 0, ...options });
    expect(laid.compared.timesMs).toBe(laid.timeline.timesMs);
    return laid.timeline.timesMs.map((atMs, index) => [
      (atMs - ms(0)) / 1_000,
      seriesOf(laid.timeline, 'waiting')[index],
      seriesOf(laid.compared, 'waiting')[index],
    ]);
  };

  it('stands point by point where both were recorded, moved to the time it is compared with', () => {
    const before = waiting({ [-3_600]: 7, [-3_590]: 8 });
    expect(lay(waiting({ 0: 1, 10: 2 }), before, { shiftMs: 3_600_000 })).toEqual([
      [0, 1, 7],
      [10, 2, 8],
    ]);
  });

  it('holds a coarse point for its step, not longer', () => {
    const fine = waiting({ 0: 1, 30: 2, 60: 3, 150: 4 });
    expect(lay(fine, waiting({ 0: 7, 60: 8 }), { comparedStepMs: 60_000 })).toEqual([
      [0, 1, 7],
      [30, 2, 7],
      [60, 3, 8],
      [150, 4, null],
    ]);
  });

  it('fills the axis where the first has nothing, and keeps the gaps of each', () => {
    const gap = waiting({ 0: 1, 10: undefined, 60: 3 });
    expect(lay(gap, waiting({ 30: 6, 40: undefined }))).toEqual([
      [0, 1, null],
      [10, null, null],
      [30, null, 6],
      [40, null, null],
      [60, 3, null],
    ]);
  });

  it('is empty for two that are', () => expect(lay(waiting({}), waiting({}))).toEqual([]));
});
