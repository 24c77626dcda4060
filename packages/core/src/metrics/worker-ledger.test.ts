import { describe, expect, it } from 'vitest';
import type { WorkerReport } from '../fleet/report.js';
import { Histogram } from './histogram.js';
import { encodeHistogram } from './histogram-codec.js';
import { WorkerLedger, zeroTotals } from './worker-ledger.js';

const START = 1_000_000;

function text(durations: readonly number[]): string {
  const histogram = new Histogram();
  for (const duration of durations) histogram.record(duration);
  return Buffer.from(encodeHistogram(histogram)).toString('base64');
}

function report(change: {
  workerId?: string;
  startedAtMs?: number;
  completed: number;
  durations?: number[];
}): WorkerReport {
  const durations = change.durations ?? Array.from({ length: change.completed }, () => 10);
  return {
    format: 1,
    workerId: change.workerId ?? 'w1',
    queueName: 'email',
    host: 'node-a',
    pid: 1,
    version: '0.1.0',
    owner: 'drover',
    state: 'ready',
    concurrency: 1,
    active: 0,
    startedAtMs: change.startedAtMs ?? START,
    reportedAtMs: START,
    totals: { ...zeroTotals, started: change.completed, completed: change.completed },
    byName: {},
    processing: text(durations),
    wait: text([]),
    recentMs: [],
    minMs: null,
    maxMs: null,
    memory: { heapUsed: 1, heapTotal: 1, external: 1, rss: 1, arrayBuffers: 1 },
    memoryLimitMB: null,
    cpuShare: 0,
    eventLoopDelayMs: 0,
    lastError: null,
  };
}

const completed = (ledger: WorkerLedger, reports: readonly WorkerReport[], nowMs: number): number | undefined =>
  ledger.absorb(reports, nowMs).get('email')?.totals.completed;

describe('WorkerLedger', () => {
  it('does not show the past of workers that it first meets as work of this moment', () => {
    const ledger = new WorkerLedger();
    expect(completed(ledger, [report({ completed: 5_000 })], START + 5_000)).toBe(0);
    expect(completed(ledger, [report({ completed: 5_007 })], START + 10_000)).toBe(7);
  });

  it('counts a worker that starts later from zero', () => {
    const ledger = new WorkerLedger();
    ledger.absorb([], START);
    expect(completed(ledger, [report({ completed: 3, startedAtMs: START + 1_000 })], START + 5_000)).toBe(3);
  });

  it('loses no count when reports are missed', () => {
    const ledger = new WorkerLedger();
    ledger.absorb([report({ completed: 10 })], START);
    ledger.absorb([], START + 5_000);
    ledger.absorb([], START + 300_000);
    expect(completed(ledger, [report({ completed: 25 })], START + 305_000)).toBe(15);
  });

  it('counts a worker id that started anew from zero', () => {
    const ledger = new WorkerLedger();
    ledger.absorb([report({ completed: 10 })], START);
    expect(completed(ledger, [report({ completed: 4, startedAtMs: START + 2_000 })], START + 5_000)).toBe(4);
  });

  it('does not count a worker twice that was away longer than any report lives', () => {
    const ledger = new WorkerLedger();
    ledger.absorb([report({ completed: 10 })], START);
    ledger.absorb([], START + 2_000_000);
    expect(completed(ledger, [report({ completed: 20 })], START + 2_005_000)).toBe(0);
  });

  it('goes on exactly from a checkpoint, without timings for the part it cannot know', () => {
    const before = new WorkerLedger();
    before.absorb([report({ completed: 10 })], START);
    const after = new WorkerLedger(before.checkpoint());
    const interval = after.absorb([report({ completed: 18 })], START + 8_000).get('email');
    expect(interval).toMatchObject({ fromMs: START, toMs: START + 8_000, totals: { completed: 8 } });
    expect(interval?.processing?.count).toBe(0);
    const next = after.absorb([report({ completed: 20 })], START + 13_000).get('email');
    expect(next?.processing?.count).toBe(2);
  });

  it('adds up the workers of a queue', () => {
    const ledger = new WorkerLedger();
    ledger.absorb([], START);
    const reports = ['a', 'b', 'c'].map((workerId) => report({ workerId, completed: 4, durations: [1, 2, 3, 4] }));
    const interval = ledger.absorb(reports, START + 5_000).get('email');
    expect(interval?.totals.completed).toBe(12);
    expect(interval?.processing?.count).toBe(12);
  });

  it('keeps the counts of a report whose timings do not decode', () => {
    const ledger = new WorkerLedger();
    ledger.absorb([], START);
    const damaged = { ...report({ completed: 4 }), processing: '***' };
    const interval = ledger.absorb([damaged], START + 5_000).get('email');
    expect(interval?.totals.completed).toBe(4);
    expect(interval?.processing?.count).toBe(0);
  });
});
