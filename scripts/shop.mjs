import { join } from 'node:path';
import { ensureBuilt, ensureInstalled } from './prepare.mjs';
import { main, root, tryRun } from './run.mjs';

await main(async () => {
  await ensureInstalled();
  await ensureBuilt();
  const { code } = await tryRun(process.execPath, [join(root, 'examples/shop/dist/shop.js'), ...process.argv.slice(2)]);
  return code;
});
