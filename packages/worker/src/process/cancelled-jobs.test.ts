import { cancelsKey, type JobRow, withCancels } from '@drover/core';
import type { EngineQueue } from '@drover/engines';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { LaunchedWorker, scriptedProcessor } from '../testing/launched-worker.js';
import { bundleWorker, type WorkerBundle } from '../testing/worker-bundle.js';
import { type WorkerEngine, workerEngines } from '../testing/worker-engine.js';

/** Cancels reach a worker in another process by the settings that it reads. */
describe.each(Object.entries(workerEngines))('a job cancelled from outside on %s', (_, startEngine) => {
  let engine: WorkerEngine;
  let bundle: WorkerBundle;
  let queue: EngineQueue;
  let count = 0;
  let document: unknown;
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
    queue = engine.queue(`cancelled-${count++}`);
  });
  afterEach(async () => {
    for (const worker of launched) worker.kill('SIGKILL');
    await Promise.all(launched.splice(0).map((worker) => worker.end()));
  });

  async function launch(sandboxed: boolean): Promise<void> {
    const worker = new LaunchedWorker(bundle.main, {
      queueName: queue.name,
      workerId: `${queue.name}-${launched.length}`,
      engine: engine.spec,
      processorFile: scriptedProcessor,
      concurrency: 4,
      sandboxed,
    });
    launched.push(worker);
    await worker.ready();
  }

  const rowOf = async (jobId: string): Promise<JobRow | null> =>
    (await engine.control.jobs.find([{ queueName: queue.name, jobId }]))[0] ?? null;
  const becomes = (jobId: string, wanted: object) =>
    vi.waitFor(async () => expect(await rowOf(jobId)).toMatchObject(wanted), { timeout: 15_000, interval: 50 });

  /** `shiftMs`: means another run than the one under way. */
  async function cancel(jobId: string, queueName = queue.name, shiftMs = 0): Promise<void> {
    const startedAtMs = ((await rowOf(jobId))?.startedAtMs ?? 0) + shiftMs;
    const entry = { queueName, jobId, startedAtMs, askedAtMs: Date.now(), reason: 'cancelled by user:ada' };
    document = withCancels(document, [entry], Date.now());
    await engine.settings.put(cancelsKey, document);
  }

  const run = async (act: string): Promise<string> => {
    const { id = '' } = await queue.add(act, { act, ms: 60_000 }, { attempts: 3 });
    await becomes(id, { state: 'active' });
    return id;
  };

  it.each([false, true])(
    'hears of it and fails for good, others go on (sandboxed: %s)',
    async (sandboxed) => {
      await launch(sandboxed);
      const [other, doomed] = [await run('until-aborted'), await run('until-aborted')];
      await cancel(doomed);
      await becomes(doomed, { state: 'failed', error: 'Cancelled by user:ada', attemptsStarted: 1 });
      expect(await rowOf(other)).toMatchObject({ state: 'active', attemptsStarted: 1 });
    },
    40_000,
  );

  it('is ended with its child process when it does not listen', async () => {
    await launch(true);
    const doomed = await run('block');
    await cancel(doomed);
    await becomes(doomed, { state: 'failed', error: 'Cancelled by user:ada', attemptsStarted: 1 });
  }, 40_000);

  it('goes on when another run of it was meant, or a job of another queue', async () => {
    await launch(false);
    const [one, two] = [await run('until-aborted'), await run('until-aborted')];
    await cancel(one, queue.name, -1);
    await cancel(one, 'another-queue');
    await cancel(two);
    await becomes(two, { state: 'failed' });
    expect(await rowOf(one)).toMatchObject({ state: 'active', attemptsStarted: 1 });
  }, 40_000);

  it('runs again when it is retried, though the cancel still stands', async () => {
    await launch(false);
    const doomed = await run('until-aborted');
    await cancel(doomed);
    await becomes(doomed, { state: 'failed' });
    await engine.control.jobs.act({ queueName: queue.name, jobId: doomed }, { kind: 'retry' });
    await becomes(doomed, { state: 'active' });
    // By then every worker has read the document again.
    const canary = await run('until-aborted');
    await cancel(canary);
    await becomes(canary, { state: 'failed' });
    expect(await rowOf(doomed)).toMatchObject({ state: 'active' });
  }, 40_000);
});
