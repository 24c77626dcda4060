import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { check } from './check.mjs';
import { ensureBuilt, ensureInstalled } from './prepare.mjs';
import { main, root, run, step, tryRun } from './run.mjs';
import { ensureTestTools } from './test-tools.mjs';

/** `npm test -- unit` runs one part: check, size, unit, e2e or system. */
const only = process.argv[2];
const results = join(root, '.build', 'test-results');

await main(async () => {
  await ensureInstalled();
  const tools = await ensureTestTools();
  await ensureBuilt();
  rmSync(results, { recursive: true, force: true });
  mkdirSync(results, { recursive: true });
  const totals = { passed: 0, failed: tools.failed ? 1 : 0, skipped: tools.skipped.length };
  const env = { ...tools.env, FORCE_COLOR: process.stdout.isTTY ? '1' : '0' };
  const parts = {
    check: () => countStep(check),
    size: () => countStep(() => run(process.execPath, ['packages/dashboard/dev/first-load.mjs'])),
    unit: () => vitest('vitest.config.ts', env),
    e2e: () => (tools.env.DROVER_TEST_CHROMIUM ? playwright(env) : noTests()),
    system: () => vitest('vitest.system.config.ts', env),
  };
  for (const [name, runPart] of Object.entries(parts)) {
    if (only !== undefined && only !== name) continue;
    const { passed, failed, skipped } = await step(`testing: ${name}`, runPart);
    totals.passed += passed;
    totals.failed += failed;
    totals.skipped += skipped;
  }
  // The closing line that CI reads.
  process.stdout.write(`\n${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped\n`);
  return totals.failed > 0 || totals.passed === 0 ? 1 : 0;
});

const noTests = () => ({ passed: 0, failed: 0, skipped: 0 });

/** A step that passes or throws, counted as one test. */
async function countStep(action) {
  try {
    await action();
    return { passed: 1, failed: 0, skipped: 0 };
  } catch (error) {
    process.stderr.write(`${error.message}\n`);
    return { passed: 0, failed: 1, skipped: 0 };
  }
}

async function vitest(config, env) {
  const report = join(results, `${config}.json`);
  const args = ['run', '--config', config, '--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const { code } = await tryRun(process.execPath, [join(root, 'node_modules/vitest/vitest.mjs'), ...args], { env });
  if (!existsSync(report)) return { passed: 0, failed: 1, skipped: 0 };
  const { numPassedTests, numFailedTests, numPendingTests, numTodoTests } = JSON.parse(readFileSync(report, 'utf8'));
  // An error outside any test fails the run without failing a test.
  const failed = Math.max(numFailedTests, code === 0 ? 0 : 1);
  return { passed: numPassedTests, failed, skipped: numPendingTests + numTodoTests };
}

async function playwright(env) {
  const report = join(results, 'e2e.json');
  const { code } = await tryRun(
    process.execPath,
    [join(root, 'node_modules/@playwright/test/cli.js'), 'test', '--config', 'e2e/playwright.config.ts'],
    { env: { ...env, PLAYWRIGHT_JSON_OUTPUT_NAME: report } },
  );
  if (!existsSync(report)) return { passed: 0, failed: 1, skipped: 0 };
  const { expected, unexpected, flaky, skipped } = JSON.parse(readFileSync(report, 'utf8')).stats;
  return { passed: expected, failed: Math.max(unexpected + flaky, code === 0 ? 0 : 1), skipped };
}
