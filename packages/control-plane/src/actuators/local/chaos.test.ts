import { startPostgres, startRedis } from '@drover/testkit';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { runChaos } from '../../../../../bench/src/chaos/run-chaos.js';
import { bundleWorker, type WorkerBundle } from '../../../../worker/src/testing/worker-bundle.js';

let bundle: WorkerBundle;

beforeAll(() => {
  bundle = bundleWorker();
});
afterAll(() => bundle.remove());

const engines = { Redis: startRedis, PostgreSQL: startPostgres };
const open: { stop(): Promise<void> }[] = [];
afterEach(async () => {
  for (const server of open.splice(0)) await server.stop();
});

it.each(Object.entries(engines))(
  'on %s loses no job and runs none twice without a reason, while workers are killed and replaced',
  async (_, start) => {
    const server = await start();
    open.push(server);
    const seed = Math.floor(Math.random() * 2 ** 31);
    const result = await runChaos({
      url: server.url,
      main: bundle.main,
      jobs: 2_000,
      workers: 3,
      concurrency: 8,
      kills: 4,
      drains: 4,
      graceMs: 300,
      jobMs: 100,
      seed,
      giveUpAfterMs: 100_000,
      worker: { lockDuration: 4_000, stalledInterval: 1_000 },
    });
    expect(result, `seed ${seed}`).toMatchObject({
      completed: 2_000,
      failed: 0,
      lost: 0,
      kills: 4,
      rerunsUnexplained: 0,
      rerunsAfterDrain: result.handedBack,
    });
    expect(result.rerunsAfterKill).toBeGreaterThan(0);
  },
  120_000,
);
