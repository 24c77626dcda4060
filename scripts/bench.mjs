import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ensureBuilt, ensureInstalled } from './prepare.mjs';
import { main, root, step, tryRun } from './run.mjs';

/** `npm run bench` runs every benchmark, `npm run bench -- worker http` those. Results land in bench/results. */
await main(async () => {
  await ensureInstalled();
  await ensureBuilt();
  const folder = join(root, 'bench/src');
  const notBenchmarks = ['result', 'redis-server', 'chaos-redis', 'chaos-postgres', 'shop-hour'];
  const all = readdirSync(folder)
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.d.ts'))
    .map((name) => name.slice(0, -'.ts'.length))
    .filter((name) => !notBenchmarks.includes(name));
  const asked = process.argv.slice(2);
  const unknown = asked.filter((name) => !all.includes(name));
  if (unknown.length > 0) {
    process.stderr.write(`drover: no benchmark ${unknown.join(', ')}; there are ${all.join(', ')}\n`);
    return 1;
  }
  let failed = 0;
  for (const name of asked.length > 0 ? asked : all) {
    const { code } = await step(`benchmark: ${name}`, () => runSource(join(folder, `${name}.ts`)));
    if (code !== 0) failed += 1;
  }
  return failed > 0 ? 1 : 0;
});

function runSource(file) {
  return tryRun(process.execPath, ['--conditions=drover-source', '--import', 'tsx', file]);
}
