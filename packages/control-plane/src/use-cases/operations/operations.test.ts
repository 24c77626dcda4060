import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { OperationDetail } from '@drover/contract';
import type { Engine } from '@drover/core';
import { type EngineOptions, openEngine, openQueues } from '@drover/engines';
import { failJobs, startPostgres, startRedis } from '@drover/testkit';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { startTestOperations } from '../../testing/test-operations.js';
import type { RunningOperations } from './start-operations.js';

interface Server {
  readonly url: string;
  halt(): Promise<void>;
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** Real servers, because they are stopped on the way. */
const servers: Record<string, () => Promise<Server>> = {
  redis: async () => {
    const { url, kill, restart, stop } = await startRedis();
    return { url, halt: kill, restart, stop };
  },
  postgres: async () => {
    const { url, halt, restart, stop } = await startPostgres();
    return { url, halt, restart, stop };
  },
};

const program = fileURLToPath(new URL('../../testing/operations-process.ts', import.meta.url));
const ada = { actor: 'user:ada', role: 'operator' };
const JOBS = 400;

describe.each(Object.keys(servers))('operations on %s', (kind) => {
  let server: Server;
  let engine: Engine;
  let created = 0;
  const options: EngineOptions = { prefix: 'bull', maxConnections: 6 };
  const planes: RunningOperations[] = [];
  const children: ChildProcess[] = [];

  beforeAll(async () => {
    server = await (servers[kind] as () => Promise<Server>)();
    engine = await openEngine(server.url, options);
  });
  afterEach(async () => {
    for (const child of children.splice(0)) child.kill('SIGKILL');
    await Promise.all(planes.splice(0).map((plane) => plane.stop()));
  });
  afterAll(async () => {
    await engine.close();
    await server.stop();
  });

  const startPlane = (instanceId: string) => {
    const plane = startTestOperations(engine, instanceId);
    planes.push(plane);
    return plane;
  };

  const startProcess = async (instanceId: string): Promise<ChildProcess> => {
    const args = [
      '--conditions=drover-source',
      '--import',
      'tsx',
      program,
      server.url,
      JSON.stringify(options),
      instanceId,
    ];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    children.push(child);
    await once(child.stdout as NonNullable<typeof child.stdout>, 'data');
    return child;
  };

  const stateOf = async (queueName: string) => {
    const [reading] = await engine.queues.readStates([queueName], Date.now());
    return reading?.ok === true ? reading.state : undefined;
  };

  /** A queue with jobs that failed for good. */
  const failedQueue = async (jobs = JOBS) => {
    const name = `failed-${++created}`;
    const queues = await openQueues(server.url, options);
    await failJobs(queues, name, jobs, { priority: 5 });
    await queues.close();
    return name;
  };

  const ended = (plane: RunningOperations, id: string): Promise<OperationDetail> =>
    vi.waitFor(
      async () => {
        const operation = await plane.bulk.get(id);
        expect(operation.finishedAt).toBeDefined();
        return operation;
      },
      { timeout: 40_000, interval: 50 },
    );

  const begun = (queueName: string) =>
    vi.waitFor(async () => expect((await stateOf(queueName))?.waiting).toBeGreaterThan(0), {
      timeout: 20_000,
      interval: 5,
    });

  it('are worked on by one control plane alone, whoever was asked', async () => {
    const names = [await failedQueue(100), await failedQueue(100)];
    const [one, two] = [startPlane('one'), startPlane('two')];
    const asked = await Promise.all([
      one.bulk.start({ kind: 'retry-failed', queues: names }, ada),
      two.bulk.start({ kind: 'retry-failed', queues: names }, ada),
      two.bulk.start({ kind: 'pause', queues: names }, ada),
    ]);
    const all = await Promise.all(asked.map(({ id }) => ended(one, id)));
    expect(new Set(all.map(({ runBy }) => runBy)).size).toBe(1);
    expect(all.map(({ state }) => state)).toEqual(['done', 'done', 'done']);
    // What one of the two put back the other found gone: no job was put back by both.
    expect((all[0]?.done ?? 0) + (all[1]?.done ?? 0)).toBe(200);
    for (const name of names) expect(await stateOf(name)).toMatchObject({ waiting: 100, failed: 0, paused: true });
  });

  it('go on at another when their control plane is killed, and count every job', async () => {
    const name = await failedQueue();
    const doomed = await startProcess('doomed');
    const store = startTestOperations(engine, 'asker');
    await store.stop();
    const { id, total } = await store.bulk.start({ kind: 'retry-failed', queues: [name] }, ada);
    expect(total).toBe(JOBS);
    await begun(name);
    doomed.kill('SIGKILL');
    await once(doomed, 'exit');
    expect((await stateOf(name))?.failed).toBeGreaterThan(0);
    expect(await store.bulk.get(id)).toMatchObject({ state: 'running', runBy: 'doomed' });

    const operation = await ended(startPlane('heir'), id);
    expect(operation).toMatchObject({ state: 'done', runBy: 'heir', resumes: 1, failed: 0, total: JOBS });
    expect(operation.done + (operation.uncounted ?? 0)).toBe(JOBS);
    expect(await stateOf(name)).toMatchObject({ waiting: JOBS, prioritized: JOBS, failed: 0 });
  }, 60_000);

  it('are handed over without loss when their control plane stops', async () => {
    const name = await failedQueue();
    const leaving = startPlane('leaving');
    const { id } = await leaving.bulk.start({ kind: 'retry-failed', queues: [name] }, ada);
    await begun(name);
    await leaving.stop();
    expect(await leaving.bulk.get(id)).toMatchObject({ state: 'queued' });
    const operation = await ended(startPlane('staying'), id);
    expect(operation).toMatchObject({ state: 'done', runBy: 'staying', done: JOBS });
    expect(operation).not.toHaveProperty('resumes');
    expect(operation).not.toHaveProperty('uncounted');
  }, 60_000);

  it('are cancelled through another control plane', async () => {
    const name = await failedQueue();
    const [one, two] = [startPlane('one'), startPlane('two')];
    const { id } = await one.bulk.start({ kind: 'clean', queues: [name], options: { status: 'failed' } }, ada);
    await vi.waitFor(async () => expect((await stateOf(name))?.failed).toBeLessThan(JOBS), { interval: 5 });
    await two.bulk.cancel(id, { actor: 'user:bob', role: 'operator' });
    const operation = await ended(two, id);
    const left = (await stateOf(name))?.failed ?? 0;
    // With nothing left it had just been done, or was cancelled in the moment before it was called so.
    expect(left > 0 ? ['cancelled'] : ['cancelled', 'done']).toContain(operation.state);
    expect(operation).toMatchObject({ cancelledBy: 'user:bob', done: JOBS - left });
  });

  it('wait for an engine that went away, and go on by themselves', async () => {
    const name = await failedQueue();
    const plane = startPlane('patient');
    const { id } = await plane.bulk.start({ kind: 'retry-failed', queues: [name] }, ada);
    await begun(name);
    await server.halt();
    await expect(plane.bulk.get(id)).rejects.toMatchObject({ code: expect.stringMatching(/^engine_/) });
    await server.restart();
    const operation = await vi.waitFor(() => ended(plane, id), { timeout: 50_000 });
    expect(operation).toMatchObject({ state: 'done', failed: 0 });
    expect(operation.done + (operation.uncounted ?? 0)).toBe(JOBS);
    expect(await stateOf(name)).toMatchObject({ waiting: JOBS, prioritized: JOBS, failed: 0 });
  }, 90_000);

  it('take a queue that is deleted on the way for done with what there was', async () => {
    const name = await failedQueue();
    const plane = startPlane('one');
    const { id } = await plane.bulk.start({ kind: 'retry-failed', queues: [name] }, ada);
    await begun(name);
    const queues = await openQueues(server.url, options);
    await queues.queue(name).obliterate({ force: true });
    await queues.close();
    const operation = await ended(plane, id);
    expect(operation.state).toBe('done');
    expect(operation.done).toBeLessThan(JOBS);
    expect(operation.queues[0]?.message).toContain('were gone');
  });
});
