import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DesiredWorkerState, workerExitCodes } from '@drover/core';
import type { EngineQueue } from '@drover/engines';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { LaunchedWorker, type LaunchOptions, scriptedProcessor } from '../testing/launched-worker.js';
import { bundleWorker, type WorkerBundle } from '../testing/worker-bundle.js';
import { type WorkerEngine, workerEngines } from '../testing/worker-engine.js';
import type { WorkerProcessSpec } from './worker-process-spec.js';

describe.each(Object.entries(workerEngines))('a worker process on %s', (engineName, startEngine) => {
  let engine: WorkerEngine;
  let bundle: WorkerBundle;
  let queue: EngineQueue;
  let folder: string;
  let trace: string;
  let count = 0;
  const launched: LaunchedWorker[] = [];

  beforeAll(async () => {
    bundle = bundleWorker();
    engine = await startEngine();
  });
  afterAll(async () => {
    await engine.close();
    bundle.remove();
  });
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'drover-process-'));
    trace = join(folder, 'trace');
    queue = engine.queue(`process-${count++}`);
  });
  afterEach(async () => {
    await Promise.all(launched.splice(0).map((worker) => worker.end()));
    rmSync(folder, { recursive: true, force: true });
  });

  function launch(over: Partial<WorkerProcessSpec> = {}, options: LaunchOptions = {}): LaunchedWorker {
    const spec: WorkerProcessSpec = {
      queueName: queue.name,
      workerId: `${queue.name}-${launched.length}`,
      engine: engine.spec,
      processorFile: scriptedProcessor,
      reportIntervalMs: 100,
      ...over,
    };
    const worker = new LaunchedWorker(bundle.main, spec, options);
    launched.push(worker);
    return worker;
  }

  /** The lines that runs of jobs left: job id and process id. */
  function runs(): readonly { readonly id: string; readonly pid: number }[] {
    if (!existsSync(trace)) return [];
    const lines = readFileSync(trace, 'utf8').trim().split('\n');
    return lines.map((line) => line.split(' ')).map(([id = '', pid]) => ({ id, pid: Number(pid) }));
  }

  async function runsReach(expected: number): Promise<void> {
    await vi.waitFor(() => expect(runs()).toHaveLength(expected), 20_000);
  }

  const reportOf = (worker: LaunchedWorker) => engine.reportOf(worker.spec.workerId);
  const setDesired = (worker: LaunchedWorker, desired: DesiredWorkerState) =>
    engine.setDesired(worker.spec.workerId, desired);

  it('says that it is ready, beats, works, and reports as Drover’s own', async () => {
    const worker = await launch({ graceMs: 90_000 }).ready();
    const { id = '' } = await queue.add('one', { trace });
    await worker.saw(({ messages }) => messages.some(({ type }) => type === 'heartbeat'), 'heartbeat');
    await vi.waitFor(async () => {
      const report = await reportOf(worker);
      expect(report).toMatchObject({ owner: 'drover', state: 'ready', pid: worker.pid, graceMs: 90_000 });
      expect(report.totals.completed).toBe(1);
    }, 10_000);
    expect((await queue.getJob(id))?.processedBy).toBe(worker.spec.workerId);
  });

  it.each([false, true])('keeps passwords from its jobs (sandboxed: %s)', async (sandboxed) => {
    const env = { ...process.env, DROVER_ADMIN_PASSWORD: 'sesame', DROVER_API_TOKEN: 'sesame', DROVER_ENGINE: 'x' };
    await launch({ sandboxed }, { env }).ready();
    const job = await queue.add('one', { act: 'environment' });
    await vi.waitFor(async () => expect(await job.isCompleted()).toBe(true), 10_000);
    const done = await queue.getJob(job.id ?? '');
    expect(done?.returnvalue).toContain('PATH');
    expect(done?.returnvalue).not.toContain('DROVER_WORKER_SPEC');
    expect(done?.returnvalue).not.toContain('sesame');
    expect(done?.returnvalue).toContain('DROVER_ENGINE');
  });

  it('lets the job in hand finish when told to stop, takes no other, and exits 0', async () => {
    const worker = await launch().ready();
    await queue.add('in-hand', { trace, ms: 700 });
    await runsReach(1);
    worker.kill('SIGTERM');
    await worker.said('draining');
    await queue.add('later', { trace });
    expect(await worker.exited()).toBe(workerExitCodes.stopped);
    expect(await queue.getCompletedCount()).toBe(1);
    expect(await queue.getWaitingCount()).toBe(1);
    const report = await reportOf(worker);
    expect(report).toMatchObject({ state: 'stopped', totals: { completed: 1, handedBack: 0 } });
  });

  it('hands back at the end of the grace; the job runs again exactly once, and attempts are not used up', async () => {
    const first = await launch({ graceMs: 300 }).ready();
    const job = await queue.add('long', { trace, act: 'once-for-ever' }, { attempts: 1 });
    await runsReach(1);
    first.kill('SIGTERM');
    expect(await first.exited()).toBe(workerExitCodes.stopped);
    expect((await reportOf(first)).totals).toMatchObject({ handedBack: 1, failed: 0, started: 1 });
    expect(await job.getState()).toBe('waiting');
    const second = await launch().ready();
    await vi.waitFor(async () => expect(await job.getState()).toBe('completed'), 10_000);
    expect(runs().map(({ pid }) => pid)).toEqual([first.pid, second.pid]);
    expect((await queue.getJob(job.id ?? ''))?.attemptsMade).toBe(1);
  });

  it('hands back, and does not fail, a job that answers to the abort by throwing', async () => {
    const worker = await launch({ graceMs: 200 }).ready();
    const job = await queue.add('obedient', { trace, act: 'until-aborted' }, { attempts: 1 });
    await runsReach(1);
    worker.kill('SIGINT');
    expect(await worker.exited()).toBe(workerExitCodes.stopped);
    expect(await job.getState()).toBe('waiting');
    expect((await reportOf(worker)).totals).toMatchObject({ handedBack: 1, failed: 0 });
  });

  it('drains when its terminal closes', async () => {
    const worker = await launch().ready();
    const job = await queue.add('in-hand', { trace, ms: 300 });
    await runsReach(1);
    worker.kill('SIGHUP');
    expect(await worker.exited()).toBe(workerExitCodes.stopped);
    expect(await job.getState()).toBe('completed');
  });

  it('hands back at once at a second signal', async () => {
    const worker = await launch({ graceMs: 600_000 }).ready();
    const job = await queue.add('long', { trace, act: 'for-ever' });
    await runsReach(1);
    worker.kill('SIGTERM');
    await worker.said('draining');
    const again = setInterval(() => worker.kill('SIGTERM'), 100);
    expect(await worker.exited()).toBe(workerExitCodes.stopped);
    clearInterval(again);
    expect(await job.getState()).toBe('waiting');
  });

  it('drains when its supervisor, or its desired state, says so', async () => {
    const told = await launch().ready();
    told.child.send({ type: 'drain', graceMs: 1_000, reason: 'scale down' });
    expect(await told.exited()).toBe(workerExitCodes.stopped);
    const wanted = await launch().ready();
    await setDesired(wanted, { version: 1, run: 'drain', reason: 'recycle', graceMs: 1_000 });
    expect(await wanted.exited()).toBe(workerExitCodes.stopped);
    expect(wanted.output).toContain('recycle');
  });

  it('exits, when recycled by command with nobody to replace it, with the code that asks for another', async () => {
    const alone = launch({}, { alone: true });
    await alone.said('"msg":"ready"');
    await queue.add('in-hand', { trace, ms: 1_500 });
    await runsReach(1);
    await engine.control.fleet.setDesired(alone.spec.workerId, { run: 'recycle', reason: 'too old', graceMs: 10_000 });
    const toldAtMs = Date.now();
    await alone.said('to be recycled');
    expect(Date.now() - toldAtMs).toBeLessThan(1_000);
    expect(await alone.exited()).toBe(workerExitCodes.recycled);
    expect(runs()).toHaveLength(1);
    expect(await queue.getCompletedCount()).toBe(1);
    const report = await reportOf(alone);
    expect(report).toMatchObject({ state: 'stopped', recycle: { cause: 'command', reason: 'too old' } });
    expect(report.totals).toMatchObject({ completed: 1, handedBack: 0 });
  });

  it('asks its supervisor for a replacement, and works on until it is drained', async () => {
    const worker = await launch().ready();
    await engine.control.fleet.setDesired(worker.spec.workerId, { run: 'recycle', reason: 'too big', graceMs: 10_000 });
    await worker.saw(({ messages }) => messages.some(({ type }) => type === 'recycle'), 'recycle');
    await vi.waitFor(async () => expect((await reportOf(worker)).recycle?.reason).toBe('too big'), 5_000);
    const job = await queue.add('meanwhile', { trace });
    await vi.waitFor(async () => expect(await job.getState()).toBe('completed'), 10_000);
    worker.child.send({ type: 'drain', graceMs: 1_000, reason: 'too big' });
    expect(await worker.exited()).toBe(workerExitCodes.recycled);
  });

  it('aborts and hands back at once when its recycle is not to be graceful', async () => {
    const worker = await launch({ graceMs: 600_000 }).ready();
    const job = await queue.add('long', { trace, act: 'once-for-ever' }, { attempts: 1 });
    await runsReach(1);
    const desired = { run: 'recycle', reason: 'wedged', graceMs: 0, abort: true } as const;
    await engine.control.fleet.setDesired(worker.spec.workerId, desired);
    expect(await worker.exited()).toBe(workerExitCodes.recycled);
    expect((await reportOf(worker)).totals).toMatchObject({ handedBack: 1, failed: 0 });
    await launch().ready();
    await vi.waitFor(async () => expect(await job.getState()).toBe('completed'), 10_000);
    expect(runs()).toHaveLength(2);
  });

  it('takes a hard limit that it exceeds soon after its start for a crash, and names it', async () => {
    const worker = launch({ memoryLimitMB: 10 });
    expect(await worker.exited()).toBe(workerExitCodes.unhandledError);
    expect(worker.output).toContain('above the hard limit of 10 MB, soon after its start');
  });

  it('goes by a hard limit that was edited while it runs, unless its queue has its own', async () => {
    const own = await launch({ memoryLimitMB: 4_096, ownMemoryLimit: true }).ready();
    const general = await launch({ memoryLimitMB: 4_096 }).ready();
    await engine.control.settings.put('memory', { worker: { hardLimitMB: 11 }, queueSoftLimitMB: {} });
    expect(await general.exited()).toBe(workerExitCodes.unhandledError);
    expect(general.output).toContain('hard limit of 11 MB');
    await engine.control.settings.delete('memory');
    expect((await reportOf(own)).memoryLimitMB).toBe(4_096);
    expect(own.child.exitCode).toBeNull();
  });

  it('reports an error that nobody caught, gives its jobs back and exits 1', async () => {
    const worker = await launch({ concurrency: 2 }).ready();
    const long = await queue.add('long', { trace, act: 'for-ever' });
    await runsReach(1);
    const crash = await queue.add('crash', { act: 'crash' });
    expect(await worker.exited()).toBe(workerExitCodes.unhandledError);
    expect(worker.messages.find(({ type }) => type === 'fatal')).toMatchObject({
      message: expect.stringContaining('nobody caught this'),
    });
    expect(await reportOf(worker)).toMatchObject({ state: 'stopped', lastError: 'nobody caught this' });
    expect([await long.getState(), await crash.getState()]).toEqual(['waiting', 'waiting']);
  });

  it('starts no job again and again while it gives its jobs back', async () => {
    const worker = await launch({ concurrency: 2 }).ready();
    const jobs = await queue.addBulk(
      ['until-aborted', 'crash', 'done', 'done'].map((act) => ({ name: act, data: { act } })),
    );
    expect(await worker.exited()).toBe(workerExitCodes.unhandledError);
    const after = await Promise.all(jobs.map(({ id = '' }) => queue.getJob(id)));
    const started = after.map((job) => job?.attemptsStarted ?? 0);
    expect(Math.max(...started)).toBe(1);
    expect(await queue.getWaitingCount()).toBe(4);
  });

  it('exits 78, saying why, when its processor or its spec cannot be used', async () => {
    const missing = launch({ processorFile: join(folder, 'nowhere.mjs') });
    expect(await missing.exited()).toBe(workerExitCodes.misconfigured);
    expect(missing.output).toContain('nowhere.mjs');
    const empty = launch({ queueName: '' });
    expect(await empty.exited()).toBe(workerExitCodes.misconfigured);
    expect(empty.output).toContain('queueName');
  });

  describe.runIf(engineName === 'PostgreSQL')('whose locks go by this machine’s clock', () => {
    const clockAhead = (ms: number): LaunchOptions => ({
      execArgv: ['--import', `data:text/javascript,const now=Date.now;Date.now=()=>now()+${ms}`],
    });

    it('exits 78, without having taken a job, when that clock is seconds off', async () => {
      const holder = await launch({ worker: { lockDuration: 30_000 } }).ready();
      const job = await queue.add('held', { trace, act: 'for-ever' });
      await runsReach(1);
      await queue.add('waiting', { trace });
      const skewed = launch({}, clockAhead(40_000));
      expect(await skewed.exited()).toBe(workerExitCodes.misconfigured);
      expect(skewed.output).toMatch(/clocks of this machine and PostgreSQL are (39|40)\d{3} ms apart/);
      expect(skewed.messages.map(({ type }) => type)).not.toContain('ready');
      expect(runs()).toEqual([{ id: job.id, pid: holder.pid }]);
      expect((await reportOf(skewed)).state).toBe('stopped');
    });

    it('warns from one second on, and works', async () => {
      const worker = await launch({}, clockAhead(2_500)).ready();
      expect(worker.output).toContain('ms apart');
      const job = await queue.add('one', { trace });
      await vi.waitFor(async () => expect(await job.getState()).toBe('completed'), 5_000);
    });
  });

  it('leaves its job, when killed, to another worker', async () => {
    const first = await launch({ worker: { lockDuration: 1_000, stalledInterval: 500 } }).ready();
    const job = await queue.add('long', { trace, act: 'once-for-ever' });
    await runsReach(1);
    first.kill('SIGKILL');
    await first.exited();
    const second = await launch({ worker: { lockDuration: 1_000, stalledInterval: 500 } }).ready();
    await vi.waitFor(async () => expect(await job.getState()).toBe('completed'), 15_000);
    expect(runs().map(({ pid }) => pid)).toEqual([first.pid, second.pid]);
    await vi.waitFor(async () => expect((await reportOf(second)).totals.stalled).toBe(1), 10_000);
  });

  it('goes on within 10 s of the engine’s return, without a job lost, and says so', async () => {
    const worker = await launch({ concurrency: 2 }).ready();
    await queue.add('across', { trace, ms: 1_500 });
    await runsReach(1);
    await engine.halt();
    await worker.said('engine away');
    // The job in hand ends meanwhile, and nobody is there to take its result.
    await new Promise((resolve) => setTimeout(resolve, 4_000));
    await engine.resume();
    const backAtMs = Date.now();
    await queue.add('after', { trace });
    await worker.said('engine is back');
    await vi.waitFor(async () => expect(await queue.getCompletedCount()).toBe(2), 10_000);
    expect(Date.now() - backAtMs).toBeLessThan(10_000);
    expect(runs()).toHaveLength(2);
    expect(await queue.getFailedCount()).toBe(0);
  });

  it('starts before its engine does', async () => {
    await engine.halt();
    const worker = launch();
    await worker.said('engine away');
    await engine.resume();
    await worker.ready();
  });

  it('stops at a signal although the engine is away', async () => {
    const worker = await launch().ready();
    await engine.halt();
    await worker.said('engine away');
    worker.kill('SIGTERM');
    expect(await worker.exited()).toBe(workerExitCodes.stopped);
    await engine.resume();
  });

  it('goes on without its supervisor, and drains when nobody adopts it', async () => {
    const worker = await launch({ adoptWithinMs: 2_000 }).ready();
    worker.child.disconnect();
    worker.child.stdout?.destroy();
    worker.child.stderr?.destroy();
    const job = await queue.add('meanwhile', { trace });
    await vi.waitFor(async () => expect(await job.getState()).toBe('completed'), 5_000);
    expect(await worker.exited()).toBe(workerExitCodes.stopped);
  });

  it('drains as well when its supervisor ended while the processor was loading', async () => {
    const processorFile = join(folder, 'slow-to-load.mjs');
    writeFileSync(
      processorFile,
      `while (process.connected) await new Promise((resolve) => setTimeout(resolve, 10));
       export default async () => 'done';`,
    );
    const worker = launch({ processorFile, adoptWithinMs: 1_000 });
    worker.child.disconnect();
    expect(await worker.exited()).toBe(workerExitCodes.stopped);
    expect(worker.output).toContain('nobody adopted');
  });

  it('stays when it is adopted, until its new supervisor is gone too', async () => {
    const supervisor = launch({ queueName: `${queue.name}-other` });
    const worker = await launch({ adoptWithinMs: 1_000 }).ready();
    worker.child.disconnect();
    await setDesired(worker, { version: 1, run: 'run', reason: 'adopted', graceMs: 0, supervisorPid: supervisor.pid });
    await worker.said('"msg":"adopted"');
    const job = await queue.add('longer than it would wait', { trace, ms: 2_000 });
    await vi.waitFor(async () => expect(await job.getState()).toBe('completed'), 10_000);
    expect(worker.output).not.toContain('draining');
    await supervisor.end();
    expect(await worker.exited()).toBe(workerExitCodes.stopped);
    expect(worker.output).toContain('nobody adopted');
  });

  it('runs sandboxed jobs in a child, which ends with the worker however that is killed', async () => {
    const worker = await launch({ sandboxed: true }).ready();
    await queue.add('long', { trace, act: 'for-ever' });
    await runsReach(1);
    const [child] = runs();
    expect(child?.pid).not.toBe(worker.pid);
    worker.kill('SIGKILL');
    await vi.waitFor(() => expect(isAlive(child?.pid ?? 0)).toBe(false), 5_000);
  });

  it('counts the children of sandboxed jobs as its own memory', async () => {
    const worker = await launch({ sandboxed: true }).ready();
    await vi.waitFor(async () => expect((await reportOf(worker)).memory.rss).toBeGreaterThan(10), 5_000);
    const alone = (await reportOf(worker)).memory.rss;
    await queue.add('long', { trace, act: 'for-ever' });
    await runsReach(1);
    const childMB = 30;
    await vi.waitFor(async () => expect((await reportOf(worker)).memory.rss).toBeGreaterThan(alone + childMB), 5_000);
  });

  it('ends even a sandboxed child that a job has blocked', async () => {
    const worker = await launch({ sandboxed: true }).ready();
    await queue.add('blocked', { trace, act: 'block', ms: 60_000 });
    await runsReach(1);
    const [child] = runs();
    worker.kill('SIGKILL');
    await vi.waitFor(() => expect(isAlive(child?.pid ?? 0)).toBe(false), 5_000);
  });

  it('hands sandboxed jobs back at the end of the grace', async () => {
    const worker = await launch({ sandboxed: true, graceMs: 300 }).ready();
    const job = await queue.add('long', { trace, act: 'for-ever' });
    await runsReach(1);
    worker.kill('SIGTERM');
    expect(await worker.exited()).toBe(workerExitCodes.stopped);
    expect(await job.getState()).toBe('waiting');
    expect((await reportOf(worker)).totals.handedBack).toBe(1);
  });
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
