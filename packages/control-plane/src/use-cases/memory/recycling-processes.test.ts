import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { defaultMemoryLimits, type Engine, type MemoryLimits, type WorkerReport } from '@drover/core';
import { type EngineQueue, openEngine, openQueues, type QueueConnection } from '@drover/engines';
import { describeEngines, startPostgres, startRedis } from '@drover/testkit';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { spawnWorkerProcess, type WorkerProcessSpec } from '../../../../worker/src/process/index.js';
import { bundleWorker, type WorkerBundle } from '../../../../worker/src/testing/worker-bundle.js';
import { createLocalSupervisor, type LocalSupervisor } from '../../actuators/local/index.js';
import type { LeaderTick } from '../../monitor/leader-duty.js';
import { RecycleBook } from './recycle-book.js';
import { RecycleDuty } from './recycle-duty.js';
import { recycleWorker } from './recycle-worker.js';

const processorFile = fileURLToPath(new URL('../../../../worker/src/testing/scripted-processor.mjs', import.meta.url));
const clock = { nowMs: () => Date.now(), monotonicMs: () => performance.now() };
const LOOK_MS = 200;

/** A control plane's part in it, over real worker processes: its supervisor, and the leader's duty in a quick rhythm. */
describeEngines('recycling of worker processes', (kind) => {
  let bundle: WorkerBundle;
  let stopServer: () => Promise<void>;
  let engine: Engine;
  /** Another control plane on the same engine, which runs no worker. */
  let other: Engine;
  let connection: QueueConnection;
  let queue: EngineQueue;
  let workerEngine: WorkerProcessSpec['engine'];
  let supervisor: LocalSupervisor;
  let folder: string;
  let trace: string;
  let limits: MemoryLimits;
  let leading: NodeJS.Timeout;
  let busy = false;
  let count = 0;
  /** The fewest ready workers since the fleet stood. */
  let fewestReady: number;

  beforeAll(async () => {
    bundle = bundleWorker();
    if (kind === 'redis') {
      const server = await startRedis();
      stopServer = () => server.stop();
      workerEngine = { kind, connection: { url: server.url } };
      [engine, other, connection] = await open(server.url);
    } else {
      const server = await startPostgres();
      stopServer = () => server.stop();
      workerEngine = { kind, connection: { connectionString: server.url } };
      [engine, other, connection] = await open(server.url);
    }
  });
  afterAll(async () => {
    await connection.close();
    await Promise.all([engine.close(), other.close()]);
    await stopServer();
    bundle.remove();
  });

  beforeEach(async () => {
    limits = defaultMemoryLimits;
    folder = mkdtempSync(join(tmpdir(), 'drover-recycle-'));
    trace = join(folder, 'trace');
    queue = connection.queue(`recycled-${count++}`) as EngineQueue;
    supervisor = await createLocalSupervisor({
      ...{ host: 'here', instanceId: 'first', fleet: engine.fleet, clock, onOutput: () => {} },
      log: { info: () => {}, warn: () => {}, error: () => {} },
      freeMemoryMB: () => 8_192,
      spawn: (worker) =>
        spawnWorkerProcess(
          { ...worker, host: 'here', engine: workerEngine, processorFile, reportIntervalMs: 100, graceMs: 20_000 },
          { main: bundle.main },
        ),
    });
    await lead();
    supervisor.apply(new Map([[queue.name, { count: 2, graceMs: 20_000 }]]));
    await vi.waitFor(() => expect(ready()).toBe(2), 20_000);
    await vi.waitFor(async () => expect(await workers()).toHaveLength(2), 5_000);
    fewestReady = 2;
    supervisor.onChange(() => {
      fewestReady = Math.min(fewestReady, ready());
    });
  });
  afterEach(async () => {
    clearInterval(leading);
    await vi.waitFor(() => expect(busy).toBe(false));
    await supervisor.stop({ graceMs: 0 });
    rmSync(folder, { recursive: true, force: true });
  });

  const ready = () => supervisor.members().filter(({ phase }) => phase === 'ready').length;
  const book = () => new RecycleBook(other.records);
  const topics = { publish: () => {} };

  async function lead(): Promise<void> {
    const grant = await engine.lease.acquire('monitor', 'first', 60_000);
    if (grant === null) throw new Error('somebody else leads');
    const fence = { name: grant.name, epoch: grant.epoch };
    const duty = new RecycleDuty({
      ...{ fleet: engine.fleet, book: new RecycleBook(engine.records), topics },
      limitsFor: () => limits,
      samplesOf: () => [],
      softLimitAfterMs: 0,
    });
    leading = setInterval(() => {
      if (busy) return;
      busy = true;
      look(duty, fence).finally(() => {
        busy = false;
      });
    }, LOOK_MS);
  }

  async function look(duty: RecycleDuty, fence: LeaderTick['fence']): Promise<void> {
    const stored = (await engine.fleet.readReports()).filter(({ queueName }) => queueName === queue.name);
    const reports = stored.filter(({ state }) => state !== 'stopped');
    await duty.run({ reports, stored, hosts: [], nowMs: Date.now(), fence } as unknown as LeaderTick);
  }

  async function workers(): Promise<WorkerReport[]> {
    const reports = await engine.fleet.readReports();
    return reports.filter(({ queueName, state }) => queueName === queue.name && state === 'ready');
  }

  /** The worker that has a job in hand. */
  async function busyWorker(): Promise<WorkerReport> {
    return vi.waitFor(async () => {
      const found = (await workers()).find(({ active }) => active > 0);
      if (found === undefined) throw new Error('no worker has a job');
      return found;
    }, 10_000);
  }

  function runs(): number {
    return existsSync(trace) ? readFileSync(trace, 'utf8').trim().split('\n').length : 0;
  }

  /** Commanded at the control plane that does not run the worker. */
  const command = (workerId: string, graceful = true) =>
    recycleWorker(
      { fleet: other.fleet, book: book(), topics, clock },
      { workerId, reason: 'a test', graceful, requestedBy: 'user:ada' },
    );

  async function over(workerId: string) {
    return vi.waitFor(async () => {
      const [recycle] = (await book().over({ workerId, limit: 1 })).recycles;
      if (recycle === undefined) throw new Error('not over');
      return recycle;
    }, 20_000);
  }

  it('replaces a worker of another control plane first, lets its job finish, and runs none twice', async () => {
    const job = await queue.add('in-hand', { trace, ms: 2_000 });
    const old = await busyWorker();
    await command(old.workerId);
    await expect(command(old.workerId)).rejects.toMatchObject({
      code: 'conflict',
      details: expect.objectContaining({ reason: 'a test' }),
    });
    expect(await over(old.workerId)).toMatchObject({ status: 'done', jobsHandedBack: 0, cause: 'command' });
    expect(await job.getState()).toBe('completed');
    expect(runs()).toBe(1);
    expect(fewestReady).toBe(2);
    await vi.waitFor(() => expect(supervisor.members()).toHaveLength(2), 5_000);
    expect(supervisor.members().map(({ workerId }) => workerId)).not.toContain(old.workerId);
  });

  it('aborts and hands back at once when asked, and counts what runs again', async () => {
    const job = await queue.add('long', { trace, act: 'once-for-ever' }, { attempts: 1 });
    const old = await busyWorker();
    const beganAtMs = Date.now();
    expect((await command(old.workerId, false)).message).toContain('1 will run again');
    expect(await over(old.workerId)).toMatchObject({ status: 'done', jobsHandedBack: 1, graceful: false });
    await vi.waitFor(async () => expect(await job.getState()).toBe('completed'), 10_000);
    expect(Date.now() - beganAtMs).toBeLessThan(8_000);
    expect(runs()).toBe(2);
    await vi.waitFor(() => expect(ready()).toBe(2), 10_000);
  });

  it('replaces workers above the soft limit one after the other, without losing a job', async () => {
    const before = (await workers()).map(({ workerId }) => workerId);
    const jobs = 40;
    await queue.addBulk(Array.from({ length: jobs }, () => ({ name: 'short', data: { trace, ms: 100 } })));
    let most = 0;
    const watched = setInterval(() => {
      const replaced = supervisor.members().filter(({ recycle, drain }) => recycle !== null || drain !== null);
      most = Math.max(most, replaced.length);
    }, 20);
    limits = { ...limits, softLimitMB: 20 };
    const ended = await Promise.all(before.map(over));
    limits = defaultMemoryLimits;
    clearInterval(watched);
    expect(ended).toMatchObject([
      { cause: 'soft_limit', status: 'done', requestedBy: null },
      { cause: 'soft_limit', status: 'done', jobsHandedBack: 0 },
    ]);
    expect(most).toBe(1);
    await vi.waitFor(async () => expect(await queue.getCompletedCount()).toBe(jobs), 20_000);
    expect(runs()).toBe(jobs);
  });
});

async function open(url: string): Promise<[Engine, Engine, QueueConnection]> {
  const engines = [await openEngine(url), await openEngine(url)] as const;
  return [...engines, await openQueues(url)];
}
