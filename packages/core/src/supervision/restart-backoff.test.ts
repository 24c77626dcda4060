import { describe, expect, it } from 'vitest';
import { afterDeath, hasRecovered, type RestartState, type WorkerDeath } from './restart-backoff.js';
import type { SupervisedMember } from './supervised-member.js';

const early: WorkerDeath = { livedMs: 1_000, error: 'boom', misconfigured: false };

function deaths(count: number, random = 0.5): RestartState {
  let state = afterDeath(undefined, early, 0, random);
  for (let index = 1; index < count; index++) state = afterDeath(state, early, index * 1_000, random);
  return state;
}

function waitMs(state: RestartState): number {
  return state.nextStartAtMs - state.lastDeathAtMs;
}

describe('afterDeath', () => {
  it('doubles the wait with each early death, up to half a minute', () => {
    expect([1, 2, 3, 4, 7, 20].map((count) => waitMs(deaths(count)))).toEqual([
      500, 1_000, 2_000, 4_000, 30_000, 30_000,
    ]);
  });

  it('spreads the wait by half either way', () => {
    expect([0, 1].map((random) => waitMs(deaths(1, random)))).toEqual([250, 750]);
  });

  it('is a crash loop from the third early death on, since the first', () => {
    expect([1, 2, 3].map((count) => deaths(count).looping)).toEqual([false, false, true]);
    expect(deaths(5)).toMatchObject({ firstDeathAtMs: 0, earlyDeaths: 5, lastError: 'boom' });
  });

  it('does not add up deaths of workers that had run for a minute', () => {
    const late = afterDeath(deaths(2), { ...early, livedMs: 60_000 }, 90_000, 0.5);
    expect(late).toMatchObject({ earlyDeaths: 1, firstDeathAtMs: 90_000, looping: false });
  });

  it('tells of a misconfigured worker at once, and tries it seldom', () => {
    const state = afterDeath(undefined, { ...early, misconfigured: true }, 0, 0.5);
    expect(state).toMatchObject({ looping: true, nextStartAtMs: 30_000 });
  });
});

describe('hasRecovered', () => {
  const ready = (startedAtMs: number): SupervisedMember => ({
    workerId: 'a',
    queueName: 'mail',
    pid: 1,
    phase: 'ready',
    adopted: false,
    startedAtMs,
    heardAtMs: startedAtMs,
    warned: false,
    active: 0,
    drain: null,
    recycle: null,
    killed: false,
  });
  const state = deaths(3);

  it('needs a worker that is well for a minute since the last death', () => {
    expect(hasRecovered(state, [ready(3_000)], 62_999)).toBe(false);
    expect(hasRecovered(state, [ready(3_000)], 63_000)).toBe(true);
  });

  it('is not fooled by one that was well before', () => {
    expect(hasRecovered(state, [ready(1_999)], 999_999)).toBe(false);
  });
});
