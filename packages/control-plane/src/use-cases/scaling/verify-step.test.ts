import { describe, expect, it } from 'vitest';
import { verifyStep } from './verify-step.js';

const up = { id: 'step', atMs: 0, from: 1, to: 4 };
const down = { id: 'step', atMs: 0, from: 4, to: 1 };
const workers = (ready: number, starting = 0, draining = 0) => ({ ready, starting, draining });

describe('a step', () => {
  it.each([
    ['is reached when its workers are ready', up, workers(4), 12_000, { reached: true, afterMs: 12_000 }],
    ['may still be reached while they start', up, workers(2, 2), 59_000, null],
    [
      'was not reached when they did not come',
      up,
      workers(2, 1),
      60_000,
      { reached: false, afterMs: 60_000, reason: '2 of 4 workers are ready, 1 are starting' },
    ],
    ['down is reached when the others are gone', down, workers(1), 3_000, { reached: true, afterMs: 3_000 }],
    ['down may take as long as a long job', down, workers(1, 0, 3), 599_000, null],
  ])('%s', (_, step, now, nowMs, outcome) => {
    expect(verifyStep(step, now, null, nowMs)).toEqual(outcome);
  });

  it('gets four of the usual starts before it is given up', () => {
    expect(verifyStep(up, workers(1), 90_000, 300_000)).toBeNull();
    expect(verifyStep(up, workers(1), 90_000, 360_000)).toMatchObject({ reached: false });
  });

  it('says what its platform has against it', () => {
    const now = { ...workers(1), trouble: 'The HPA emails-hpa sets the size of deployments/emails.' };
    expect(verifyStep(up, now, null, 60_000)?.reason).toBe(
      '1 of 4 workers are ready, 0 are starting. The HPA emails-hpa sets the size of deployments/emails.',
    );
  });
});
