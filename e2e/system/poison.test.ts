import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { JobsResponse, QuarantineResponse } from '@drover/contract';
import { startPostgres, startRedis } from '@drover/testkit';
import { describe, expect, it, vi } from 'vitest';
import { apiToken, DroverProcess, Project } from '../support/run-drover.js';
import { runScript } from '../support/run-script.js';

const droverModule = pathToFileURL(
  join(fileURLToPath(new URL('../..', import.meta.url)), 'packages/drover/dist/index.js'),
).href;

/** A worker is known as silent after 8 s; by then its job must still be its own. */
const locks = { lockDuration: 15_000, stalledInterval: 1_000 };

function poisonedProject(): Project {
  return new Project({
    'drover.config.mjs': `export default {
      tickMs: 1000,
      queues: { work: { processor: './work.mjs', minWorkers: 2, worker: ${JSON.stringify(locks)} } },
    };`,
    'work.mjs': `
      import { appendFileSync, existsSync } from 'node:fs';
      export default (job) => {
        if (job.name !== 'poison') return Promise.resolve('done');
        appendFileSync('runs.txt', 'x');
        if (existsSync('cured.txt')) return Promise.resolve('done');
        process.kill(process.pid, 'SIGKILL');
        return new Promise(() => undefined);
      };`,
    'add-job.mjs': `
      import { connect } from ${JSON.stringify(droverModule)};
      const drover = await connect();
      await drover.queue('work').add(process.argv[2], {});
      await drover.close();`,
  });
}

const engines = { Redis: () => startRedis(), PostgreSQL: () => startPostgres() };

describe.concurrent.each(Object.entries(engines))('a job that kills its workers on %s', (_, startServer) => {
  it('is set aside after three, while the others go on, and runs again when it is released', async () => {
    const server = await startServer();
    const project = poisonedProject();
    const env = { DROVER_ENGINE: server.url };
    const drover = await DroverProcess.start(project, { env });
    try {
      const runs = () => readFileSync(join(project.folder, 'runs.txt'), 'utf8').length;
      const quarantine = () => drover.get<QuarantineResponse>('/jobs/quarantine');
      const completed = async () => {
        const { jobs } = await drover.get<JobsResponse>('/queues/work/jobs?state=completed');
        return jobs.map(({ name }) => name).sort();
      };
      await runScript(project, 'add-job.mjs', ['poison'], env);
      await runScript(project, 'add-job.mjs', ['first'], env);
      await vi.waitFor(async () => expect(await completed()).toEqual(['first']), { timeout: 30_000, interval: 500 });

      await vi.waitFor(async () => expect((await quarantine()).jobs).toHaveLength(1), {
        timeout: 120_000,
        interval: 1_000,
      });
      const [held] = (await quarantine()).jobs;
      expect(held?.crashes.map(({ kind, beside }) => [kind, beside])).toEqual(Array(3).fill(['vanished', 0]));
      await runScript(project, 'add-job.mjs', ['second'], env);
      await vi.waitFor(async () => expect((await quarantine()).jobs[0]?.state).toBe('delayed'), {
        timeout: 60_000,
        interval: 500,
      });
      expect(await completed()).toEqual(['first', 'second']);
      expect(runs()).toBe(3);

      writeFileSync(join(project.folder, 'cured.txt'), '');
      const released = await fetch(`${drover.url}/api/admin/queue-system/jobs/quarantine/release`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${apiToken}` },
        body: JSON.stringify({ ids: [held?.id] }),
      });
      expect(await released.json()).toMatchObject({ done: 1, failed: 0 });
      await vi.waitFor(async () => expect(await completed()).toEqual(['first', 'poison', 'second']), {
        timeout: 30_000,
        interval: 500,
      });
      expect(runs()).toBe(4);
      expect((await quarantine()).jobs).toEqual([]);
    } finally {
      await drover.stop();
      project.remove();
      await server.stop();
    }
  });
});
