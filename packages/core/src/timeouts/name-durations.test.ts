import { describe, expect, it } from 'vitest';
import type { WorkerReport } from '../fleet/report.js';
import { COARSE_BITS, Histogram } from '../metrics/histogram.js';
import { encodeHistogram } from '../metrics/histogram-codec.js';
import { GENERATION_MS, NameDurations } from './name-durations.js';
import { planTimeouts } from './plan-timeouts.js';
import { resolveTimeoutPolicy } from './timeout-policy.js';

interface Told {
  readonly count: number;
  readonly ms: number;
  readonly timedOut?: number;
}

function report(names: Record<string, Told> | undefined, change: Partial<WorkerReport> = {}): WorkerReport {
  const timings = Object.entries(names ?? {}).map(([name, { count, ms, timedOut = 0 }]) => {
    const histogram = new Histogram(COARSE_BITS);
    for (let index = 0; index < count; index++) histogram.record(ms);
    return [name, { durations: Buffer.from(encodeHistogram(histogram)).toString('base64'), timedOut }];
  });
  const told = { workerId: 'w', queueName: 'pay', startedAtMs: 0, ...change };
  return { ...told, ...(names && { timings: Object.fromEntries(timings) }) } as WorkerReport;
}

const countOf = (durations: NameDurations, name = 'charge') => durations.of('pay').get(name)?.durations.count ?? 0;

describe('NameDurations', () => {
  it('adds what is new since a worker’s last report, and all of a worker that is new', () => {
    const durations = new NameDurations();
    durations.absorb([report({ charge: { count: 10, ms: 5 } })], 0);
    durations.absorb([report({ charge: { count: 10, ms: 5 } })], 1);
    expect(countOf(durations)).toBe(10);
    durations.absorb([report({ charge: { count: 12, ms: 5, timedOut: 2 } })], 2);
    durations.absorb([report({ charge: { count: 7, ms: 5 } }, { workerId: 'v' })], 3);
    expect(countOf(durations)).toBe(19);
    expect(durations.of('pay').get('charge')?.fresh).toEqual({ finished: 19, timedOut: 2 });
  });

  it('counts a worker that began again from nothing, not twice', () => {
    const durations = new NameDurations();
    durations.absorb([report({ charge: { count: 10, ms: 5 } })], 0);
    durations.absorb([report({ charge: { count: 4, ms: 5 } }, { startedAtMs: 9 })], 1);
    durations.absorb([report({ charge: { count: 5, ms: 900 } }, { startedAtMs: 9 })], 2);
    expect(countOf(durations)).toBe(19);
  });

  it('does not count again what a report left out in between', () => {
    const durations = new NameDurations();
    durations.absorb([report({ charge: { count: 10, ms: 5 } })], 0);
    durations.absorb([report(undefined)], 1);
    durations.absorb([report({ charge: { count: 11, ms: 5 } })], 2);
    expect(countOf(durations)).toBe(11);
  });

  it('forgets the hour before the last, but keeps the past of a name that seldom runs', () => {
    const durations = new NameDurations();
    durations.absorb([report({ charge: { count: 300, ms: 5 }, rare: { count: 9, ms: 5 } })], 0);
    durations.absorb([report({ charge: { count: 600, ms: 5 }, rare: { count: 9, ms: 5 } })], GENERATION_MS);
    durations.absorb([report({ charge: { count: 900, ms: 5 }, rare: { count: 9, ms: 5 } })], 2 * GENERATION_MS);
    expect(countOf(durations)).toBe(300);
    expect(countOf(durations, 'rare')).toBe(9);
  });

  it('begins to look for timeouts anew with a new deadline', () => {
    const durations = new NameDurations();
    durations.absorb([report({ charge: { count: 10, ms: 5, timedOut: 9 } })], 0);
    durations.startAnew('pay', 'charge');
    expect(durations.of('pay').get('charge')?.fresh).toEqual({ finished: 0, timedOut: 0 });
    expect(countOf(durations)).toBe(10);
  });

  it('goes on without timings that are damaged', () => {
    const durations = new NameDurations();
    const damaged = { ...report({}), timings: { charge: { durations: '***', timedOut: 1 } } };
    durations.absorb([damaged, report({ charge: { count: 3, ms: 5 } }, { workerId: 'v' })], 0);
    expect(countOf(durations)).toBe(3);
  });
});

describe('planTimeouts', () => {
  const policy = resolveTimeoutPolicy([{ timeoutMs: 10_000, adaptiveEnabled: true }]);
  const policies = new Map([['pay', policy]]);

  it('gives each job name its own deadline, and a slow one more than the fixed', () => {
    const durations = new NameDurations();
    durations.absorb([report({ charge: { count: 100, ms: 2_000 }, export: { count: 100, ms: 12_000 } })], 0);
    const plan = planTimeouts({ policies, namesOf: (name) => durations.of(name), previous: {}, nowMs: 0 });
    expect(plan.pay?.charge?.timeoutMs).toBeGreaterThan(3_700);
    expect(plan.pay?.charge?.timeoutMs).toBeLessThan(4_300);
    expect(plan.pay?.export?.timeoutMs).toBeGreaterThan(22_000);
  });

  it('keeps deadlines of names that rest, and drops those of queues that no longer adapt', () => {
    const previous = { pay: { charge: { timeoutMs: 4_000, sinceMs: 0 } }, tax: { file: { timeoutMs: 1, sinceMs: 0 } } };
    const plan = planTimeouts({ policies, namesOf: () => new Map(), previous, nowMs: 1 });
    expect(plan).toEqual({ pay: previous.pay });
  });
});
