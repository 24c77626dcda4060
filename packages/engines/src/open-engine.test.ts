import { inspect } from 'node:util';
import { type Engine, Fault } from '@drover/core';
import {
  describeEngines,
  freePort,
  type PostgresServer,
  type RedisServer,
  startPostgres,
  startRedis,
} from '@drover/testkit';
import { Worker } from 'bullmq';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { openEngine } from './open-engine.js';
import { openQueues } from './open-queues.js';

const RECOVERY_MS = 10_000;

async function faultOf(promise: Promise<unknown>): Promise<Fault> {
  const outcome = await promise.then(
    () => null,
    (error: unknown) => error,
  );
  if (!(outcome instanceof Fault)) throw new Error('expected a fault', { cause: outcome });
  return outcome;
}

describe('an engine that is away', () => {
  it.each(['redis', 'postgres'])('is a fault within seconds, without the password: %s', async (scheme) => {
    const url = `${scheme}://ada:s3cret-word@127.0.0.1:${await freePort()}/0`;
    for (const open of [openEngine, openQueues]) {
      const startMs = performance.now();
      const fault = await faultOf(open(url));
      expect(performance.now() - startMs).toBeLessThan(8000);
      expect(fault.code).toBe('engine_unavailable');
      expect(fault.message).toContain('127.0.0.1');
      expect(inspect(fault, { depth: 10 })).not.toContain('s3cret-word');
    }
  });

  it('is one that was not started, when it is the embedded one', async () => {
    const fault = await faultOf(openEngine('embedded', { dataDir: '/nonexistent/drover' }));
    expect(fault).toMatchObject({ code: 'engine_unavailable', message: expect.stringContaining('drover start') });
  });
});

describe('credentials', () => {
  let redis: RedisServer;
  beforeAll(async () => {
    redis = await startRedis({ password: 'right-p@ss' });
  });
  afterAll(() => redis.stop());

  it('let in, and show nowhere', async () => {
    const engine = await openEngine(redis.url);
    try {
      expect(inspect(await engine.status())).not.toContain('right-p');
      expect(engine.address).toBe(`redis://127.0.0.1:${redis.port}`);
    } finally {
      await engine.close();
    }
  });

  it('that are wrong are a fault at once, which does not repeat them', async () => {
    const startMs = performance.now();
    const fault = await faultOf(openEngine(`redis://:wr0ng-word@127.0.0.1:${redis.port}`));
    expect(performance.now() - startMs).toBeLessThan(2000);
    expect(fault).toMatchObject({ code: 'engine_unavailable', message: expect.stringContaining('WRONGPASS') });
    expect(inspect(fault, { depth: 10, showHidden: true })).not.toContain('wr0ng-word');
  });
});

interface Stoppable {
  readonly url: string;
  halt(): Promise<void>;
  restart(): Promise<void>;
  stop(): Promise<void>;
}

const servers: Record<string, () => Promise<Stoppable>> = {
  redis: async () => {
    const server: RedisServer = await startRedis();
    return { ...server, halt: server.kill };
  },
  postgres: async (): Promise<PostgresServer> => startPostgres(),
};

describe.each(Object.keys(servers))('an outage of %s', (kind) => {
  let server: Stoppable;
  let engine: Engine;
  beforeAll(async () => {
    server = await (servers[kind]?.() ?? Promise.reject(new Error(kind)));
    engine = await openEngine(server.url);
  });
  afterAll(async () => {
    await engine.close();
    await server.stop();
  });

  it('fails every call soon, and is over within ten seconds of the return', async () => {
    await engine.settings.put('before', 'kept');
    const queues = await openQueues(server.url);
    const done = vi.fn();
    const { options, backendFactory } = queues.workerArgs();
    const worker = new Worker('outlasting', async () => 'done', { ...options, runRetryDelay: 1000 }, backendFactory);
    worker.on('error', () => undefined).on('completed', done);
    await worker.waitUntilReady();

    await server.halt();
    const startMs = performance.now();
    const faults = await Promise.all(
      [
        engine.settings.get('before'),
        engine.lease.acquire('leader', 'ada', 1000),
        engine.queues.readStates(['outlasting'], Date.now()),
        engine.queues.discover(),
        engine.queues.tend('outlasting'),
        engine.fleet.readReports(),
        engine.status(),
      ].map(faultOf),
    );
    expect(performance.now() - startMs).toBeLessThan(8000);
    for (const fault of faults) {
      expect(fault.code).toBe('engine_unavailable');
      expect(fault.retryAfterMs).toBeGreaterThan(0);
    }

    await server.restart();
    const backMs = performance.now();
    await vi.waitFor(async () => expect((await engine.settings.get('before'))?.value).toBe('kept'), {
      timeout: RECOVERY_MS,
    });
    await queues.queue('outlasting').add('job', {});
    await vi.waitFor(() => expect(done).toHaveBeenCalled(), { timeout: RECOVERY_MS });
    expect(performance.now() - backMs).toBeLessThan(RECOVERY_MS);
    await worker.close();
    await queues.close();
  });
});

describeEngines('openEngine', (_, open) => {
  it('opens the same state from many control planes that start at the same time', async () => {
    const first = await open();
    const replicas = await Promise.all(Array.from({ length: 5 }, () => first.replica()));
    await first.engine.settings.put('shared', 1);
    for (const replica of replicas) expect((await replica.settings.get('shared'))?.value).toBe(1);
  });

  it('refuses the state of a newer Drover', async () => {
    const test = await open();
    await test.pretendNewer();
    const fault = await faultOf(test.replica());
    expect(fault).toMatchObject({ code: 'conflict', message: expect.stringContaining('upgrade') });
  });

  it('says how the engine is', async () => {
    const { engine } = await open();
    const status = await engine.status();
    expect(status).toMatchObject({ kind: engine.kind, address: engine.address, warnings: [] });
    expect(status.version).toMatch(/^(Redis|Valkey|PostgreSQL) \d/);
    expect(status.latencyMs).toBeGreaterThan(0);
    expect(Math.abs(status.clockSkewMs)).toBeLessThan(1000);
  });
});

describe('queues', () => {
  const closers: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const close of closers.splice(0).reverse()) await close();
  });

  describeEngines('openQueues', (_, open) => {
    it('gives one queue per name, and as many workers as are asked for', async () => {
      const { queues } = await open();
      expect(queues.queue('one')).toBe(queues.queue('one'));
      const workers = Array.from({ length: 8 }, (__, index) => {
        const { options, backendFactory } = queues.workerArgs();
        const worker = new Worker(
          `many-${index}`,
          async () => index + 1,
          { ...options, drainDelay: 1 },
          backendFactory,
        );
        // Unheard, BullMQ prints the whole client of a connection that the server's end cuts off.
        return worker.on('error', () => undefined);
      });
      closers.push(async () => {
        await Promise.all(workers.map((worker) => worker.close()));
      });
      const completed = workers.map(
        (worker) => new Promise((resolve) => worker.on('completed', (job) => resolve(job.returnvalue))),
      );
      await Promise.all(workers.map((worker) => worker.waitUntilReady()));
      await Promise.all(workers.map((__, index) => queues.queue(`many-${index}`).add('job', {})));
      expect(await Promise.all(completed)).toEqual(workers.map((__, index) => index + 1));
    });
  });
});
