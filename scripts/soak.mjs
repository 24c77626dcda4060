import { join } from 'node:path';
import { ensureBuilt, ensureInstalled } from './prepare.mjs';
import { main, root, step, tryRun } from './run.mjs';

/**
 * What takes too long for `npm test`; results are in bench/results.
 * `npm run soak` or `npm run soak -- chaos [seed]`: 20,000 jobs while workers are killed and drained.
 * `npm run soak -- shop [minutes]`: an hour of the shop with every trouble.
 * `npm run soak -- scaling [minutes] [redis|postgres]`: twelve queues under mixed load on a memory budget.
 */
await main(async () => {
  const [which = 'chaos', ...args] = process.argv.slice(2);
  const programs = { chaos: 'chaos-redis', shop: 'shop-hour', scaling: 'scaling-soak' };
  if (!(which in programs)) {
    process.stderr.write(`drover: no soak ${which}; there are ${Object.keys(programs).join(', ')}\n`);
    return 1;
  }
  await ensureInstalled();
  await ensureBuilt();
  const file = join(root, `bench/src/${programs[which]}.ts`);
  const node = ['--conditions=drover-source', '--import', 'tsx', file, ...args];
  const { code } = await step(`soak: ${which}`, () => tryRun(process.execPath, node));
  return code;
});
