import { startRedis } from '@drover/testkit';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runChaos } from '../../../../../bench/src/chaos/run-chaos.js';
import { bundleWorker, type WorkerBundle } from '../../../../worker/src/testing/worker-bundle.js';

type Redis = Awaited<ReturnType<typeof startRedis>>;

let redis: Redis;
let bundle: WorkerBundle;

beforeAll(async () => {
  redis = await startRedis();
  bundle = bundleWorker();
});
afterAll(async () => {
  await redis.stop();
  bundle.remove();
});

it('loses no job and runs none twice without a reason, while workers are killed and replaced', async () => {
  const seed = Math.floor(Math.random() * 2 ** 31);
  const result = await runChaos({
    redisUrl: redis.url,
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
}, 120_000);
