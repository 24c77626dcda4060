import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ScalingDecision, ScalingHistoryResponse } from '@drover/contract';
import { type PostgresServer, type RedisServer, startPostgres, startRedis } from '@drover/testkit';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { apiToken, DroverProcess, Project } from '../support/run-drover.js';
import { runScript } from '../support/run-script.js';

const droverModule = new URL('../../packages/drover/dist/index.js', import.meta.url).href;
/** Beyond a worker's start-up: what the way from a job to a decision to a host may take. */
const PROMISE_MS = 2_000;
const BURST = 60;
const DELAY_MS = 15_000;

/** Jobs that tell in a file when they began; queues that begin at zero, and one that takes a burst. */
function project(): Project {
  return new Project({
    'drover.config.mjs': `export default {
      queues: {
        first: { processor: './work.mjs', minWorkers: 0, maxWorkers: 2 },
        later: { processor: './work.mjs', minWorkers: 0, maxWorkers: 2 },
        burst: { processor: './work.mjs', minWorkers: 1, maxWorkers: 5 },
      },
    };`,
    'work.mjs': `
      import { appendFileSync } from 'node:fs';
      export default async (job) => {
        const line = [job.queueName, job.id, Date.now()].join(' ');
        appendFileSync(new URL('./runs.log', import.meta.url), line + '\\n');
        await new Promise((resolve) => setTimeout(resolve, job.data.ms));
      };`,
    'add.mjs': `
      import { connect } from ${JSON.stringify(droverModule)};
      const drover = await connect();
      const [queueName, count, ms, delay] = process.argv.slice(2);
      const jobs = Array.from({ length: Number(count) }, () => ({ name: 'job', data: { ms: Number(ms) }, opts: { delay: Number(delay) } }));
      const addedAtMs = Date.now();
      await drover.queue(queueName).addBulk(jobs);
      await drover.close();
      console.log(addedAtMs);`,
    'runs.log': '',
  });
}

const engines = [
  { name: 'Redis', start: startRedis },
  { name: 'PostgreSQL', start: startPostgres },
] as const;

describe.each(engines)('scaling on $name', { timeout: 240_000, concurrent: true }, ({ start }) => {
  let server: RedisServer | PostgresServer;
  let folder: Project;
  let env: { DROVER_ENGINE: string };
  const planes: DroverProcess[] = [];

  beforeAll(async () => {
    server = await start();
    env = { DROVER_ENGINE: server.url };
    folder = project();
    for (let plane = 0; plane < 2; plane++) planes.push(await DroverProcess.start(folder, { env }));
    for (const queueName of ['first', 'later', 'burst']) {
      await patch(queueName, { objective: { waitMs: 3_000 }, cooldownSeconds: { scaleUp: 0, scaleDown: 0 } });
    }
  }, 60_000);
  afterAll(async () => {
    await Promise.all(planes.map((plane) => plane.stop()));
    folder?.remove();
    await server?.stop();
  });

  const patch = async (queueName: string, body: object) => {
    const reply = await fetch(`${planes[0]?.url}/api/admin/queue-system/scaling/policies/${queueName}`, {
      method: 'PATCH',
      headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${apiToken}` },
      body: JSON.stringify(body),
    });
    expect(reply.status).toBe(200);
  };
  const alive = () => planes.find(({ child }) => child.exitCode === null && child.signalCode === null) as DroverProcess;
  const until = (check: () => unknown, timeout = 60_000) => vi.waitFor(check, { timeout, interval: 100 });
  const decision = (queueName: string) => alive().get<ScalingDecision>(`/scaling/decision/${queueName}`);
  const history = async (queueName: string) =>
    (await alive().get<ScalingHistoryResponse>(`/scaling/history/${queueName}`)).history;
  const runs = (queueName: string) =>
    readFileSync(join(folder.folder, 'runs.log'), 'utf8')
      .split('\n')
      .map((line) => line.split(' '))
      .filter(([name]) => name === queueName)
      .map(([, id, atMs]) => ({ id, atMs: Number(atMs) }));
  const add = async (queueName: string, count: number, ms: number, delayMs = 0) =>
    Number(await runScript(folder, 'add.mjs', [queueName, String(count), String(ms), String(delayMs)], env));
  /** As the supervisors of both measured it. */
  const startUpMs = (queueName: string) => {
    const told = planes.flatMap(({ output }) => output.split('\n').filter((line) => line.includes('worker ready')));
    const times = told.filter((line) => line.includes(queueName)).map((line) => /startUpMs\D+(\d+)/.exec(line)?.[1]);
    return Math.max(...times.map(Number));
  };

  it.sequential('starts the first worker of a queue for its first job, sooner than a look comes round', async () => {
    await until(async () => expect(await decision('first')).toMatchObject({ currentWorkers: 0, evidence: {} }));
    const addedAtMs = await add('first', 1, 100);
    await until(() => expect(runs('first')).toHaveLength(1));
    const waitMs = (runs('first')[0]?.atMs ?? 0) - addedAtMs;
    expect(waitMs).toBeLessThan(startUpMs('first') + PROMISE_MS);
  });

  it.sequential('has a worker when the first delayed job of a queue comes due', async () => {
    await until(async () => expect(await decision('later')).toMatchObject({ currentWorkers: 0, evidence: {} }));
    const dueAtMs = (await add('later', 1, 100, DELAY_MS)) + DELAY_MS;
    await until(() => expect(runs('later')).toHaveLength(1));
    const lateMs = (runs('later')[0]?.atMs ?? 0) - dueAtMs;
    expect(lateMs).toBeGreaterThanOrEqual(0);
    expect(lateMs).toBeLessThan(PROMISE_MS);
  });

  it.sequential('meets a burst with more workers, also when the leader is killed -9 in the middle, and no job runs twice', async () => {
    await until(async () => expect((await decision('burst')).currentWorkers).toBe(1));
    await add('burst', BURST, 1_000);
    await until(async () => {
      const [newest] = await history('burst');
      expect(newest).toMatchObject({ action: 'scale_up', executed: true });
    }, 10_000);
    const { leader } = await alive().get<{ leader: string }>('/status');
    const ids = await Promise.all(planes.map((plane) => plane.get<{ instanceId: string }>('/status')));
    planes[ids.findIndex(({ instanceId }) => instanceId === leader)]?.child.kill('SIGKILL');
    await until(() => expect(runs('burst').length).toBeGreaterThanOrEqual(BURST), 90_000);
    await until(async () => expect((await decision('burst')).metrics).toMatchObject({ queueDepth: 0, activeJobs: 0 }));
    const ran = runs('burst').map(({ id }) => id);
    expect(ran).toHaveLength(BURST);
    expect(new Set(ran).size).toBe(BURST);
    const story = (await history('burst')).filter(({ executed }) => executed).reverse();
    for (const [index, step] of story.entries()) {
      if (index > 0) expect(step.currentWorkers).toBe(story[index - 1]?.targetWorkers);
    }
    expect(Math.max(...story.map(({ targetWorkers }) => targetWorkers))).toBeGreaterThan(1);
  });

  it.sequential('goes back by itself, to zero where nothing is to do, and tells why', async () => {
    await until(async () => {
      expect((await decision('first')).currentWorkers).toBe(0);
      expect((await decision('burst')).currentWorkers).toBe(1);
    }, 200_000);
    for (const queueName of ['first', 'burst']) {
      const down = (await history(queueName)).find(({ action, executed }) => executed && action === 'scale_down');
      expect(down?.reason).toMatch(/^Down from/);
    }
  });
});
