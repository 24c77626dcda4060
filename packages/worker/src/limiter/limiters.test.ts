import type { RateLimiter } from '@drover/core';
import type { EngineConnection, EngineQueue } from '@drover/engines';
import { rateLimiterCases } from '@drover/testkit';
import type { IQueueBackend, Processor } from 'bullmq';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type WorkerEngine, workerEngines } from '../testing/worker-engine.js';
import { Worker } from '../worker.js';
import type { DroverOptions } from '../worker-options.js';
import { joinLimiters } from './join-limiters.js';
import { limiter, retryAfterMs } from './limiter.js';

type AnyWorker = Worker<unknown, unknown, string, IQueueBackend, never, EngineConnection>;
type Process = Processor<unknown, unknown, string, never>;

describe.each(Object.entries(workerEngines))('limiters of a worker on %s', (_, startEngine) => {
  let engine: WorkerEngine;
  let queue: EngineQueue<unknown>;
  let count = 0;
  const open: AnyWorker[] = [];

  beforeAll(async () => {
    engine = await startEngine();
  });
  afterAll(() => engine.close());
  beforeEach(() => {
    queue = engine.queue(`limited-${count++}`);
  });
  afterEach(async () => {
    await Promise.all(open.splice(0).map((worker) => worker.close()));
  });

  function work(processor: Process, drover: DroverOptions = {}, concurrency = 1): AnyWorker {
    const { options, backendFactory } = engine.workerArgs();
    const worker = new Worker(
      queue.name,
      processor,
      { ...options, concurrency, drover: { reportIntervalMs: 50, ...drover } },
      backendFactory,
    );
    open.push(worker);
    return worker;
  }

  const counts = () => queue.getJobCounts('waiting', 'active', 'delayed', 'completed', 'failed');
  const completed = (expected: number) =>
    vi.waitFor(async () => expect(await counts()).toMatchObject({ completed: expected }), 15_000);
  const standing = async (name: string) => (await engine.limiters.status([name]))[0];

  describe('over the connection that it has anyway', () => {
    let taking: RateLimiter;
    let idle: AnyWorker;
    afterAll(() => idle.close());
    beforeAll(async () => {
      const { options, backendFactory } = engine.workerArgs();
      idle = new Worker('idle', null, { ...options, drover: { report: false } }, backendFactory);
      await idle.waitUntilReady();
      taking = await joinLimiters(idle.backend, { statePrefix: 'drover', droverSchema: 'drover' });
    });
    rateLimiterCases(() => taking);
  });

  it('hold the queue before a job is fetched: one that may not run stays waiting, untouched', async () => {
    await queue.addBulk(Array.from({ length: 5 }, () => ({ name: 'mail', data: {} })));
    const worker = work(async () => {}, { limiter: 'daily', limiters: { daily: { perDay: 3 } } }, 4);
    await completed(3);
    await vi.waitFor(async () => {
      expect((await engine.reportOf(worker.workerId)).limiterWaits).toEqual({ daily: 1 });
    }, 10_000);
    expect(await counts()).toMatchObject({ waiting: 2, active: 0, delayed: 0 });
    const [next] = await queue.getJobs(['waiting']);
    expect(next?.attemptsStarted).toBe(0);
    expect(await standing('daily')).toMatchObject({ allowed: 3, windows: { perDay: { current: 3 } } });
  });

  it('close at once while they hold the queue', async () => {
    await queue.addBulk([
      { name: 'a', data: {} },
      { name: 'b', data: {} },
    ]);
    const worker = work(async () => {}, { limiter: 'closing', limiters: { closing: { perDay: 1 } } });
    await completed(1);
    await vi.waitFor(async () => expect((await engine.reportOf(worker.workerId)).limiterWaits).toBeDefined(), 10_000);
    const beganMs = performance.now();
    await worker.close();
    expect(performance.now() - beganMs).toBeLessThan(5_000);
    expect(await counts()).toMatchObject({ waiting: 1 });
  });

  it('let a paused worker go, and hold it again when it resumes', async () => {
    await queue.addBulk([
      { name: 'a', data: {} },
      { name: 'b', data: {} },
    ]);
    const worker = work(async () => {}, { limiter: 'pausing', limiters: { pausing: { perDay: 1 } } });
    await completed(1);
    await worker.pause();
    expect(worker.isPaused()).toBe(true);
    await worker.resume();
    await vi.waitFor(async () => expect((await engine.reportOf(worker.workerId)).limiterWaits).toBeDefined(), 10_000);
    expect(await counts()).toMatchObject({ waiting: 1 });
  });

  it('take all permits or none where a queue has several limiters', async () => {
    const limiters = { wide: { perDay: 10 }, narrow: { perDay: 1 } };
    await queue.addBulk([
      { name: 'a', data: {} },
      { name: 'b', data: {} },
    ]);
    const worker = work(async () => {}, { limiter: ['wide', 'narrow'], limiters });
    await completed(1);
    await vi.waitFor(async () => {
      expect((await engine.reportOf(worker.workerId)).limiterWaits).toEqual({ narrow: 1 });
      expect(await standing('wide')).toMatchObject({ windows: { perDay: { current: 1 } } });
    }, 10_000);
  });

  it('charge nothing to an idle worker that looks for jobs', async () => {
    let drained = 0;
    const worker = work(async () => {}, { limiter: 'idle', limiters: { idle: { perMinute: 5 } } });
    worker.on('drained', () => drained++);
    await vi.waitFor(async () => {
      expect(drained).toBeGreaterThan(0);
      expect(await standing('idle')).toMatchObject({ allowed: 0, windows: {} });
    }, 15_000);
    await queue.add('a', {});
    await completed(1);
    // After the job it looked for another one, and gave that permit back.
    await vi.waitFor(async () => expect((await standing('idle'))?.windows.perMinute?.current).toBe(1), 10_000);
  });

  it('run jobs as the limit allows, over several workers, and never faster', async () => {
    const limiters = { shared: { perSecond: 10 } };
    await queue.addBulk(Array.from({ length: 30 }, () => ({ name: 'a', data: {} })));
    const begun: number[] = [];
    const process: Process = async () => void begun.push(performance.now());
    for (let index = 0; index < 3; index++) work(process, { limiter: 'shared', limiters }, 5);
    await completed(30);
    const spanMs = Math.max(...begun) - Math.min(...begun);
    expect(spanMs).toBeGreaterThan(1_900);
    expect(await standing('shared')).toMatchObject({ allowed: 30 });
  });

  it('hold the queue no longer than needed, however long the jobs in hand take', async () => {
    const limiters = { long: { perSecond: 2 } };
    let release: () => void = () => undefined;
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    await queue.addBulk(['long', 'a', 'b', 'c'].map((name) => ({ name, data: {} })));
    work(async (job) => (job.name === 'long' ? released : undefined), { limiter: 'long', limiters }, 3);
    await completed(3);
    expect(await counts()).toMatchObject({ active: 1 });
    release();
    await completed(4);
  });

  it('put a job back that would wait too long: no attempt is used up, and others run meanwhile', async () => {
    const limiters = { slow: { perSecond: 1 } };
    const attempts: string[] = [];
    work(
      async (job) => {
        attempts.push(job.name);
        if (job.name === 'limited') await limiter('slow', job).acquire({ maxWaitMs: 0 });
      },
      { limiters },
    );
    await queue.addBulk([
      { name: 'limited', data: {}, opts: { attempts: 1 } },
      { name: 'limited', data: {}, opts: { attempts: 1 } },
      { name: 'free', data: {} },
    ]);
    await completed(3);
    expect(attempts.indexOf('free')).toBeLessThan(attempts.lastIndexOf('limited'));
    for (const job of await queue.getJobs(['completed'])) expect(job.attemptsMade).toBeLessThanOrEqual(1);
    expect(await counts()).toMatchObject({ failed: 0, delayed: 0 });
    expect((await engine.reportOf(open[0]?.workerId ?? '')).totals).toMatchObject({ failed: 0 });
  });

  it('wait within the handler where the wait is short, and count who waited', async () => {
    const limiters = { brief: { perSecond: 1 } };
    const waited: number[] = [];
    work(async (job) => void waited.push(await limiter('brief', job).run(() => performance.now())), { limiters }, 2);
    await queue.addBulk([
      { name: 'a', data: {} },
      { name: 'b', data: {} },
    ]);
    await completed(2);
    expect(Math.abs((waited[0] ?? 0) - (waited[1] ?? 0))).toBeGreaterThan(900);
  });

  it('hold everybody for a penalty', async () => {
    const worker = work(async () => {}, { limiters: { api: { perSecond: 100 } } });
    await worker.waitUntilReady();
    await limiter('api', worker).penalize(60_000);
    await expect(limiter('api', worker).acquire({ maxWaitMs: 1_000 })).rejects.toMatchObject({
      name: 'RateLimitedError',
      retryAfterMs: expect.closeTo(60_000, -4),
    });
    expect((await standing('api'))?.penalizedUntilMs).not.toBeNull();
  });

  it('go by what is set at run time, within a second', async () => {
    const worker = work(async () => {}, { limiters: { changing: { perDay: 1 } } });
    await limiter('changing', worker).acquire();
    await expect(limiter('changing', worker).acquire({ maxWaitMs: 0 })).rejects.toThrow('changing');
    await engine.settings.put('limiters', { changing: { perDay: 2 }, invented: { perHour: 5 } });
    await vi.waitFor(() => limiter('invented', worker).acquire({ maxWaitMs: 0 }), 5_000);
    await limiter('changing', worker).acquire({ maxWaitMs: 0 });
    await engine.settings.put('limiters', 'damaged');
    await vi.waitFor(
      () => expect(limiter('invented', worker).acquire()).rejects.toThrow(/no limiter named invented/),
      5_000,
    );
    await expect(limiter('constructor', worker).acquire()).rejects.toMatchObject({ code: 'not_found' });
  });

  it('let a held queue go on as soon as its limit is raised', async () => {
    await queue.addBulk([
      { name: 'a', data: {} },
      { name: 'b', data: {} },
    ]);
    work(async () => {}, { limiter: 'raised', limiters: { raised: { perDay: 1 } } });
    await completed(1);
    await engine.settings.put('limiters', { raised: { perDay: 2 } });
    await completed(2);
  });

  it('hold the queue while the engine is away, and go on when it is back', async () => {
    const limiters = { outage: { perSecond: 5 } };
    const worker = work(async () => {}, { limiter: 'outage', limiters });
    worker.on('error', () => undefined);
    await queue.add('before', {});
    await completed(1);
    await engine.halt();
    await vi.waitFor(() => expect(worker.isRunning()).toBe(true));
    await engine.resume();
    await vi.waitFor(() => queue.add('after', {}), 15_000);
    await completed(2);
  });
});

it('say that there is no worker in a process without one', async () => {
  await expect(limiter('stripeApi').acquire()).rejects.toThrow(/sandboxed processors have none/);
  await expect(limiter('stripeApi', {}).penalize(1)).rejects.toMatchObject({ code: 'not_implemented' });
});

it('read Retry-After in both its forms', () => {
  const nowMs = Date.parse('2026-05-04T10:00:00Z');
  expect(retryAfterMs('30', 5, nowMs)).toBe(30_000);
  expect(retryAfterMs('Mon, 04 May 2026 10:00:07 GMT', 5, nowMs)).toBe(7_000);
  expect(retryAfterMs('Mon, 04 May 2026 09:00:00 GMT', 5, nowMs)).toBe(0);
  for (const none of [null, undefined, '', 'soon', '-3x', '9'.repeat(400)])
    expect(retryAfterMs(none, 5, nowMs)).toBe(5);
});
