import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { step, tryRun } from './run.mjs';

const tools = {
  redis: {
    programs: ['redis-server', 'valkey-server'],
    package: 'redis-server',
    without: 'every test on Redis',
  },
  chromium: {
    programs: ['chromium', 'chromium-browser', 'google-chrome'],
    variable: 'DROVER_TEST_CHROMIUM',
    package: 'chromium',
    without: 'the end-to-end tests in a browser',
  },
};

/**
 * Finds what tests need beyond npm: by its variable, on the PATH, else by apt-get where
 * that works. Returns the environment that tells tests where each is; what is missing is
 * said, and fails the run when CI is set.
 */
export async function ensureTestTools() {
  const missing = Object.entries(tools).filter(([, tool]) => find(tool) === null);
  if (missing.length > 0) await install(missing.map(([, tool]) => tool.package));
  const env = {};
  const skipped = [];
  for (const [name, tool] of Object.entries(tools)) {
    const path = find(tool);
    if (path === null) skipped.push(name);
    else if (tool.variable) env[tool.variable] = path;
  }
  for (const name of skipped) {
    const { programs, package: aptPackage, variable, without } = tools[name];
    process.stderr.write(
      `drover: SKIPPED ${without}: no ${programs.join(' or ')} on the PATH. ` +
        `Get it with "apt-get install ${aptPackage}" or your system's own way` +
        `${variable ? `, or set ${variable} to its path` : ''}.\n`,
    );
  }
  if (skipped.length > 0 && process.env.CI) {
    process.stderr.write('drover: CI is set, so a skipped test is a failed one.\n');
    return { env, skipped, failed: true };
  }
  return { env, skipped, failed: false };
}

async function install(packages) {
  if (process.platform !== 'linux' || findOnPath('apt-get') === null || process.getuid?.() !== 0) return;
  await step(`installing ${packages.join(' and ')} (apt-get)`, async () => {
    const env = { DEBIAN_FRONTEND: 'noninteractive' };
    await tryRun('apt-get', ['update', '-qq'], { env, quiet: true });
    const { code, output } = await tryRun('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...packages], {
      env,
      quiet: true,
    });
    if (code !== 0) process.stderr.write(output);
  });
}

function find({ variable, programs }) {
  const named = variable && process.env[variable];
  if (named) return named;
  return programs.map(findOnPath).find((path) => path !== null) ?? null;
}

function findOnPath(program) {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    const path = join(folder, program);
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      // Not in this folder.
    }
  }
  return null;
}
