import { describe, expect, it } from 'vitest';
import { AttemptLedger, MAX_NAMES, type MeasuredJob, OTHER_NAMES } from './attempt-ledger.js';

function job(over: Partial<MeasuredJob> = {}): MeasuredJob {
  return { name: 'send', timestamp: 1_000, opts: {}, attemptsMade: 0, attemptsStarted: 1, processedOn: 1_500, ...over };
}

function run(ledger: AttemptLedger, one: MeasuredJob, tookMs: number, error?: unknown): void {
  ledger.begin(one, 9_999);
  ledger.settle(one, 9_999 + tookMs);
  if (error === undefined) ledger.completed(one);
  else ledger.failed(one, error);
}

describe('AttemptLedger', () => {
  it('counts waiting from the end of a job’s own delay to its first start', () => {
    const ledger = new AttemptLedger();
    ledger.begin(job({ timestamp: 1_000, opts: { delay: 5_000 }, processedOn: 6_250 }), 9_999);
    expect(ledger.read(10_000).wait.sumMs).toBe(250);
  });

  it('does not count a retry, nor a second start after a stall, as waiting', () => {
    const ledger = new AttemptLedger();
    ledger.begin(job({ attemptsMade: 1, attemptsStarted: 2 }), 9_999);
    ledger.begin(job({ attemptsMade: 0, attemptsStarted: 2 }), 9_999);
    const { wait, totals } = ledger.read(10_000);
    expect(wait.count).toBe(0);
    expect(totals).toMatchObject({ started: 2, firstStarted: 0 });
  });

  it('counts a promoted job’s negative wait as none', () => {
    const ledger = new AttemptLedger();
    ledger.begin(job({ opts: { delay: 3_600_000 } }), 9_999);
    expect(ledger.read(10_000).wait).toMatchObject({ count: 1, sumMs: 0 });
  });

  it('counts outcomes by job name and tells timeouts from other failures', () => {
    const ledger = new AttemptLedger();
    run(ledger, job(), 10);
    run(ledger, job(), 20, new Error('no'));
    run(ledger, job(), 30, Object.assign(new Error('late'), { name: 'TimeoutError' }));
    run(ledger, job({ name: 'render' }), 40, Object.assign(new Error('late'), { code: 'JOB_TIMED_OUT' }));
    const { totals, byName, processing } = ledger.read(10_000);
    expect(totals).toMatchObject({ started: 4, completed: 1, failed: 3, timedOut: 2 });
    expect(byName).toEqual({
      send: { completed: 1, failed: 2, timedOut: 1, processingMs: 60 },
      render: { completed: 0, failed: 1, timedOut: 1, processingMs: 40 },
    });
    expect(processing).toMatchObject({ count: 4, sumMs: 100 });
  });

  it('records no duration for a job that fails without having run, and counts it', () => {
    const ledger = new AttemptLedger();
    ledger.failed(job(), new Error('job stalled more than allowable limit'));
    ledger.failed(undefined, new Error('gone'));
    expect(ledger.read(10_000).totals).toMatchObject({ started: 0, failed: 2 });
    expect(ledger.read(10_000).processing.count).toBe(0);
  });

  it('leaves an attempt out of the finished ones when the engine never accepted its outcome', () => {
    const ledger = new AttemptLedger();
    const lost = job();
    ledger.begin(lost, 9_999);
    ledger.settle(lost, 10_004);
    expect(ledger.read(10_000).totals).toMatchObject({ started: 1, completed: 0, failed: 0 });
    expect(ledger.read(10_000).minMs).toBeNull();
  });

  it('leaves nothing of an attempt with its job once that is counted', () => {
    const ledger = new AttemptLedger();
    const one = job();
    run(ledger, one, 5);
    ledger.completed(one);
    expect(ledger.read(10_000).processing.count).toBe(1);
  });

  it('keeps the durations of all jobs in hand, however many there are at once', () => {
    const ledger = new AttemptLedger();
    const jobs = Array.from({ length: 2_000 }, () => job());
    for (const one of jobs) {
      ledger.begin(one, 0);
      ledger.settle(one, 5);
    }
    for (const one of jobs) ledger.completed(one);
    expect(ledger.read(10_000).processing.count).toBe(jobs.length);
  });

  it('keeps the time of the processor when storing the outcome takes a second try', () => {
    const ledger = new AttemptLedger();
    const one = job();
    ledger.begin(one, 100);
    ledger.settle(one, 110);
    ledger.settle(one, 5_110);
    ledger.completed(one);
    expect(ledger.read(10_000).maxMs).toBe(10);
  });

  it('forgets an attempt that was put off', () => {
    const ledger = new AttemptLedger();
    const one = job();
    ledger.begin(one, 100);
    ledger.settle(one, 110);
    ledger.forget(one);
    ledger.completed(one);
    expect(ledger.read(10_000).processing.count).toBe(0);
  });

  it('keeps the last 100 durations, oldest first, and the extremes of all', () => {
    const ledger = new AttemptLedger();
    for (let ms = 1; ms <= 250; ms++) run(ledger, job(), ms);
    const { recentMs, minMs, maxMs } = ledger.read(10_000);
    expect(recentMs).toEqual(Array.from({ length: 100 }, (_, index) => 151 + index));
    expect([minMs, maxMs]).toEqual([1, 250]);
  });

  it('counts names beyond the fiftieth together', () => {
    const ledger = new AttemptLedger();
    for (let index = 0; index < MAX_NAMES + 10; index++) run(ledger, job({ name: `order-${index}` }), 1);
    const { byName } = ledger.read(10_000);
    expect(Object.keys(byName)).toHaveLength(MAX_NAMES + 1);
    expect(byName[OTHER_NAMES]?.completed).toBe(10);
  });
});
