import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { type Engine, PARKED_UNTIL_MS, type WorkerReport } from '@drover/core';
import { type EngineQueue, openEngine, openQueues, type QueueConnection } from '@drover/engines';
import { describeEngines, startPostgres, startRedis } from '@drover/testkit';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import type { WorkerProcessSpec } from '../../../../worker/src/process/index.js';
import { LaunchedWorker } from '../../../../worker/src/testing/launched-worker.js';
import { bundleWorker, type WorkerBundle } from '../../../../worker/src/testing/worker-bundle.js';
import type { LeaderTick } from '../../monitor/leader-duty.js';
import { createJobs } from '../jobs/jobs-service.js';
import type { Reads } from '../reads.js';
import { SettingsCache } from '../settings-cache.js';
import { createQuarantine } from './create-quarantine.js';
import type { QuarantineService } from './quarantine-service.js';

const processorFile = fileURLToPath(new URL('../../../../worker/src/testing/scripted-processor.mjs', import.meta.url));
const clock = { nowMs: () => Date.now(), monotonicMs: () => performance.now() };
const TICK_MS = 200;
/** A killed worker's job comes back soon, and not before a tick has seen it. */
const locks = { lockDuration: 3_000, stalledInterval: 500 };
const servers = { redis: startRedis, postgres: startPostgres } as const;

/** Real worker processes, started again whenever one ends, and the leader's duty in a quick rhythm. */
describeEngines('jobs that crash their workers', (kind) => {
  let bundle: WorkerBundle;
  let server: { readonly url: string; stop(): Promise<void> };
  let engine: Engine;
  let connection: QueueConnection;
  let settings: SettingsCache;
  let service: QuarantineService;
  let queue: EngineQueue;
  let folder: string;
  let ticking: NodeJS.Timeout;
  let stopped: boolean;
  let herd: Promise<void>;
  let working: LaunchedWorker;
  let tick: () => Promise<void>;
  const alive = new Set<string>();
  let count = 0;

  beforeAll(async () => {
    bundle = bundleWorker();
    server = await servers[kind]();
    [engine, connection] = await Promise.all([openEngine(server.url), openQueues(server.url)]);
  });
  afterAll(async () => {
    await connection.close();
    await engine.close();
    await server.stop();
    bundle.remove();
  });

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'drover-poison-'));
    queue = connection.queue(`poison-${count++}`);
    settings = new SettingsCache({ settings: engine.settings });
    await settings.start();
    const quarantine = createQuarantine({ engine, settings, log: { warn: () => undefined }, afterCrashes: 3 });
    const reads = { current: () => null } as Partial<Reads> as Reads;
    const jobs = createJobs({ engine, settings, clock, reads, redact: [], revealRole: 'admin' });
    service = quarantine.service(jobs);
    const grant = await engine.lease.acquire('monitor', `leader-${count}`, 600_000);
    if (grant === null) throw new Error('no lease');
    const fence = { name: grant.name, epoch: grant.epoch };
    let busy = false;
    tick = async () => {
      if (busy) return;
      busy = true;
      const stored: readonly WorkerReport[] = await engine.fleet.readReports();
      const reports = stored.filter(({ workerId }) => alive.has(workerId));
      const look = { stored, reports, nowMs: Date.now(), fence } as unknown as LeaderTick;
      await quarantine.duty.run(look).finally(() => {
        busy = false;
      });
    };
    ticking = setInterval(() => void tick().catch(() => undefined), TICK_MS);
    stopped = false;
    herd = keepWorking();
  });
  afterEach(async () => {
    stopped = true;
    working.kill('SIGKILL');
    await herd;
    clearInterval(ticking);
    settings.stop();
    await engine.lease.release('monitor', `leader-${count}`);
    rmSync(folder, { recursive: true, force: true });
  });

  async function keepWorking(): Promise<void> {
    for (let started = 0; !stopped; started += 1) {
      const spec: WorkerProcessSpec = {
        ...{ queueName: queue.name, workerId: `${queue.name}-${started}`, processorFile, concurrency: 2 },
        engine:
          kind === 'redis'
            ? { kind, connection: { url: server.url } }
            : { kind: 'postgres', connection: { connectionString: server.url } },
        worker: locks,
        reportIntervalMs: 200,
      };
      working = new LaunchedWorker(bundle.main, spec, { alone: true });
      alive.add(spec.workerId);
      await working.exited();
      alive.delete(spec.workerId);
    }
  }

  const runsOf = (file: string, jobId: string) => {
    try {
      return readFileSync(join(folder, file), 'utf8')
        .split('\n')
        .filter((line) => line.startsWith(`${jobId} `)).length;
    } catch {
      return 0;
    }
  };
  const add = async (act: string, more: object = {}) => {
    const { id = '' } = await queue.add(act, { act, trace: join(folder, act), ...more }, { attempts: 1 });
    return id;
  };
  const stateOf = async (jobId: string) => (await engine.jobs.find([{ queueName: queue.name, jobId }]))[0];
  const until = (check: () => Promise<void> | void, ms = 40_000) => vi.waitFor(check, { timeout: ms, interval: 100 });

  it('are set aside after three, while others go on, and run again when they are released', async () => {
    const cured = join(folder, 'cured');
    const poison = await add('kill', { cured });
    await until(async () => expect((await service.page(queue.name, undefined)).jobs).toHaveLength(1));
    const [held] = (await service.page(queue.name, undefined)).jobs;
    expect(held).toMatchObject({ queueName: queue.name, jobId: poison, name: 'kill' });
    expect(held?.crashes).toHaveLength(3);
    expect(new Set(held?.crashes.map(({ workerId }) => workerId)).size).toBe(3);
    expect(held?.crashes[0]).toMatchObject({ kind: 'vanished', beside: 0, rssMB: expect.any(Number) });

    const others = await Promise.all([add('done'), add('done'), add('done')]);
    for (const id of others) await until(async () => expect(await stateOf(id)).toMatchObject({ state: 'completed' }));
    await until(async () =>
      expect(await stateOf(poison)).toMatchObject({ state: 'delayed', dueAtMs: PARKED_UNTIL_MS }),
    );
    expect(runsOf('kill', poison)).toBe(3);

    writeFileSync(cured, '');
    expect(await service.release([held?.id ?? ''])).toMatchObject({ done: 1, failed: 0 });
    await until(async () => expect(await stateOf(poison)).toMatchObject({ state: 'completed' }));
    expect(runsOf('kill', poison)).toBe(4);
    expect((await service.page(queue.name, undefined)).jobs).toEqual([]);
  }, 120_000);

  it('are set aside for errors that no handler caught, too, and removed when they are discarded', async () => {
    const poison = await add('crash');
    await until(async () => expect((await service.page(queue.name, undefined)).jobs).toHaveLength(1));
    const [held] = (await service.page(queue.name, undefined)).jobs;
    expect(held?.crashes[0]).toMatchObject({ kind: 'unhandled_error' });
    await until(async () => expect(await stateOf(poison)).toMatchObject({ state: 'delayed' }));
    expect(await service.discard([held?.id ?? ''], 'user:ada')).toMatchObject({ done: 1, failed: 0 });
    expect(await stateOf(poison)).toBeNull();
    expect((await service.page(queue.name, undefined)).jobs).toEqual([]);
  }, 120_000);
});
