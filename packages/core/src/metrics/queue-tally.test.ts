import { expect, it } from 'vitest';
import type { WorkerReport } from '../fleet/report.js';
import { emptyFolded, fold, foldBoundsMs, foldOne } from './folded-histogram.js';
import { Histogram } from './histogram.js';
import { addToTally, emptyTally, MAX_TALLIED_NAMES, readTally, TallyLedger } from './queue-tally.js';

const START = 1_000_000;

function report(change: Partial<WorkerReport>): WorkerReport {
  return { workerId: 'w1', queueName: 'mail', startedAtMs: START, byName: {}, ...change } as WorkerReport;
}

function recorded(...durations: number[]): Histogram {
  const histogram = new Histogram();
  for (const duration of durations) histogram.record(duration);
  return histogram;
}

const named = (completed: number) => ({ completed, failed: 0, timedOut: 0, processingMs: completed * 10 });

it('counts each duration in the first bucket that reaches it, within half a fine bucket', () => {
  const folded = fold(emptyFolded, recorded(1, 5.5, 90, 990, 1_100, 4_000_000));
  const upTo = (boundMs: (typeof foldBoundsMs)[number]) =>
    folded.counts.slice(0, foldBoundsMs.indexOf(boundMs) + 1).reduce((sum, count) => sum + count, 0);
  expect([upTo(5), upTo(25), upTo(100), upTo(1_000), upTo(2_500), upTo(3_600_000)]).toEqual([1, 2, 3, 4, 5, 5]);
  expect(folded.counts.at(-1)).toBe(1);
  expect(folded.sumMs).toBeCloseTo(1 + 5.5 + 90 + 990 + 1_100 + 4_000_000);
});

it('counts a duration on a bound with it', () => {
  expect(foldOne(emptyFolded, 25).counts[1]).toBe(1);
});

it('keeps the sums of both histograms over many intervals', () => {
  let tally = emptyTally;
  for (let tick = 0; tick < 3; tick++) {
    tally = addToTally(tally, { processing: recorded(10, 20), wait: tick === 1 ? null : recorded(500) }, undefined);
  }
  expect([tally.processing.sumMs, tally.wait.sumMs]).toEqual([90, 1_000]);
});

it('counts what the reports say more than last time, and a new worker from zero', () => {
  const ledger = new TallyLedger();
  ledger.absorb([report({ byName: { welcome: named(100) } })], START + 5_000);
  const change = ledger
    .absorb(
      [
        report({ byName: { welcome: named(103) }, deadlines: { welcome: { soft: 2, overdue: 1, abandoned: 0 } } }),
        report({ workerId: 'w2', startedAtMs: START + 7_000, byName: { invoice: named(4) } }),
      ],
      START + 10_000,
    )
    .get('mail');
  expect(change?.names).toEqual({ welcome: named(3), invoice: named(4) });
  expect(change?.deadlines).toEqual({ soft: 2, overdue: 1, abandoned: 0 });
});

it('counts nothing twice after a change of leader, not even of a worker that just started', () => {
  const successor = new TallyLedger(START + 10_000);
  const young = report({ startedAtMs: START + 9_000, byName: { welcome: named(5) } });
  expect(successor.absorb([young], START + 15_000).get('mail')?.names.welcome).toEqual(named(0));
  const later = report({ startedAtMs: START + 9_000, byName: { welcome: named(8) } });
  expect(successor.absorb([later], START + 20_000).get('mail')?.names.welcome).toEqual(named(3));
});

it('counts nothing twice of a worker that was silent for a moment', () => {
  const ledger = new TallyLedger();
  ledger.absorb([], START);
  const young = report({ startedAtMs: START + 1_000, byName: { welcome: named(5) } });
  ledger.absorb([young], START + 5_000);
  ledger.absorb([], START + 10_000);
  expect(ledger.absorb([young], START + 15_000).get('mail')?.names.welcome).toEqual(named(0));
});

it('counts a recycle once, by its cause, however often it is told', () => {
  const ledger = new TallyLedger();
  const recycling = report({ recycle: { cause: 'soft_limit', reason: 'at 400 MB' } });
  ledger.absorb([report({})], START);
  const counts = [START + 5_000, START + 10_000].map((at) => ledger.absorb([recycling], at).get('mail')?.recycled);
  expect(counts).toEqual([{ soft_limit: 1 }, {}]);
});

it('keeps job names within a bound, whatever names there are', () => {
  let tally = emptyTally;
  for (let order = 0; order < 500; order++) {
    const names = { [`order-${order}`]: named(1), constructor: named(1) };
    tally = addToTally(tally, { processing: null, wait: null }, { deadlines: tally.deadlines, recycled: {}, names });
  }
  expect(Object.keys(tally.names)).toHaveLength(MAX_TALLIED_NAMES + 1);
  expect(Object.values(tally.names).reduce((sum, { completed }) => sum + completed, 0)).toBe(1_000);
});

it('never becomes less, also when a report does', () => {
  const ledger = new TallyLedger();
  ledger.absorb([report({ byName: { welcome: named(9) } })], START);
  expect(ledger.absorb([report({ byName: { welcome: named(2) } })], START + 5_000).get('mail')?.names.welcome).toEqual(
    named(0),
  );
});

it('begins a histogram anew whose bounds another version had', () => {
  expect(readTally({ processing: { counts: [1, 2], sumMs: 3 } })).toEqual(emptyTally);
  expect(readTally(undefined)).toEqual(emptyTally);
});
