import { expect, it } from 'vitest';
import { changeReason, holdingReason } from './words.js';

const figures = { queueDepth: 45, queueLatencyMs: 12_400 };
const policy = { minWorkers: 2, maxWorkers: 5 };

it.each([
  [
    { currentWorkers: 2, targetWorkers: 2, policy, isRun: true, figures },
    '2 workers as wanted: the policy allows 2 to 5, and no decision was made yet; 45 jobs wait, the oldest for 12 s.',
  ],
  [
    { currentWorkers: 1, targetWorkers: 2, policy, isRun: true, figures },
    '1 of 2 workers, the others are on their way: the policy allows 2 to 5, and no decision was made yet; 45 jobs wait, the oldest for 12 s.',
  ],
  [
    { currentWorkers: 3, targetWorkers: 2, policy, isRun: true, figures: { queueDepth: 1, queueLatencyMs: 0 } },
    '3 workers, of which 1 will finish and go: the policy allows 2 to 5, and no decision was made yet; 1 job waits, the oldest for 0.0 s.',
  ],
  [
    { currentWorkers: 1, targetWorkers: 1, policy, isRun: false, figures },
    'No host runs workers for this queue: it is only watched; 45 jobs wait, the oldest for 12 s.',
  ],
])('says why a count stays: %#', (holding, reason) => {
  expect(holdingReason(holding)).toBe(reason);
});

it.each([
  [
    { from: 2, to: 1, wanted: 2, reason: 'Fine.' },
    'Hosts that can run this queue are missing: 1 of 2 workers have a place.',
  ],
  [
    { from: 5, to: 2, wanted: 2, reason: '2 workers stay: nothing waits.' },
    'The step to 5 workers was not carried out before another control plane took over. 2 workers stay: nothing waits.',
  ],
])('says why a count is another than was told: %#', (change, reason) => {
  expect(changeReason(change)).toBe(reason);
});
