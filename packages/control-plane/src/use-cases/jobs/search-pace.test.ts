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
  it('begins without rests, and leaves all but a thirtieth of the engine to the workers from then on', () => {
    const pace = new SearchPace();
    expect(search(pace, 0, 500)).toBe(500);
    expect(search(pace, 500, 10_500)).toBeLessThanOrEqual(336);
  });

  it('gives the next searches no new beginning while one goes on', () => {
    const pace = new SearchPace();
    search(pace, 0, 10_000);
    expect(search(pace, 10_060, 11_060)).toBeLessThanOrEqual(36);
  });

  it('begins without rests again when nobody searched for a while', () => {
    const pace = new SearchPace();
    search(pace, 0, 10_000);
    expect(search(pace, 24_600, 25_100)).toBe(500);
  });

  it('asks a busy engine less often: a step that takes twice as long rests twice as long', () => {
    const pace = new SearchPace();
    search(pace, 0, 2_000);
    expect(pace.restAfter(2_000, 2_002, 200)).toBeCloseTo(58);
    expect(pace.restAfter(2_060, 2_064, 200)).toBeCloseTo(116);
  });

  it('begins without rests beside others, too: their turns are not its work', () => {
    const pace = new SearchPace();
    expect(pace.restAfter(0, 2, 200)).toBe(0);
    expect(search(pace, 2, 2_000, 8)).toBeGreaterThanOrEqual(1_992);
  });
});
