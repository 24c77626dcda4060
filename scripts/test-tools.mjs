import { accessSync, constants, existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { root, step, tryRun } from './run.mjs';

const unpackedTo = join(root, '.build', 'test-tools');

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
  promtool: {
    programs: ['promtool'],
    variable: 'DROVER_TEST_PROMTOOL',
    package: 'prometheus',
    // Installed, the package would start a server; its one program needs nothing beside it.
    unpack: 'usr/bin/promtool',
    without: 'the checks of metrics and alert rules by promtool',
  },
};

/**
 * Finds what tests need beyond npm: by its variable, on the PATH, else by apt-get where
 * that works. Returns the environment that tells tests where each is; what is missing is
 * said, and fails the run when CI is set.
 */
export async function ensureTestTools() {
  const missing = Object.entries(tools).filter(([, tool]) => find(tool) === null);
  const unpacked = missing.filter(([, tool]) => tool.unpack);
  const installed = missing.filter(([, tool]) => !tool.unpack);
  if (installed.length > 0) await install(installed.map(([, tool]) => tool.package));
  for (const [, tool] of unpacked) await unpack(tool.package);
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

/** Takes a package's files into our own folder, without installing it. */
async function unpack(aptPackage) {
  if (process.platform !== 'linux' || findOnPath('apt-get') === null || findOnPath('dpkg-deb') === null) return;
  await step(`unpacking ${aptPackage} (apt-get download)`, async () => {
    mkdirSync(unpackedTo, { recursive: true });
    const download = () => tryRun('apt-get', ['download', '-qq', aptPackage], { cwd: unpackedTo, quiet: true });
    let { code, output } = await download();
    if (code !== 0) {
      await tryRun('apt-get', ['update', '-qq'], { quiet: true });
      ({ code, output } = await download());
    }
    const file = readdirSync(unpackedTo).find((name) => name.startsWith(`${aptPackage}_`) && name.endsWith('.deb'));
    if (code !== 0 || file === undefined) {
      process.stderr.write(output);
      return;
    }
    await tryRun('dpkg-deb', ['-x', file, '.'], { cwd: unpackedTo, quiet: true });
    rmSync(join(unpackedTo, file));
  });
}

function find({ variable, programs, unpack: path }) {
  const named = variable && process.env[variable];
  if (named) return named;
  const unpacked = path === undefined ? undefined : join(unpackedTo, path);
  if (unpacked !== undefined && existsSync(unpacked)) return unpacked;
  return programs.map(findOnPath).find((found) => found !== null) ?? null;
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
