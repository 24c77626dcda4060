import { describe, expect, it } from 'vitest';
import { firstPace, type Pace, planPace, REST_PER_WORK } from './pace.js';

/** Lets an engine that takes so long for a job be worked on until the pace has settled. */
function settle(msPerJob: number, start: Pace = firstPace, slices = 40): Pace {
  let pace = start;
  for (let slice = 0; slice < slices; slice++) {
    pace = planPace(pace, { tookMs: pace.limit * msPerJob, jobs: pace.limit });
  }
  return pace;
}

describe('the pace', () => {
  it('grows to the largest slice on a quick engine', () => {
    expect(settle(0.02).limit).toBe(100);
  });

  it.each([0.2, 0.5, 1, 2])('keeps a slice of jobs that take %d ms each within 20 ms', (msPerJob) => {
    const { limit } = settle(msPerJob);
    expect(limit * msPerJob).toBeLessThanOrEqual(20);
    expect(limit).toBeGreaterThanOrEqual(5);
  });

  it('never leaves the engine less than the rest it promises', () => {
    for (const msPerJob of [0.02, 0.1, 0.5, 2]) {
      const { limit, restMs } = settle(msPerJob);
      expect(restMs).toBeGreaterThanOrEqual(Math.min(3_000, limit * msPerJob * REST_PER_WORK * 0.7));
    }
  });

  it('rests longer when jobs cost a multiple of what they cost at best', () => {
    const quiet = settle(0.1);
    const busy = planPace(quiet, { tookMs: quiet.limit * 0.4, jobs: quiet.limit });
    expect(busy.restMs).toBeCloseTo(quiet.limit * 0.4 * REST_PER_WORK * 2);
    expect(busy.limit).toBeLessThan(quiet.limit);
  });

  it('recovers when the others are gone', () => {
    const busy = settle(2, settle(0.1), 10);
    expect(settle(0.1, busy)).toEqual(settle(0.1));
  });

  it('takes a slice that found nothing, and a clock that stood still, for no reason to hurry', () => {
    const pace = planPace(settle(0.1), { tookMs: 50, jobs: 0 });
    expect(pace.restMs).toBe(50 * REST_PER_WORK);
    expect(planPace(firstPace, { tookMs: 0, jobs: 20 }).restMs).toBeGreaterThan(0);
    expect(planPace(firstPace, { tookMs: -5, jobs: 20 }).restMs).toBeGreaterThan(0);
  });

  it('never rests longer than a few seconds, so that a cancel is heard', () => {
    expect(planPace(firstPace, { tookMs: 10_000, jobs: 1 }).restMs).toBeLessThanOrEqual(3_000);
  });
});
