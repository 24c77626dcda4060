import { decodeHistogram, Histogram, type WorkerReport } from '@drover/core';
import type { EngineConnection, EngineQueue } from '@drover/engines';
import { DelayedError, type IQueueBackend, type Processor, RateLimitError, UnrecoverableError } from 'bullmq';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type WorkerEngine, workerEngines } from './testing/worker-engine.js';
import { Worker } from './worker.js';
import type { DroverOptions } from './worker-options.js';

interface Data {
  readonly failures?: number;
}
type AnyWorker = Worker<Data, unknown, string, IQueueBackend, never, EngineConnection>;
type Process = Processor<Data, unknown, string, never>;

function histogram(base64: string): Histogram {
  return decodeHistogram(Buffer.from(base64, 'base64'));
}

describe.each(Object.entries(workerEngines))('the drop-in Worker on %s', (_, startEngine) => {
  let engine: WorkerEngine;
  let queue: EngineQueue<Data>;
  let count = 0;
  const open: AnyWorker[] = [];

  beforeAll(async () => {
    engine = await startEngine();
  });
  afterAll(() => engine.close());
  beforeEach(() => {
    queue = engine.queue(`measured-${count++}`);
  });
  afterEach(async () => {
    await Promise.all(open.splice(0).map((worker) => worker.close()));
  });

  function work(processor: Process, drover: DroverOptions = {}): AnyWorker {
    const { options, backendFactory } = engine.workerArgs();
    const worker = new Worker(
      queue.name,
      processor,
      { ...options, drover: { reportIntervalMs: 50, ...drover } },
      backendFactory,
    );
    open.push(worker);
    return worker;
  }

  const reportOf = (worker: AnyWorker) => engine.reportOf(worker.workerId);

  async function reported(worker: AnyWorker, totals: Partial<WorkerReport['totals']>): Promise<WorkerReport> {
    return vi.waitFor(async () => {
      const report = await reportOf(worker);
      expect(report.totals).toMatchObject(totals);
      return report;
    }, 10_000);
  }

  it('counts attempts, outcomes and names, and a retry is not waiting', async () => {
    await queue.add('flaky', { failures: 1 }, { attempts: 2 });
    await queue.add('fine', { failures: 0 });
    await queue.add('broken', { failures: 9 }, { attempts: 1 });
    const worker = work(async (job) => {
      if (job.attemptsMade < (job.data.failures ?? 0)) throw new Error('no');
    });
    const report = await reported(worker, { started: 4, firstStarted: 3, completed: 2, failed: 2 });
    expect(report.byName).toMatchObject({
      flaky: { completed: 1, failed: 1 },
      fine: { completed: 1, failed: 0 },
      broken: { completed: 0, failed: 1 },
    });
    expect(histogram(report.wait).count).toBe(3);
    expect(histogram(report.processing).count).toBe(4);
    expect(report.recentMs).toHaveLength(4);
    expect(report).toMatchObject({ owner: 'application', state: 'ready', pid: process.pid, queueName: queue.name });
    expect(report.memory.rss).toBeGreaterThan(10);
  });

  it('takes a delayed job’s delay off its wait', async () => {
    await queue.add('later', {}, { delay: 600 });
    const worker = work(async () => {});
    const report = await reported(worker, { completed: 1 });
    expect(histogram(report.wait).sumMs).toBeLessThan(500);
  });

  it('measures a prioritised job’s wait from its adding, and processing by the monotonic clock', async () => {
    await queue.add('urgent', {}, { priority: 1, timestamp: Date.now() - 5_000 });
    const worker = work(() => new Promise((resolve) => setTimeout(resolve, 60)));
    const report = await reported(worker, { completed: 1 });
    expect(histogram(report.wait).sumMs).toBeGreaterThanOrEqual(5_000);
    expect(report.minMs).toBeGreaterThanOrEqual(55);
    expect(report.maxMs).toBe(report.recentMs[0]);
  });

  it('does not take a job that was put off, or limited, for a failed one', async () => {
    await queue.add('later', {});
    await queue.add('limited', {});
    const seen = new Set<string | undefined>();
    const worker = work(async (job, token) => {
      if (seen.has(job.id)) return;
      seen.add(job.id);
      if (job.name === 'limited') {
        await worker.rateLimit(50);
        throw new RateLimitError();
      }
      await job.moveToDelayed(Date.now() + 50, token);
      throw new DelayedError();
    });
    const report = await reported(worker, { completed: 2, firstStarted: 2 });
    expect(report.totals).toMatchObject({ started: 4, failed: 0 });
  });

  it('counts a timeout as a failure that timed out', async () => {
    await queue.add('slow', {});
    const worker = work(async () => {
      throw Object.assign(new UnrecoverableError('too late'), { code: 'JOB_TIMED_OUT' });
    });
    await reported(worker, { failed: 1, timedOut: 1 });
  });

  it('counts on when reports are missed, and the last report of a close stays', async () => {
    await queue.addBulk(
      Array.from({ length: 20 }, (_, index) => ({ name: 'one', data: {}, opts: { jobId: `job-${index}` } })),
    );
    const worker = work(async () => {}, { reportIntervalMs: 3_600_000 });
    await new Promise<void>((resolve) => {
      let done = 0;
      worker.on('completed', () => {
        if (++done === 20) resolve();
      });
    });
    await worker.close();
    const report = await reportOf(worker);
    expect(report.totals.completed).toBe(20);
    expect(report.state).toBe('stopped');
  });

  it('shows a job that finishes during the close in the last report', async () => {
    let finish = () => {};
    const worker = work(
      () =>
        new Promise<void>((resolve) => {
          finish = resolve;
        }),
    );
    const active = new Promise((resolve) => worker.once('active', resolve));
    await queue.add('one', {});
    await active;
    const closed = worker.close();
    await vi.waitFor(async () => expect((await reportOf(worker)).state).toBe('draining'));
    finish();
    await closed;
    expect((await reportOf(worker)).totals.completed).toBe(1);
  });

  it('adds up across workers, whose histograms merge without loss', async () => {
    const workers = [work(async () => {}), work(async () => {})];
    await queue.addBulk(
      Array.from({ length: 50 }, (_, index) => ({ name: 'one', data: {}, opts: { jobId: `job-${index}` } })),
    );
    const reports = await vi.waitFor(async () => {
      const both = await Promise.all(workers.map(reportOf));
      expect(both.reduce((sum, report) => sum + report.totals.completed, 0)).toBe(50);
      return both;
    }, 10_000);
    const merged = new Histogram();
    for (const report of reports) merged.add(histogram(report.processing));
    expect(merged.count).toBe(50);
  });

  it('keeps counting for an application that removes all listeners', async () => {
    const worker = work(async () => {});
    worker.removeAllListeners();
    await queue.add('one', {});
    await reported(worker, { completed: 1 });
  });

  it('reports nothing when told so', async () => {
    const silent = work(async () => {}, { report: false });
    await silent.waitUntilReady();
    await silent.close();
    await expect(reportOf(silent)).rejects.toThrow('no report');
  });

  it('installs no signal handler', () => {
    const before = process.listenerCount('SIGTERM') + process.listenerCount('SIGINT');
    work(async () => {});
    expect(process.listenerCount('SIGTERM') + process.listenerCount('SIGINT')).toBe(before);
  });

  it('refuses to be made without options, in BullMQ’s words', () => {
    expect(() => new Worker('mail', async () => {})).toThrow('Worker requires a connection');
  });
});
