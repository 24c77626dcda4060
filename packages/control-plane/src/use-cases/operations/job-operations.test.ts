import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { OperationDetail, StartOperationRequest } from '@drover/contract';
import type { Engine } from '@drover/core';
import { type EngineOptions, openEngine, openQueues, type QueueConnection } from '@drover/engines';
import { failJobs, startPostgres, startRedis } from '@drover/testkit';
import { Worker } from 'bullmq';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { startTestOperations } from '../../testing/test-operations.js';
import type { RunningOperations } from './start-operations.js';

const servers = { redis: startRedis, postgres: startPostgres };
const program = fileURLToPath(new URL('../../testing/operations-process.ts', import.meta.url));
const ada = { actor: 'user:ada', role: 'operator' };
const MANY = 5_000;

describe.each(Object.keys(servers) as (keyof typeof servers)[])('operations on chosen jobs on %s', (kind) => {
  let server: { readonly url: string; stop(): Promise<void> };
  let engine: Engine;
  let queues: QueueConnection;
  let created = 0;
  const options: EngineOptions = { prefix: 'bull', maxConnections: 10 };
  const ending: (() => unknown)[] = [];

  beforeAll(async () => {
    server = await servers[kind]();
    engine = await openEngine(server.url, options);
    queues = await openQueues(server.url, options);
  });
  afterEach(async () => {
    for (const end of ending.splice(0).reverse()) await end();
  });
  afterAll(async () => {
    await queues.close();
    await engine.close();
    await server.stop();
  });

  const startPlane = (instanceId = 'one', restPerWork = 0): RunningOperations => {
    const plane = startTestOperations(engine, instanceId, { restPerWork });
    ending.push(() => plane.stop());
    return plane;
  };
  const newName = () => `chosen-${++created}`;
  const failedQueue = async (jobs: number) => {
    const name = newName();
    await failJobs(queues, name, jobs);
    return name;
  };
  const stateOf = async (queueName: string) => {
    const [reading] = await engine.queues.readStates([queueName], Date.now());
    return reading?.ok === true ? reading.state : undefined;
  };
  const ended = (plane: RunningOperations, id: string): Promise<OperationDetail> =>
    vi.waitFor(
      async () => {
        const operation = await plane.bulk.get(id);
        expect(operation.finishedAt).toBeDefined();
        return operation;
      },
      { timeout: 60_000, interval: 20 },
    );
  const run = async (plane: RunningOperations, request: StartOperationRequest) =>
    ended(plane, (await plane.bulk.start(request, ada)).id);
  const even = { where: [{ path: 'data.index', op: '<' as const, value: 120 }] };

  it('count what matches, then touch exactly that, and nothing that came since', async () => {
    const name = await failedQueue(250);
    const plane = startPlane();
    const asked = { kind: 'retry-jobs' as const, queues: [name], jobs: { filter: even } };
    const counted = await run(plane, { ...asked, dryRun: true });
    expect(counted).toMatchObject({ state: 'done', dryRun: true, total: 120, done: 0, examined: 250, toExamine: 250 });
    expect(await stateOf(name)).toMatchObject({ failed: 250 });
    await failJobs(queues, name, 10);
    const operation = await run(plane, { ...asked, jobs: { ...asked.jobs, counted: counted.id } });
    expect(operation).toMatchObject({ state: 'done', total: 120, done: 120, failed: 0 });
    expect(operation).not.toHaveProperty('uncounted');
    expect(await stateOf(name)).toMatchObject({ failed: 140, waiting: 120 });
    await expect(
      plane.bulk.start({ ...asked, kind: 'remove-jobs', jobs: { counted: counted.id, states: ['failed'] } }, ada),
    ).rejects.toMatchObject({ code: 'conflict' });
  });

  it('promote delayed jobs, and remove waiting ones to the trash', async () => {
    const name = newName();
    const queue = queues.queue(name);
    const later = Array.from({ length: 150 }, (_, index) => ({ name: 'later', data: { index }, opts: { delay: 1e9 } }));
    const now = Array.from({ length: 450 }, (_, index) => ({ name: 'now', data: { index } }));
    await queue.addBulk([...later, ...now]);
    const plane = startPlane();
    expect(await run(plane, { kind: 'promote-jobs', queues: [name] })).toMatchObject({ done: 150, total: 150 });
    expect(await stateOf(name)).toMatchObject({ delayed: 0, waiting: 600 });
    const removed = await run(plane, {
      ...{ kind: 'remove-jobs', queues: [name] },
      jobs: { states: ['waiting'], filter: { name: 'now' } },
    });
    expect(removed).toMatchObject({
      state: 'done',
      done: 450,
      total: 450,
      jobs: { trash: true, words: 'named "now"' },
    });
    expect(await stateOf(name)).toMatchObject({ waiting: 150 });
    expect(await engine.records.count('jobs.trash', { subject: name })).toBe(450);
  });

  it(`tell the truth when ${MANY} jobs are cancelled half-way`, async () => {
    const name = await failedQueue(MANY);
    const plane = startPlane('one', 1);
    const { id, total } = await plane.bulk.start(
      { kind: 'remove-jobs', queues: [name], jobs: { states: ['failed'], trash: false } },
      ada,
    );
    expect(total).toBe(MANY);
    const failedNow = async () => (await stateOf(name))?.failed ?? 0;
    await vi.waitFor(async () => expect(await failedNow()).toBeLessThan(MANY / 2), { timeout: 60_000, interval: 5 });
    await plane.bulk.cancel(id, { actor: 'user:bob', role: 'operator' });
    const operation = await ended(plane, id);
    const left = await failedNow();
    expect(left).toBeGreaterThan(0);
    expect(operation).toMatchObject({ state: 'cancelled', cancelledBy: 'user:bob', done: MANY - left, failed: 0 });
    expect(operation).not.toHaveProperty('uncounted');
  }, 120_000);

  it('go on at another when their control plane is killed, and account for every job', async () => {
    const name = await failedQueue(1_000);
    const args = [
      '--conditions=drover-source',
      '--import',
      'tsx',
      program,
      server.url,
      JSON.stringify(options),
      'doomed',
    ];
    const doomed: ChildProcess = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    ending.push(() => doomed.kill('SIGKILL'));
    await once(doomed.stdout as NonNullable<typeof doomed.stdout>, 'data');
    const asker = startTestOperations(engine, 'asker');
    await asker.stop();
    const { id } = await asker.bulk.start({ kind: 'retry-jobs', queues: [name] }, ada);
    await vi.waitFor(async () => expect((await stateOf(name))?.waiting).toBeGreaterThan(50), {
      timeout: 20_000,
      interval: 5,
    });
    doomed.kill('SIGKILL');
    await once(doomed, 'exit');
    expect((await stateOf(name))?.failed).toBeGreaterThan(0);
    const operation = await ended(startPlane('heir'), id);
    expect(operation).toMatchObject({ state: 'done', runBy: 'heir', resumes: 1, failed: 0, total: 1_000 });
    expect(operation.done + (operation.uncounted ?? 0)).toBe(1_000);
    expect(await stateOf(name)).toMatchObject({ waiting: 1_000, failed: 0 });
  }, 60_000);

  it('tell jobs that vanish, or are taken by others, from those that were changed', async () => {
    const name = await failedQueue(400);
    const asker = startTestOperations(engine, 'asker');
    await asker.stop();
    // Found as failed, and no longer so when their turn comes.
    const walk = engine.jobs.walk.bind(engine.jobs);
    const spy = vi.spyOn(engine.jobs, 'walk').mockImplementationOnce(async (asked) => {
      const slice = await walk(asked);
      const [first, second, third] = slice.jobs;
      if (first && second && third) {
        await engine.jobs.act(first, { kind: 'remove' });
        await engine.jobs.act(second, { kind: 'retry' });
        await engine.jobs.act(third, { kind: 'retry' });
      }
      return slice;
    });
    ending.push(() => spy.mockRestore());
    const operation = await run(startPlane(), { kind: 'retry-jobs', queues: [name] });
    expect(operation).toMatchObject({ state: 'done', done: 397, gone: 1, moved: 2, failed: 0, total: 400 });
    expect(operation.errors).toHaveLength(3);
    expect(await stateOf(name)).toMatchObject({ waiting: 399, failed: 0 });
  });

  describe('with a canary', () => {
    const work = (queueName: string, process: () => Promise<unknown>) => {
      const { options: connection, backendFactory } = queues.workerArgs();
      const worker = new Worker(queueName, process, { ...connection, concurrency: 5 }, backendFactory);
      worker.on('error', () => undefined);
      ending.push(() => worker.close());
    };
    const retry = (name: string, waitMs: number): StartOperationRequest => ({
      ...{ kind: 'retry-jobs', queues: [name] },
      jobs: { canary: { jobs: 5, waitMs } },
    });

    it('stop when one fails again, and leave the others alone', async () => {
      const name = await failedQueue(200);
      let ran = 0;
      work(name, async () => {
        ran += 1;
        if (ran === 1) throw new Error('still broken');
      });
      const operation = await run(startPlane(), retry(name, 30_000));
      expect(operation).toMatchObject({
        state: 'failed',
        canary: { state: 'stopped', jobs: 5 },
        queues: [{ state: 'pending' }],
      });
      expect(operation.message).toContain('1 of 5 tried jobs failed again');
      expect(operation.done).toBe(5);
      const state = await stateOf(name);
      expect(state?.failed).toBe(196);
    });

    it('stop when they do not complete in time', async () => {
      const name = await failedQueue(50);
      const operation = await run(startPlane(), retry(name, 1_000));
      expect(operation.message).toContain('5 of 5 tried jobs did not complete within 1 s');
      expect(await stateOf(name)).toMatchObject({ failed: 45, waiting: 5 });
    });

    it('retry the others when all of them pass', async () => {
      const name = await failedQueue(200);
      work(name, async () => undefined);
      const operation = await run(startPlane(), retry(name, 30_000));
      expect(operation).toMatchObject({ state: 'done', done: 200, total: 200, canary: { state: 'passed', passed: 5 } });
      await vi.waitFor(async () => expect(await stateOf(name)).toMatchObject({ completed: 200, failed: 0 }));
    });
  });
});
