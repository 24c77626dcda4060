import { describe, expect, it } from 'vitest';
import { at, ms } from '../../testing/queues.js';
import { decided, policy } from '../../testing/scaling.js';
import {
  filterHistory,
  historyTitle,
  outcomeWords,
  policyTexts,
  readPolicy,
  scalingEvents,
  whatIfRows,
} from './scaling.js';

describe('a policy in a form', () => {
  const read = (changes: Record<string, string>) => readPolicy({ ...policyTexts(policy), ...changes }, policy);

  it('shows times in seconds, and is unchanged as it came', () => {
    expect(policyTexts(policy)).toMatchObject({ 'objective.waitMs': '1.5', 'scaleUpThreshold.queueLatencyMs': '30' });
    expect(read({})).toEqual({ fields: {}, update: {} });
  });

  it('sends only what differs; what is emptied is taken away', () => {
    expect(
      read({ maxWorkers: '12', 'scaleUpThreshold.queueDepth': '', 'scaleUpThreshold.queueLatencyMs': '0.5' }).update,
    ).toEqual({ maxWorkers: 12, scaleUpThreshold: { queueDepth: null, queueLatencyMs: 500 } });
    expect(read({ 'objective.waitMs': '', mode: 'dry_run' }).update).toEqual({ objective: null, mode: 'dry_run' });
  });

  it('refuses bounds and thresholds that contradict each other, at the field', () => {
    expect(read({ minWorkers: '9' }).fields).toEqual({ minWorkers: 'Must not exceed the maximum.' });
    expect(read({ 'scaleDownThreshold.queueDepth': '300' }).fields['scaleDownThreshold.queueDepth']).toMatch(
      /Must be below 250/,
    );
    expect(read({ maxWorkers: '2.5', 'scaleUpThreshold.cpuPercent': '101' }).fields).toEqual({
      maxWorkers: 'Must be a whole number.',
      'scaleUpThreshold.cpuPercent': 'Must be at most 100.',
    });
  });
});

describe('the history of decisions', () => {
  const held = decided({ action: 'maintain', executed: false, targetWorkers: 5, currentWorkers: 3 });
  const dry = decided({ dryRun: true });

  it('says what was done, what was not, and what became of it', () => {
    expect([decided(), held, dry].map(historyTitle)).toEqual([
      'Scaled up 2 → 3 workers',
      'Held at 3, wants 5',
      'Would go 2 → 3 workers (dry run)',
    ]);
    expect(outcomeWords(decided({ outcome: { reached: true, afterMs: 4_200 } }))).toBe('Done in 4.2 s.');
    expect(outcomeWords(decided({ outcome: { reached: false, afterMs: 60_000, reason: 'no room' } }))).toBe(
      'Not reached after 1 m 00 s: no room.',
    );
    expect(outcomeWords(decided())).toBeUndefined();
  });

  it('is filtered by whether anything was changed', () => {
    expect(filterHistory([decided(), held, dry], 'actions')).toHaveLength(1);
    expect(filterHistory([decided(), held, dry], 'why-not')).toEqual([held, dry]);
  });

  it('draws only what was done on charts', () => {
    expect(scalingEvents([decided({ executedAt: at(9) }), held])).toEqual([
      { atMs: ms(9), kind: 'scale_up', label: 'Scaled up 2 → 3 workers: The oldest waits too long.' },
    ]);
  });
});

describe('a replay', () => {
  it('stands side by side, with a gap where nothing was recorded', () => {
    const outcome = {
      workerHours: 6.5,
      busyHours: 4,
      waitMs: { p50: 100, p95: 2_000, p99: 9_000, max: 848_000 },
      objectiveMs: 30_000,
      overObjectivePercent: 1.25,
      actions: 4,
      flips: 1,
    };
    const rows = whatIfRows({
      success: true,
      since: at(0),
      until: at(60),
      assumed: {
        arrivals: 'recorded',
        jobs: 9,
        stepMs: 1,
        unknownPercent: 0,
        serviceMs: 1,
        startUpMs: 1,
        slotsPerWorker: 1,
      },
      present: outcome,
      actual: { workerHours: 12, knownPercent: 100, longestWaitMs: null },
      series: { stepMs: 1 },
    });
    expect(rows[0]).toEqual({ label: 'Worker-hours', draft: undefined, present: '6.50 h', actual: '12.0 h' });
    expect(rows[1]).toEqual({ label: 'Longest wait', draft: undefined, present: '14 min', actual: undefined });
  });
});
