import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { MemoryConfiguration, RecyclesResponse, WorkerMemorySummary } from '@drover/contract';
import { startPostgres, startRedis } from '@drover/testkit';
import { describe, expect, it, vi } from 'vitest';
import { apiToken, DroverProcess, Project } from '../support/run-drover.js';
import { runScript } from '../support/run-script.js';

const droverModule = pathToFileURL(
  join(fileURLToPath(new URL('../..', import.meta.url)), 'packages/drover/dist/index.js'),
).href;

function workingProject(): Project {
  return new Project({
    'drover.config.mjs': `export default {
      tickMs: 1000,
      memory: { softLimitMB: 2000, hardLimitMB: 3000 },
      queues: {
        work: { processor: './work.mjs', minWorkers: 2 },
        contained: { processor: './work.mjs', minWorkers: 0 },
      },
    };`,
    'work.mjs': `export default (job) => new Promise((resolve) => setTimeout(resolve, job.data.ms));`,
    'add-jobs.mjs': `
      import { connect } from ${JSON.stringify(droverModule)};
      const [queueName, ms] = process.argv.slice(2);
      const drover = await connect();
      await drover.queue(queueName).add('one', { ms: Number(ms) });
      await drover.close();`,
  });
}

const engines = { Redis: () => startRedis(), PostgreSQL: () => startPostgres() };

describe.each(Object.entries(engines))('recycling on %s', (_, startServer) => {
  it('replaces workers anywhere, by command and by limits, and tells how each went', async () => {
    const server = await startServer();
    const project = workingProject();
    const env = { DROVER_ENGINE: server.url };
    const open: DroverProcess[] = [];
    try {
      const drover = await DroverProcess.start(project, { env });
      open.push(drover);
      const replica = await DroverProcess.start(project, { env, args: ['--no-workers'] });
      open.push(replica);
      const send = async (method: string, path: string, body: object) => {
        const response = await fetch(`${replica.url}/api/admin/queue-system${path}`, {
          method,
          headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${apiToken}` },
          body: JSON.stringify(body),
        });
        return { status: response.status, body: (await response.json()) as Record<string, unknown> };
      };
      const workers = async (queueName: string) => {
        const { workers: all } = await replica.get<WorkerMemorySummary>('/workers/memory');
        return all.filter((worker) => worker.queueName === queueName && worker.state === 'ready');
      };
      const recycled = async (workerId: string) => {
        const { finished } = await replica.get<RecyclesResponse>(`/workers/recycles?workerId=${workerId}`);
        return finished[0];
      };
      await vi.waitFor(async () => expect(await workers('work')).toHaveLength(2), 20_000);

      await runScript(project, 'add-jobs.mjs', ['work', '3000'], env);
      const busy = await vi.waitFor(async () => {
        const found = (await workers('work')).find(({ active }) => active === 1);
        if (!found) throw new Error('no worker has the job');
        return found;
      }, 10_000);
      const first = await send('POST', `/workers/${busy.workerId}/recycle`, { reason: 'by hand' });
      expect(first).toMatchObject({ status: 200, body: { success: true, queueName: 'work', status: 'recycling' } });
      expect(await send('POST', `/workers/${busy.workerId}/recycle`, { reason: 'again' })).toMatchObject({
        status: 409,
        body: { success: false, code: 'conflict', details: { reason: 'by hand' } },
      });
      await vi.waitFor(
        async () => expect(await recycled(busy.workerId)).toMatchObject({ status: 'done', jobsHandedBack: 0 }),
        20_000,
      );
      await vi.waitFor(async () => {
        const ids = (await workers('work')).map(({ workerId }) => workerId);
        expect(ids).toHaveLength(2);
        expect(ids).not.toContain(busy.workerId);
      }, 10_000);

      // As a container runs it: its own exit code asks for another.
      const alone = DroverProcess.run(project, ['worker', 'contained'], { env });
      open.push(alone);
      const contained = await vi.waitFor(async () => {
        const [found] = await workers('contained');
        if (!found) throw new Error('the worker is not seen yet');
        return found;
      }, 20_000);
      await send('POST', `/workers/${contained.workerId}/recycle`, { reason: 'new image' });
      await vi.waitFor(() => expect(alone.child.exitCode).toBe(75), 10_000);
      await vi.waitFor(
        async () => expect(await recycled(contained.workerId)).toMatchObject({ status: 'done', reason: 'new image' }),
        10_000,
      );

      const old = (await workers('work')).map(({ workerId }) => workerId);
      expect(await send('PATCH', '/memory/config', { worker: { softLimit: 5_000 } })).toMatchObject({ status: 400 });
      expect(await send('PATCH', '/memory/config', { recycling: { afterHours: 0.001 } })).toMatchObject({
        status: 200,
        body: { config: { recycling: { afterHours: 0.001 } } },
      });
      await vi.waitFor(async () => {
        for (const workerId of old) expect(await recycled(workerId)).toMatchObject({ status: 'done', cause: 'age' });
      }, 40_000);
      await send('PATCH', '/memory/config', { recycling: { afterHours: 0 } });
      await vi.waitFor(async () => {
        const { recycling } = await drover.get<MemoryConfiguration>('/memory/config');
        expect(recycling).toEqual({ afterJobs: 0, afterHours: 0 });
      }, 1_500);
    } finally {
      await Promise.all(open.map((drover) => drover.stop()));
      project.remove();
      await server.stop();
    }
  });
});
