import { describe, expect, it } from 'vitest';
import { SearchPace } from './search-pace.js';

/** Steps one after the other, with the rests asked for, until `untilMs`; the time of steps by then. */
function search(pace: SearchPace, fromMs: number, untilMs: number, stepMs = 2): number {
  let [nowMs, spentMs] = [fromMs, 0];
  while (nowMs < untilMs) {
    const endedMs = nowMs + stepMs;
    nowMs = endedMs + pace.restAfter(nowMs, endedMs, 200);
    spentMs += stepMs;
  }
  return spentMs;
}

describe('the pace of searches', () => {
  it('begins without rests, and leaves all but a fifteenth of the engine to the workers from then on', () => {
    const pace = new SearchPace();
    expect(search(pace, 0, 500)).toBe(500);
    expect(search(pace, 500, 10_500)).toBeLessThanOrEqual(668);
  });

  it('gives the next searches no new beginning while one goes on', () => {
    const pace = new SearchPace();
    search(pace, 0, 10_000);
    expect(search(pace, 10_030, 11_030)).toBeLessThanOrEqual(70);
  });

  it('begins without rests again when nobody searched for a while', () => {
    const pace = new SearchPace();
    search(pace, 0, 10_000);
    expect(search(pace, 17_100, 17_600)).toBe(500);
  });

  it('asks a busy engine less often: a step that takes twice as long rests twice as long', () => {
    const pace = new SearchPace();
    search(pace, 0, 2_000);
    expect(pace.restAfter(2_000, 2_002, 200)).toBeCloseTo(28);
    expect(pace.restAfter(2_030, 2_034, 200)).toBeCloseTo(56);
  });

  it('begins without rests beside others, too: their turns are not its work', () => {
    const pace = new SearchPace();
    expect(pace.restAfter(0, 2, 200)).toBe(0);
    expect(search(pace, 2, 2_000, 8)).toBeGreaterThanOrEqual(1_992);
  });
});
