import { describe, expect, it } from 'vitest';
import { acquire, advance, newLimiter, penalize, release, standingOf } from './limiter-state.js';

const T0_US = 1_700_000_000_000_000;
const second = 1_000_000;
const windows = { perSecond: 2, perHour: 3 };
const take = (state = newLimiter, rawUs = T0_US, ...weights: number[]) => acquire(state, { windows, weights }, rawUs);

describe('a limiter', () => {
  it('changes nothing by a call that grants nothing', () => {
    const full = take(newLimiter, T0_US, 1, 1).state;
    const refused = take(full, T0_US + 1, 1);
    expect(refused.state).toBe(full);
    expect(refused.answer).toMatchObject({ granted: 0, waitMs: 1_000 });
  });

  it('is freed by the shorter window first and held by the longer', () => {
    const first = take(newLimiter, T0_US, 1, 1).state;
    const third = take(first, T0_US + second, 1, 1);
    // All three lie within one sub-bucket of the hour, 7 s, and leave it with the last of them.
    expect(third.answer).toMatchObject({ granted: 1, waitMs: 3_600_000 });
    expect(take(first, T0_US + 20 * second, 1, 1).answer.waitMs).toBe(3_580_000);
  });

  it('goes on at the clock’s pace when the clock is set back, and neither blocks nor forgets', () => {
    const full = take(newLimiter, T0_US, 1, 1).state;
    const back = T0_US - 3_600 * second;
    expect(take(full, back, 1).answer).toMatchObject({ granted: 0, waitMs: 1_000 });
    const seen = take(full, back, 1).state;
    expect(advance(seen, back + second)).toBe(T0_US + second);
    expect(take(seen, back + second, 1).answer).toMatchObject({ granted: 1 });
    // And when it is set right again, the hour that never passed is not taken for one that did.
    expect(advance(seen, T0_US + 2 * second)).toBe(T0_US + 2 * second);
  });

  it('grants nothing during a penalty, and then as before', () => {
    const resting = penalize(newLimiter, T0_US, 5_000);
    expect(take(resting, T0_US + second, 1).answer).toMatchObject({ granted: 0, waitMs: 4_000 });
    expect(penalize(resting, T0_US + second, 1_000).penaltyUntilUs).toBe(resting.penaltyUntilUs);
    expect(take(resting, T0_US + 5 * second, 1).answer).toMatchObject({ granted: 1 });
  });

  it('counts weight, delays and what came back', () => {
    const { state, answer } = acquire(
      newLimiter,
      { windows: { perHour: 9 }, weights: [3, 2], delayed: 1, delayedMs: 40 },
      T0_US,
    );
    expect(state).toMatchObject({ allowed: 5, delayed: 1, delayedMs: 40 });
    const back = release(state, { windows: { perHour: 9 }, ticket: answer.ticket, weight: 2 });
    expect(standingOf('a', back, T0_US)).toMatchObject({ allowed: 3, windows: { perHour: { current: 3 } } });
  });

  it('tells instants in the engine’s clock, also after that was set back', () => {
    const state = penalize(take(newLimiter, T0_US, 1).state, T0_US - 7_200 * second, 0);
    const standing = standingOf('a', state, T0_US - 7_200 * second);
    expect(standing.windows.perHour?.emptyAtMs).toBe(T0_US / 1_000 - 7_200_000 + 3_600_000);
  });

  it('grants whatever is asked where nothing limits', () => {
    expect(acquire(newLimiter, { windows: {}, weights: [1, 1_000] }, T0_US).answer).toMatchObject({ granted: 2 });
  });
});
