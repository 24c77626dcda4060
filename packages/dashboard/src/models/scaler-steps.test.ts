import { describe, expect, it } from 'vitest';
import { issue, queue } from '../../testing/queues.js';
import { queuesToFollow, scalerStep } from './scaler-steps.js';

const entry = (currentWorkers: number, targetWorkers: number, more = {}) => ({
  action: targetWorkers > currentWorkers ? ('scale_up' as const) : ('scale_down' as const),
  currentWorkers,
  targetWorkers,
  ...more,
});

describe('a step of the scaler', () => {
  it.each([
    [entry(4, 5), 'up', '4 → 5'],
    [entry(5, 4), 'down', '5 → 4'],
    [entry(3, 5, { executed: false }), 'held', 'held at 3, wants 5'],
    [entry(3, 3, { executed: false }), 'held', 'held at 3'],
    [{ ...entry(3, 3), action: 'maintain' as const }, 'held', 'held at 3'],
    [entry(3, 5, { dryRun: true }), 'held', 'would be 3 → 5'],
    [entry(3, 5, { executed: true }), 'up', '3 → 5'],
  ])('%o is %s: %s', (step, kind, words) => {
    expect(scalerStep(step)).toEqual({ kind, words });
  });
});

describe('the queues to follow', () => {
  const managed = { workers: { desired: 1 } as never };
  it('are the most urgent of those that we run workers for', () => {
    const fine = queue('fine', managed);
    const ill = queue('ill', { ...managed, issues: [issue('critical')] });
    const watched = queue('watched', { issues: [issue('critical')] });
    expect(queuesToFollow([fine, watched, ill], 12)).toEqual(['ill', 'fine']);
    expect(queuesToFollow([fine, watched, ill], 1)).toEqual(['ill']);
  });
});
