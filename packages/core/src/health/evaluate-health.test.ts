import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evaluateHealth, type QueueObservation } from './evaluate-health.js';
import { calm, emptyQueue as state } from './testing/calm-queue.js';
import { defaultThresholds } from './thresholds.js';
import { durationInWords } from './words.js';

const plain = { ready: 0, starting: 0, draining: 0, desired: null, ours: false };
const none = { ready: 0, starting: 0, draining: 0, desired: 1, ours: true };

const scenarios: [string, Partial<QueueObservation>, string, string[]][] = [
  ['calm', {}, 'healthy', []],
  ['just under a limit', { state: { ...state, waiting: 999 } }, 'healthy', []],
  ['deep', { state: { ...state, waiting: 1_842 } }, 'warning', ['1,842 waiting (limit 1,000)']],
  ['very deep', { state: { ...state, waiting: 6_000 } }, 'critical', ['6,000 waiting (limit 5,000)']],
  [
    'with an old job',
    { state: { ...state, waiting: 1, oldestWaitingMs: 848_000 } },
    'warning',
    ['Oldest job waits 14 min (limit 5 min)'],
  ],
  ['failing', { errorRate: 6.25 }, 'warning', ['6.3 % of jobs fail (limit 5 %)']],
  ['failing in too few attempts to say', { errorRate: 50, finished: 4 }, 'healthy', []],
  ['timing out', { timeoutRate: 12 }, 'critical', ['12 % of jobs time out (limit 10 %)']],
  ['slow', { p95ProcessingMs: 41_200 }, 'warning', ['p95 processing time is 41 s (limit 30 s)']],
  ['short of memory', { memoryPercent: 96 }, 'critical', ['A worker is at 96 % of its memory (limit 95 %)']],
  ['held back', { rateLimitedPercent: 85 }, 'warning', ['Workers wait for a rate limit 85 % of the time (limit 80 %)']],
  ['paused', { state: { ...state, paused: true, waiting: 1 } }, 'warning', ['Paused with 1 job waiting']],
  ['stalling', { stalled: 2 }, 'warning', ['2 jobs stalled in 5 min and ran again']],
  ['without the worker it should have', { workers: none }, 'warning', ['No worker is running']],
  [
    'without a worker while jobs wait',
    { workers: none, state: { ...state, waiting: 12 } },
    'critical',
    ['No worker is running and 12 jobs need one'],
  ],
  ['paused without a worker', { workers: none, state: { ...state, paused: true } }, 'warning', ['Paused']],
  ['of plain BullMQ, idle', { workers: plain }, 'healthy', []],
  [
    'of plain BullMQ, unattended',
    { workers: plain, state: { ...state, waiting: 3, oldestWaitingMs: 90_000 } },
    'warning',
    ['3 jobs wait and none is active: is a worker running?'],
  ],
  [
    'of plain BullMQ, busy',
    { workers: plain, state: { ...state, waiting: 3, active: 1, oldestWaitingMs: 90_000 } },
    'healthy',
    [],
  ],
  [
    'crash looping',
    { crashLoop: { sinceMs: 0, restarts: 4, lastError: 'Cannot find module\n    at file.js:1', nextStartAtMs: 1 } },
    'critical',
    ['Workers keep crashing (4 restarts): Cannot find module'],
  ],
  [
    'mixing priorities',
    { state: { ...state, waiting: 10, prioritized: 8 } },
    'warning',
    ['2 jobs without priority run before all prioritised ones'],
  ],
  [
    'missing runs of its schedules',
    {
      missedSchedules: [
        { scheduleId: 'nightly', overdueMs: 180_000 },
        { scheduleId: 'hourly', overdueMs: 90_000 },
      ],
    },
    'warning',
    ['Schedule "nightly" should have run 3 min ago, and so should 1 more'],
  ],
  [
    'paused with a schedule that comes due',
    { state: { ...state, paused: true }, missedSchedules: [{ scheduleId: 'nightly', overdueMs: 180_000 }] },
    'warning',
    ['Paused'],
  ],
  ['unreadable', { state: null, unreadableBecause: 'wrong type' }, 'critical', ['Cannot be read: wrong type']],
];

describe('evaluateHealth', () => {
  it.each(scenarios)('a queue that is %s', (_, change, status, messages) => {
    const health = evaluateHealth({ ...calm, ...change }, defaultThresholds);
    expect(health.issues.map(({ message }) => message)).toEqual(messages);
    expect(health.status).toBe(status);
  });

  it('does not worry about what it does not know', () => {
    const unknown = {
      finished: null,
      errorRate: null,
      timeoutRate: null,
      p95ProcessingMs: null,
      stalled: null,
      memoryPercent: null,
    };
    expect(evaluateHealth({ ...calm, ...unknown }, defaultThresholds).status).toBe('healthy');
  });

  it('puts the worst first', () => {
    const health = evaluateHealth(
      { ...calm, state: { ...state, waiting: 2_000, paused: true }, errorRate: 90 },
      defaultThresholds,
    );
    expect(health.issues.map(({ kind }) => kind)).toEqual(['error_rate', 'queue_depth', 'paused']);
  });

  it('never gets better as the backlog grows', () => {
    const rank = { healthy: 0, warning: 1, critical: 2 };
    fc.assert(
      fc.property(fc.nat(20_000), fc.nat(20_000), (a, b) => {
        const at = (waiting: number) =>
          rank[evaluateHealth({ ...calm, state: { ...state, waiting } }, defaultThresholds).status];
        expect(at(Math.min(a, b))).toBeLessThanOrEqual(at(Math.max(a, b)));
      }),
    );
  });
});

describe('durationInWords', () => {
  it.each([
    [12.3, '12 ms'],
    [1_840, '1.8 s'],
    [41_200, '41 s'],
    [299_700, '5 min'],
    [310_000, '5 min 10 s'],
    [848_000, '14 min'],
    [7_260_000, '2 h 1 min'],
    [260_000_000, '3 d'],
  ])('says %d ms as %s', (ms, words) => {
    expect(durationInWords(ms)).toBe(words);
  });
});
