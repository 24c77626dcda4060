import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { decodeHistogram, type TimeoutSettings, type WorkerReport } from '@drover/core';
import type { EngineConnection, EngineQueue } from '@drover/engines';
import { DelayedError, type IQueueBackend, Job, type Processor } from 'bullmq';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { deferred } from '../testing/deferred.js';
import { type WorkerEngine, workerEngines } from '../testing/worker-engine.js';
import { Worker } from '../worker.js';
import { AttemptAbandonedError, fenceJob, writingMethods } from './fence-job.js';

type AnyWorker = Worker<unknown, unknown, string, IQueueBackend, never, EngineConnection>;
type Process = Processor<unknown, unknown, string, never>;

const sandboxed = fileURLToPath(new URL('../testing/scripted-processor.mjs', import.meta.url));
const nothing = () => undefined;
/** A handler that hears nothing. */
const forEver: Process = () => new Promise(nothing);
const untilAborted: Process = async (_job, _token, signal) => delay(60_000, null, signal ? { signal } : {});

describe.each(Object.entries(workerEngines))('deadlines on %s', (_, startEngine) => {
  let engine: WorkerEngine;
  let queue: EngineQueue<unknown>;
  let count = 0;
  const open: AnyWorker[] = [];

  beforeAll(async () => {
    engine = await startEngine();
  });
  afterAll(() => engine.close());
  beforeEach(() => {
    queue = engine.queue(`timed-${count++}`);
  });
  afterEach(async () => {
    await Promise.all(open.splice(0).map((worker) => worker.close()));
  });

  const set = (settings: TimeoutSettings) =>
    engine.control.settings.put('timeouts', { queues: { [queue.name]: settings } });

  function work(processor: Process | string): AnyWorker {
    const { options, backendFactory } = engine.workerArgs();
    const worker: AnyWorker = new Worker(
      queue.name,
      processor,
      { ...options, drover: { reportIntervalMs: 50 } },
      backendFactory,
    );
    worker.on('error', nothing);
    open.push(worker);
    return worker;
  }

  const outcome = (worker: AnyWorker): Promise<string> =>
    new Promise((resolve) => {
      worker.once('completed', (_job, result) => resolve(`completed: ${String(result)}`));
      worker.once('failed', (_job, error) => resolve(`failed: ${error.message}`));
    });

  async function reported(worker: AnyWorker, wanted: object): Promise<WorkerReport> {
    return vi.waitFor(async () => {
      const report = await engine.reportOf(worker.workerId);
      expect(report).toMatchObject(wanted);
      return report;
    }, 10_000);
  }

  it('aborts the signal, fails the attempt as a timeout and counts it as one', async () => {
    await set({ timeoutMs: 200 });
    const job = await queue.add('slow', {});
    const worker = work(untilAborted);
    expect(await outcome(worker)).toBe('failed: Timed out: it ran longer than 200 ms');
    const report = await reported(worker, { totals: { failed: 1, timedOut: 1 }, abandoned: 0 });
    expect(report.byName.slow?.timedOut).toBe(1);
    expect(report.maxMs).toBeGreaterThanOrEqual(195);
    expect((await queue.getJob(job.id ?? ''))?.failedReason).toContain('Timed out');
  });

  it('retries by the job’s own rules', async () => {
    await set({ timeoutMs: 200 });
    const job = await queue.add('flaky', {}, { attempts: 2 });
    const worker = work(async (current, token, signal) => {
      return current.attemptsMade === 0 ? untilAborted(current, token, signal) : 'second';
    });
    const done = new Promise((resolve) => worker.once('completed', resolve));
    await done;
    expect((await queue.getJob(job.id ?? ''))?.returnvalue).toBe('second');
    await reported(worker, { totals: { completed: 1, failed: 1, timedOut: 1 } });
  });

  it('waits for no handler that ignores its signal, goes on, and counts it until it ends', async () => {
    await set({ timeoutMs: 200 });
    const held = deferred<string>();
    const worker = work(async (job, _token, _signal) => (job.name === 'deaf' ? held.promise : 'fine'));
    const abandoned = vi.fn();
    worker.on('abandoned', abandoned);
    await queue.add('deaf', {});
    await queue.add('next', {});
    expect(await outcome(worker)).toContain('failed: Timed out');
    const report = await reported(worker, { totals: { completed: 1, timedOut: 1 }, abandoned: 1 });
    expect(report.deadlines?.deaf).toEqual({ soft: 1, overdue: 0, abandoned: 1 });
    expect(abandoned).toHaveBeenCalledOnce();
    held.resolve('late');
    await reported(worker, { totals: { completed: 1, failed: 1 }, abandoned: 0 });
  });

  it('keeps an abandoned handler from touching its job while that runs again', async () => {
    await set({ timeoutMs: 300 });
    const job = await queue.add('deaf', {}, { attempts: 2 });
    const secondRuns = deferred<void>();
    const zombieDone = deferred<void>();
    const refusals: unknown[] = [];
    const worker = work(async (current, token) => {
      if (current.attemptsMade > 0) {
        secondRuns.resolve();
        await zombieDone.promise;
        return 'second';
      }
      await secondRuns.promise;
      // Not awaited, as many handlers do: it must not bring the process down.
      void current.updateProgress({ from: 'zombie' } as never);
      for (const touch of [
        () => current.updateProgress({ from: 'zombie' } as never),
        () => current.log('zombie'),
        () => current.updateData({ from: 'zombie' }),
        () => current.moveToCompleted('zombie', token ?? '', false),
        () => current.moveToFailed(new Error('zombie'), token ?? '', false),
        () => current.moveToDelayed(Date.now() + 60_000, token),
        () => current.remove(),
      ]) {
        refusals.push(await touch().catch((error: unknown) => error));
      }
      zombieDone.resolve();
      return 'zombie';
    });
    await vi.waitFor(async () => expect(await job.getState()).toBe('completed'), 5_000);
    expect(refusals).toHaveLength(7);
    for (const refusal of refusals) expect(refusal).toBeInstanceOf(AttemptAbandonedError);
    const stored = await queue.getJob(job.id ?? '');
    expect(stored).toMatchObject({ returnvalue: 'second', data: {}, progress: 0 });
    expect((await queue.getJobLogs(job.id ?? '')).logs.join()).not.toContain('zombie');
    expect(worker.isRunning()).toBe(true);
  });

  it('gives listeners a job that they can still use', async () => {
    await set({ timeoutMs: 100 });
    const job = await queue.add('deaf', {});
    const worker = work(forEver);
    const logged = new Promise((resolve) => {
      worker.on('failed', (failed) => resolve(failed?.log('seen by a listener')));
    });
    await logged;
    expect((await queue.getJobLogs(job.id ?? '')).logs).toContain('seen by a listener');
  });

  it('lets a handler that was aborted put its job off', async () => {
    await set({ timeoutMs: 200 });
    const job = await queue.add('polite', {});
    work(async (current, token, signal) => {
      await new Promise((resolve) => signal?.addEventListener('abort', resolve, { once: true }));
      await current.moveToDelayed(Date.now() + 60_000, token);
      throw new DelayedError();
    });
    await vi.waitFor(async () => expect(await job.getState()).toBe('delayed'), 5_000);
  });

  it('tells of a job that passes its soft timeout: an event, a line on the job, a count', async () => {
    await set({ timeoutMs: 60_000, softTimeoutPercentage: 1 });
    const job = await queue.add('slow', {});
    const worker = work(() => delay(900, 'done'));
    const told = vi.fn();
    worker.on('softTimeout', (one, notice) => told(one.id, notice.timeoutMs, notice.ranMs >= 600));
    expect(await outcome(worker)).toBe('completed: done');
    expect(told).toHaveBeenCalledExactlyOnceWith(job.id, 60_000, true);
    expect((await queue.getJobLogs(job.id ?? '')).logs).toEqual([
      expect.stringMatching(/^Still running after \d+ ms; it times out at 60000 ms$/),
    ]);
    await reported(worker, { deadlines: { slow: { soft: 1, overdue: 0 } }, totals: { timedOut: 0 } });
  });

  it('in shadow mode reports what it would have killed, and kills nothing', async () => {
    await set({ timeoutMs: 100, shadow: true });
    const job = await queue.add('slow', {});
    const worker = work(() => delay(400, 'done'));
    expect(await outcome(worker)).toBe('completed: done');
    await reported(worker, {
      deadlines: { slow: { overdue: 1, abandoned: 0 } },
      totals: { completed: 1, timedOut: 0 },
    });
    expect((await queue.getJobLogs(job.id ?? '')).logs.at(-1)).toContain('Would have timed out after 100 ms');
  });

  it('applies a change within a second, also to the job in hand', async () => {
    await set({ timeoutMs: 60_000 });
    await queue.add('slow', {});
    const worker = work(untilAborted);
    await vi.waitFor(() => expect(engine.reportOf(worker.workerId)).resolves.toMatchObject({ active: 1 }), 5_000);
    const failed = outcome(worker);
    const changedAtMs = performance.now();
    await set({ timeoutMs: 50 });
    expect(await failed).toContain('longer than 50 ms');
    expect(performance.now() - changedAtMs).toBeLessThan(1_500);
  });

  it('gives each job name the deadline that was measured for it, and reports what it takes', async () => {
    await set({ timeoutMs: 400, adaptiveEnabled: true });
    await engine.control.settings.put('timeouts-basis', {
      config: { queues: {} },
      adapted: { [queue.name]: { slow: 1_100, fast: 100 } },
    });
    await queue.add('slow', {});
    await queue.add('fast', {});
    const worker = work(() => delay(700, 'done'));
    const report = await reported(worker, { totals: { completed: 1, failed: 1, timedOut: 1 } });
    expect(report.byName).toMatchObject({ slow: { completed: 1 }, fast: { timedOut: 1 } });
    expect(report.timings?.fast?.timedOut).toBe(1);
    expect(decodeHistogram(Buffer.from(report.timings?.slow?.durations ?? '', 'base64')).count).toBe(1);
  });

  it('kills the child of a sandboxed job, also one that is blocked, and runs the next', async () => {
    await set({ timeoutMs: 1_500 });
    await queue.add('blocked', { act: 'block', ms: 60_000 });
    await queue.add('fine', { act: 'done' });
    const worker = work(sandboxed);
    const done = new Promise((resolve) => worker.once('completed', resolve));
    expect(await outcome(worker)).toContain('failed: Timed out');
    await done;
    await reported(worker, { totals: { completed: 1, timedOut: 1 }, abandoned: 0 });
  });
});

describe('fenceJob', () => {
  it('knows every method with which BullMQ’s job can write', () => {
    const reads = /^(constructor|is[A-Z]|get[A-Z]|toJSON|asJSON|waitUntilFinished|addJob|toFlowEntry|validateOptions)/;
    const inside = ['createBackend', 'shouldRetryJob', 'recordJobMetrics', 'updateStacktrace', 'setSpanJobAttributes'];
    const methods = Object.getOwnPropertyNames(Job.prototype).filter((name) => {
      const { value } = Object.getOwnPropertyDescriptor(Job.prototype, name) ?? {};
      return typeof value === 'function' && !reads.test(name) && !inside.includes(name);
    });
    expect(methods.sort()).toEqual([...writingMethods].sort());
  });

  it('does not let an unheard refusal end the process', async () => {
    const unheard = vi.fn();
    process.on('unhandledRejection', unheard);
    const job = { id: '1' } as Job;
    fenceJob(job);
    void job.log('nobody waits');
    await delay(5);
    process.off('unhandledRejection', unheard);
    expect(unheard).not.toHaveBeenCalled();
  });
});
