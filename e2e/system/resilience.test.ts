import { type PostgresServer, type RedisServer, startPostgres, startRedis } from '@drover/testkit';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { DroverProcess, Project } from '../support/run-drover.js';
import { runScript } from '../support/run-script.js';

const droverModule = new URL('../../packages/drover/dist/index.js', import.meta.url).href;

interface Status {
  readonly instanceId: string;
  readonly leader?: string;
}
interface Worker {
  readonly workerId: string;
  readonly pid: number;
  readonly active: number;
}
interface Queue {
  readonly queueName: string;
  readonly metrics: { readonly completed: number; readonly failed: number; readonly active: number };
  readonly workers?: { readonly ready: number };
}

/** Jobs that tell in a file that they began, and take as long as they are asked to. */
function project(): Project {
  return new Project({
    'drover.config.mjs': `export default {
      tickMs: 1000,
      queues: { work: { processor: './work.mjs', concurrency: 2, minWorkers: 2, worker: { lockDuration: 4000, stalledInterval: 1000 } } },
    };`,
    'work.mjs': `
      import { appendFileSync } from 'node:fs';
      export default async (job) => {
        appendFileSync(new URL('./runs.log', import.meta.url), job.id + '\\n');
        await new Promise((resolve) => setTimeout(resolve, job.data.ms));
      };`,
    'add.mjs': `
      import { connect } from ${JSON.stringify(droverModule)};
      const drover = await connect();
      const [count, ms] = process.argv.slice(2).map(Number);
      await drover.queue('work').addBulk(Array.from({ length: count }, () => ({ name: 'job', data: { ms } })));
      await drover.close();`,
    'runs.log': '',
  });
}

const engines = [
  { name: 'Redis', start: startRedis },
  { name: 'PostgreSQL', start: startPostgres },
] as const;

describe.each(engines)('on $name, with two control planes', ({ start }) => {
  let server: RedisServer | PostgresServer;
  let folder: Project;
  let env: { DROVER_ENGINE: string };
  let first: DroverProcess;
  let second: DroverProcess;

  beforeAll(async () => {
    server = await start();
    env = { DROVER_ENGINE: server.url };
    folder = project();
    first = await DroverProcess.start(folder, { env });
    second = await DroverProcess.start(folder, { env });
  });

  afterAll(async () => {
    await Promise.all([first, second].map((drover) => drover?.stop()));
    folder?.remove();
    await server?.stop();
  });

  const until = (check: () => Promise<void>) => vi.waitFor(check, { timeout: 60_000, interval: 300 });
  const work = async (drover: DroverProcess): Promise<Queue | undefined> =>
    (await drover.get<Queue[]>('/queues/health')).find(({ queueName }) => queueName === 'work');

  it('runs the fleet once, not once per control plane', async () => {
    await until(async () => {
      expect((await work(first))?.workers?.ready).toBe(2);
      expect((await work(second))?.workers?.ready).toBe(2);
    });
    expect((await first.get<{ workers: Worker[] }>('/workers/memory')).workers).toHaveLength(2);
  });

  it('has the job of a worker that is killed -9 done by another', async () => {
    await runScript(folder, 'add.mjs', ['4', '3000'], env);
    let busy: Worker | undefined;
    await until(async () => {
      busy = (await first.get<{ workers: Worker[] }>('/workers/memory')).workers.find(({ active }) => active > 0);
      expect(busy).toBeDefined();
    });
    process.kill(busy?.pid ?? 0, 'SIGKILL');
    await until(async () => {
      const queue = await work(first);
      expect(queue?.metrics).toMatchObject({ completed: 4, failed: 0, active: 0 });
      expect(queue?.workers?.ready).toBe(2);
    });
  });

  it('goes on under another leader when the leader is killed -9, and its workers go on or are replaced', async () => {
    const { leader } = await second.get<Status>('/status');
    const [dead, alive] =
      leader === (await first.get<Status>('/status')).instanceId ? [first, second] : [second, first];
    const before = await alive.get<Status>('/status');
    await runScript(folder, 'add.mjs', ['20', '500'], env);
    dead.child.kill('SIGKILL');
    const killedAt = performance.now();
    await until(async () => {
      expect((await alive.get<Status>('/status')).leader).toBe(before.instanceId);
    });
    expect(performance.now() - killedAt).toBeLessThan(10_000);
    await until(async () => {
      expect((await work(alive))?.metrics).toMatchObject({ completed: 24, failed: 0, active: 0 });
    });
    await until(async () => {
      expect((await work(alive))?.workers?.ready).toBe(2);
    });
  });

  it('leaves no process behind when the last one stops', async () => {
    const { workers } = await (first.child.killed ? second : first).get<{ workers: Worker[] }>('/workers/memory');
    await Promise.all([first.stop(), second.stop()]);
    await until(async () => {
      expect(workers.filter(({ pid }) => isAlive(pid))).toEqual([]);
    });
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
