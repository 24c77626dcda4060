import { describe, expect, it } from 'vitest';
import { firstPace, type Pace, planPace, REST_PER_WORK } from './pace.js';

/** Lets an engine that takes so long for a job, after so long a wait, be worked on until the pace has settled. */
function settle(msPerJob: number, start: Pace = firstPace, waitMs = 0): Pace {
  let pace = start;
  for (let slice = 0; slice < 40; slice++) {
    pace = planPace(pace, { tookMs: waitMs + pace.limit * msPerJob, jobs: pace.limit });
  }
  return pace;
}

describe('the pace', () => {
  it('grows to the largest slice on a quick engine', () => {
    expect(settle(0.02).limit).toBe(100);
  });

  it.each([0.1, 0.2, 0.5, 1, 2])('keeps a slice of jobs that take %d ms each within 21 ms', (msPerJob) => {
    const { limit } = settle(msPerJob);
    expect(limit * msPerJob).toBeLessThanOrEqual(21);
    expect(limit).toBeGreaterThanOrEqual(5);
  });

  it.each([0.02, 0.1, 0.5, 2])('leaves others sixteen parts of seventeen when a job takes %d ms', (msPerJob) => {
    const { limit, restMs } = settle(msPerJob);
    expect(restMs).toBeGreaterThanOrEqual(limit * msPerJob * REST_PER_WORK * 0.9);
  });

  it('rests longer the longer a slice had to wait for others', () => {
    const quiet = settle(0.1);
    const rests = [0, 10, 40, 90].map((waitMs) => planPace(quiet, { tookMs: waitMs + 10, jobs: 100 }).restMs);
    expect(rests.map((restMs) => Math.round(restMs))).toEqual([160, 170, 200, 250]);
  });

  it('still gets on where everything waits for a busy machine', () => {
    const crowded = settle(0.05, settle(0.05), 60);
    const jobsPerSecond = (1_000 * crowded.limit) / (60 + crowded.limit * 0.05 + crowded.restMs);
    expect(jobsPerSecond).toBeGreaterThan(300);
  });

  it('takes smaller slices while the engine is slow, and recovers', () => {
    const quick = settle(0.1);
    const slow = settle(3, quick, 150);
    expect(slow.limit).toBe(20);
    expect(settle(0.1, slow)).toEqual(quick);
  });

  it('takes a slice that found nothing, and a clock that stood still, for no reason to hurry', () => {
    expect(planPace(settle(0.1), { tookMs: 50, jobs: 0 }).restMs).toBe(50 * REST_PER_WORK);
    expect(planPace(firstPace, { tookMs: 0, jobs: 20 }).restMs).toBeGreaterThan(0);
    expect(planPace(firstPace, { tookMs: -5, jobs: 20 }).restMs).toBeGreaterThan(0);
  });

  it('never rests longer than a few seconds, so that a cancel is heard', () => {
    expect(planPace(firstPace, { tookMs: 10_000, jobs: 1 }).restMs).toBeLessThanOrEqual(3_000);
  });
});
