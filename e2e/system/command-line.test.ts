import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type RedisServer, startRedis } from '@drover/testkit';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { busyProject } from '../support/busy-project.js';
import { DroverProcess, Project } from '../support/run-drover.js';
import { runScript } from '../support/run-script.js';

let server: RedisServer;
let project: Project;
let env: { DROVER_ENGINE: string };

beforeAll(async () => {
  server = await startRedis({ password: 'a-secret-of-the-engine' });
  env = { DROVER_ENGINE: server.url };
  project = busyProject();
});

afterAll(async () => {
  project?.remove();
  await server?.stop();
});

async function run(...args: string[]): Promise<{ code: number | null; output: string }> {
  const drover = DroverProcess.run(project, args, { env });
  if (drover.child.exitCode === null) await once(drover.child, 'close');
  return { code: drover.child.exitCode, output: drover.output };
}

describe('the command line', () => {
  it('helps', async () => {
    const { code, output } = await run('--help');
    expect(code).toBe(0);
    for (const word of ['start', 'worker', 'token', 'user', 'init', 'doctor', 'simulate', 'DROVER_ENGINE'])
      expect(output).toContain(word);
  });

  it('makes a token that the API accepts, lists it without its secret, and revokes it', async () => {
    const created = await run('token', 'create', 'ci');
    const token = /drv_\S+/.exec(created.output)?.[0] ?? '';
    expect(token).toMatch(/^drv_/);
    const drover = await DroverProcess.start(project, { env, args: ['--no-workers'] });
    const call = () =>
      fetch(`${drover.url}/api/admin/queue-system/status`, { headers: { authorization: `Bearer ${token}` } });
    try {
      expect((await call()).status).toBe(200);
      const listed = await run('token', 'list');
      expect(listed.output).toContain('ci');
      expect(listed.output).not.toContain(token);
      const id = /^(\S+)\s+ci\b/m.exec(listed.output)?.[1] ?? '';
      expect((await run('token', 'revoke', id)).code).toBe(0);
      await vi.waitFor(async () => expect((await call()).status).toBe(401), { timeout: 10_000, interval: 200 });
    } finally {
      expect(await drover.stop()).toBe(0);
    }
  });

  it('looks the engine over and says what to do, without its password', async () => {
    const { output } = await run('doctor');
    expect(output).toMatch(/ok\s+Engine\s+redis:\/\/127\.0\.0\.1:\d+, Redis \d/);
    expect(output).toMatch(/2 queues to run/);
    expect(output).not.toContain('a-secret-of-the-engine');
  });

  it('names every problem of a configuration and exits with 1', async () => {
    const broken = new Project({
      'drover.config.mjs': `export default { prot: 80, queues: { a: { processor: './a.mjs', concurrency: 0 } } };`,
    });
    const drover = DroverProcess.run(broken, ['start'], { env });
    await once(drover.child, 'close');
    expect(drover.child.exitCode).toBe(1);
    expect(drover.output).toContain('2 problems');
    expect(drover.output).toContain('prot: is not a setting; did you mean port?');
    expect(drover.output).toMatch(/queues\.a\.concurrency: .*\(given: 0\)/);
    expect(drover.output).not.toContain('    at ');
    broken.remove();
  });

  it('replays arrivals under a policy, without an engine', async () => {
    const steps = Array.from({ length: 360 }, (_, step) => `${step * 10},${step >= 120 && step < 132 ? 100 : 10}`);
    const file = (name: string) => join(project.folder, name);
    writeFileSync(file('arrivals.csv'), ['t_seconds,arrivals', ...steps].join('\n'));
    writeFileSync(file('policy.json'), JSON.stringify({ maxWorkers: 20, objective: { waitMs: 10_000 } }));
    const args = ['simulate', '--trace', 'arrivals.csv', '--policy', 'policy.json', '--service-ms', '1000'];
    const told = await run(...args);
    expect(told.output).toMatch(/jobs\s+4,680 in 1\.0 h/);
    expect(told.output).toMatch(/waited over 10\.0 s\s+\d/);
    const { policy, jobs, workerHours, series } = JSON.parse((await run(...args, '--json')).output);
    expect(policy).toMatchObject({ maxWorkers: 20, objective: { waitMs: 10_000 } });
    expect(jobs).toBe(4_680);
    expect(workerHours).toBeGreaterThan(1);
    expect(Math.max(...series.readyWorkers)).toBeGreaterThan(5);
    const refused = await run('simulate', '--trace', 'policy.json');
    expect(refused).toMatchObject({ code: 1, output: expect.stringContaining('line 1: must be the names') });
  });

  it('runs one worker in the foreground that drains on SIGTERM and exits 0', async () => {
    const worker = DroverProcess.run(project, ['worker', 'quick'], { env });
    await worker.saw(/ready/);
    await runScript(project, 'add-jobs.mjs', ['quick', '10'], env);
    const observer = await DroverProcess.start(project, { env, args: ['--no-workers'] });
    await vi.waitFor(
      async () => {
        const queues = await observer.get<{ queueName: string; metrics: { completed: number } }[]>('/queues/health');
        expect(queues.find(({ queueName }) => queueName === 'quick')?.metrics.completed).toBe(10);
      },
      { timeout: 30_000, interval: 300 },
    );
    expect(await worker.stop('SIGTERM')).toBe(0);
    expect(await observer.stop()).toBe(0);
  });

  it('observes an installation without touching it', async () => {
    const bare = new Project({});
    await runScript(project, 'add-jobs.mjs', ['failing', '5'], env);
    const observer = await DroverProcess.start(bare, { env, args: ['--observe'] });
    await vi.waitFor(
      async () => {
        const queues =
          await observer.get<{ queueName: string; watchedBy: string; metrics: { waiting: number } }[]>(
            '/queues/health',
          );
        expect(queues.find(({ queueName }) => queueName === 'failing')).toMatchObject({ metrics: { waiting: 5 } });
      },
      { timeout: 30_000, interval: 300 },
    );
    expect(await observer.stop()).toBe(0);
    bare.remove();
  });

  it('refuses a data folder that another Drover uses, naming it', async () => {
    const shared = busyProject();
    const first = await DroverProcess.start(shared);
    const second = DroverProcess.run(shared, ['start']);
    await once(second.child, 'close');
    expect(second.child.exitCode).toBe(1);
    expect(second.output).toContain(`(pid ${first.pid})`);
    expect(await first.stop()).toBe(0);
    shared.remove();
  });
});
