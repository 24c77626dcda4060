import { join } from 'node:path';
import { ensureBuilt, ensureInstalled } from './prepare.mjs';
import { main, root, step, tryRun } from './run.mjs';

/** What takes too long for `npm test`: 20,000 jobs while workers are killed and drained. Its result is in bench/results. */
await main(async () => {
  await ensureInstalled();
  await ensureBuilt();
  const { code } = await step('soak: chaos on Redis', () =>
    tryRun(process.execPath, [
      '--conditions=drover-source',
      '--import',
      'tsx',
      join(root, 'bench/src/chaos-redis.ts'),
      ...process.argv.slice(2),
    ]),
  );
  return code;
});
