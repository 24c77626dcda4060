import { join } from 'node:path';
import { ensureInstalled } from './prepare.mjs';
import { main, root, run, step } from './run.mjs';

const bin = (name) => join(root, 'node_modules', '.bin', name);

/** The fast gate: everything that needs no running engine. */
export async function check() {
  await step('format and lint', () =>
    run(bin('biome'), ['ci', '--log-level=warn', ...(process.stdout.isTTY ? [] : ['--colors=off']), '.'], {
      quiet: true,
    }),
  );
  await step('import rules and cycles', () =>
    run(bin('depcruise'), ['--config', '.dependency-cruiser.cjs', 'packages', 'examples', 'testkit', 'bench'], {
      quiet: true,
    }),
  );
  await step('unused code', () => run(bin('knip'), ['--no-progress'], { quiet: true }));
  await step('types', async () => {
    await run(process.execPath, ['node_modules/ts7/bin/tsc', '-b'], { quiet: true });
    await run(process.execPath, ['node_modules/ts7/bin/tsc', '-p', 'tsconfig.tests.json'], { quiet: true });
  });
  await step('generated files', () =>
    run(process.execPath, ['scripts/generate-reference.mjs', '--check'], { quiet: true }),
  );
}

if (process.argv[1] === join(root, 'scripts', 'check.mjs')) {
  await main(async () => {
    await ensureInstalled();
    await check();
  });
}
