import { describe, expect, it } from 'vitest';
import type { WorkerReport } from '../fleet/report.js';
import { zeroTotals } from '../metrics/worker-ledger.js';
import { followRecycle, needsTelling } from './follow-recycle.js';
import type { Recycle, RecycleStatus } from './recycle.js';

const told: Recycle = {
  workerId: 'w',
  queueName: 'mail',
  host: 'h',
  cause: 'command',
  reason: 'why',
  status: 'requested',
  graceful: true,
  requestedBy: 'user:a',
  requestedAtMs: 0,
  toldAtMs: 1_000,
  updatedAtMs: 0,
  jobsHandedBack: null,
  message: '',
};

function report(part: Partial<WorkerReport>): WorkerReport {
  return { workerId: 'w', queueName: 'mail', state: 'ready', active: 0, totals: zeroTotals, ...part } as WorkerReport;
}
const seen = (part: Partial<WorkerReport>) => ({ report: report(part), missingMs: 0 });
const notice = { recycle: { cause: 'command', reason: 'why' } } as const;

describe('followRecycle', () => {
  it.each<[string, Partial<Recycle>, Parameters<typeof followRecycle>[1], number, RecycleStatus]>([
    ['waits for the worker to hear of it', {}, seen({}), 5_000, 'requested'],
    ['sees the worker wait for its replacement', {}, seen(notice), 5_000, 'replacing'],
    ['sees it drain', {}, seen({ ...notice, state: 'draining', active: 3 }), 5_000, 'draining'],
    ['sees it end', { status: 'draining' }, seen({ ...notice, state: 'stopped' }), 5_000, 'done'],
    ['fails when there is no answer in a minute', {}, seen({}), 61_000, 'failed'],
    [
      'has all the time in the world while a replacement starts',
      { status: 'replacing' },
      seen(notice),
      9e9,
      'replacing',
    ],
    ['waits for its turn as long as it takes', { toldAtMs: null }, seen({}), 9e9, 'requested'],
    ['gives a missing report time', { status: 'draining' }, { report: null, missingMs: 14_000 }, 5_000, 'draining'],
    [
      'takes a worker that stays missing for ended',
      { status: 'draining' },
      { report: null, missingMs: 15_000 },
      5_000,
      'done',
    ],
  ])('%s', (_, before, sight, nowMs, status) => {
    expect(followRecycle({ ...told, ...before }, sight, nowMs).status).toBe(status);
  });

  it('counts the jobs that run again', () => {
    const last = seen({ state: 'stopped', totals: { ...zeroTotals, handedBack: 2 } });
    expect(followRecycle(told, last, 9_000)).toMatchObject({
      ...{ status: 'done', jobsHandedBack: 2, updatedAtMs: 9_000 },
      message: 'It ended; 2 jobs run again',
    });
  });

  it('gives the same object back when nothing changed, so that nothing is written', () => {
    const draining = followRecycle(told, seen({ ...notice, state: 'draining', active: 3 }), 5_000);
    expect(followRecycle(draining, seen({ ...notice, state: 'draining', active: 3 }), 10_000)).toBe(draining);
    expect(followRecycle(draining, seen({ ...notice, state: 'draining', active: 2 }), 10_000)).not.toBe(draining);
  });
});

describe('needsTelling', () => {
  it.each<[string, Partial<Recycle>, Partial<WorkerReport> | null, number, boolean]>([
    ['not before it had time to answer', {}, {}, 10_999, false],
    ['when the word may be lost', {}, {}, 11_000, true],
    ['not before its turn', { toldAtMs: null }, {}, 60_000, false],
    ['not when it heard', {}, notice, 60_000, false],
    ['not when it is gone', {}, null, 60_000, false],
  ])('%s', (_, before, part, nowMs, expected) => {
    const sight = { report: part === null ? null : report(part), missingMs: 0 };
    expect(needsTelling({ ...told, ...before }, sight, nowMs)).toBe(expected);
  });
});
