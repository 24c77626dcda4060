import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { ExecutionStatsResponse, QueueMetricsResponse, TimeoutConfiguration } from '@drover/contract';
import { startPostgres, startRedis } from '@drover/testkit';
import { describe, expect, it, vi } from 'vitest';
import { apiToken, DroverProcess, Project } from '../support/run-drover.js';
import { runScript } from '../support/run-script.js';

const droverModule = pathToFileURL(
  join(fileURLToPath(new URL('../..', import.meta.url)), 'packages/drover/dist/index.js'),
).href;

function slowProject(): Project {
  return new Project({
    'drover.config.mjs': `export default {
      tickMs: 1000,
      queues: { reports: { processor: './hang.mjs', concurrency: 2, timeout: { timeoutMs: 60000 } } },
    };`,
    'hang.mjs': `export default (job, token, signal) =>
      new Promise((resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)));`,
    'add-jobs.mjs': `
      import { connect } from ${JSON.stringify(droverModule)};
      const drover = await connect();
      await drover.queue('reports').add('monthly', {});
      await drover.close();`,
  });
}

const engines = { Redis: () => startRedis(), PostgreSQL: () => startPostgres() };

describe.each(Object.entries(engines))('timeouts on %s', (_, startServer) => {
  it('go from configuration and API into workers, and from workers into the figures', async () => {
    const server = await startServer();
    const project = slowProject();
    const env = { DROVER_ENGINE: server.url };
    const open: DroverProcess[] = [];
    const start = async (...args: string[]) => {
      const drover = await DroverProcess.start(project, { env, args });
      open.push(drover);
      return drover;
    };
    try {
      const drover = await start();
      const replica = await start('--no-workers');
      const timeout = async (of: DroverProcess) => (await of.get<TimeoutConfiguration>('/timeouts')).reports?.timeout;
      const metrics = async () => (await drover.get<QueueMetricsResponse>('/queues/reports/metrics')).current;
      await vi.waitFor(async () => expect(await timeout(drover)).toBe(60_000), 20_000);

      await runScript(project, 'add-jobs.mjs', [], env);
      await vi.waitFor(async () => expect((await metrics()).active).toBe(1), 20_000);
      const changedAtMs = performance.now();
      const response = await fetch(`${replica.url}/api/admin/queue-system/timeouts/reports`, {
        method: 'PATCH',
        headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${apiToken}` },
        body: JSON.stringify({ timeout: 400 }),
      });
      expect(response.status).toBe(200);
      await vi.waitFor(async () => expect(await timeout(drover)).toBe(400), { timeout: 1_500, interval: 50 });
      expect(performance.now() - changedAtMs).toBeLessThan(1_500);

      await vi.waitFor(async () => expect(await metrics()).toMatchObject({ timeoutRate: 100, errorRate: 100 }), 15_000);
      const stats = await drover.get<ExecutionStatsResponse>('/queues/reports/execution-stats');
      expect(stats).toMatchObject({ sampleCount: 1, byName: { monthly: { failed: 1, timedOut: 1 } } });
      expect(stats.recentExecutions).toEqual([stats.max]);
    } finally {
      await Promise.all(open.map((drover) => drover.stop()));
      project.remove();
      await server.stop();
    }
  });
});
