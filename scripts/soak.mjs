import { join } from 'node:path';
import { ensureBuilt, ensureInstalled } from './prepare.mjs';
import { main, root, step, tryRun } from './run.mjs';

/**
 * What takes too long for `npm test`; results are in bench/results.
 * `npm run soak` or `npm run soak -- chaos [seed]`: 20,000 jobs while workers are killed and drained, on each engine.
 * `npm run soak -- shop [minutes]`: an hour of the shop with every trouble.
 * `npm run soak -- scaling [minutes] [redis|postgres]`: twelve queues under mixed load on a memory budget.
 */
await main(async () => {
  const [which = 'chaos', ...args] = process.argv.slice(2);
  const programs = { chaos: ['chaos-redis', 'chaos-postgres'], shop: ['shop-hour'], scaling: ['scaling-soak'] };
  if (!(which in programs)) {
    process.stderr.write(`drover: no soak ${which}; there are ${Object.keys(programs).join(', ')}\n`);
    return 1;
  }
  await ensureInstalled();
  await ensureBuilt();
  let failed = 0;
  for (const program of programs[which]) {
    const node = ['--conditions=drover-source', '--import', 'tsx', join(root, `bench/src/${program}.ts`), ...args];
    const { code } = await step(`soak: ${program}`, () => tryRun(process.execPath, node));
    if (code !== 0) failed += 1;
  }
  return failed > 0 ? 1 : 0;
});
