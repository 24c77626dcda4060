import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { Fault } from '@drover/core';
import type { PostgresBinaries } from './binaries.js';
import { canEnter, type RunAs } from './run-as.js';
import { makeSystemFolder } from './system-folder.js';

/** The superuser of the embedded server, and the only account that can sign in. */
export const CLUSTER_USER = 'drover';
export const CLUSTER_DATABASE = 'postgres';

export interface Cluster {
  readonly dir: string;
  readonly password: string;
}

/** The database cluster of a data folder, made on the first start. */
export async function prepareCluster(dataDir: string, binaries: PostgresBinaries, account: RunAs): Promise<Cluster> {
  const dir = placeCluster(dataDir, account);
  const password = readOrMakePassword(dataDir, existsSync(join(dir, 'PG_VERSION')));
  if (!existsSync(join(dir, 'PG_VERSION'))) await initialise(dir, password, binaries, account);
  refuseOtherMajor(dir, binaries.version);
  return { dir, password };
}

/**
 * Usually within the data folder. When PostgreSQL's account cannot enter that (root's home,
 * a project under a closed folder), in a place of its own that depends on the folder alone,
 * so that every start finds it again.
 */
function placeCluster(dataDir: string, account: RunAs): string {
  const record = join(dataDir, 'cluster-dir');
  if (existsSync(record)) return readFileSync(record, 'utf8').trim();
  if (canEnter(dataDir, account) || (openFolder(dataDir) && canEnter(dataDir, account)))
    return join(dataDir, 'postgres');
  const home = makeSystemFolder(createHash('sha256').update(realpathSync(dataDir)).digest('hex').slice(0, 16));
  const dir = join(home, 'postgres');
  writeFileSync(record, `${dir}\n`);
  return dir;
}

/** Lets others pass through the data folder, not look into it; its files are their owner's alone. */
function openFolder(dataDir: string): boolean {
  const { uid, mode } = statSync(dataDir);
  if (uid !== process.getuid?.()) return false;
  chmodSync(dataDir, (mode & 0o7777) | 0o011);
  return true;
}

function readOrMakePassword(dataDir: string, clusterExists: boolean): string {
  const file = join(dataDir, 'password');
  if (existsSync(file)) return readFileSync(file, 'utf8').trim();
  if (clusterExists) {
    throw new Fault('engine_unavailable', `${file} is missing, and without it the embedded database cannot be opened.`);
  }
  const password = randomBytes(24).toString('base64url');
  writeFileSync(file, `${password}\n`, { mode: 0o600 });
  return password;
}

/** Made aside and renamed when complete: a start that was killed half-way leaves nothing that looks finished. */
async function initialise(dir: string, password: string, binaries: PostgresBinaries, account: RunAs): Promise<void> {
  const draft = `${dir}.new`;
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(draft, { mode: 0o700 });
  const passwordFile = `${dir}.password`;
  writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 });
  if (account !== null) for (const path of [draft, passwordFile]) chownSync(path, account.uid, account.gid);
  const args = [
    `--pgdata=${draft}`,
    `--username=${CLUSTER_USER}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--no-locale',
    `--pwfile=${passwordFile}`,
  ];
  const child = spawn(binaries.initdb, args, { ...account, cwd: '/', stdio: ['ignore', 'ignore', 'pipe'] });
  let complaint = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaint += text;
  });
  const failure = await new Promise<string | null>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('close', (code) => resolve(code === 0 ? null : complaint.trim()));
  });
  rmSync(passwordFile, { force: true });
  if (failure !== null) {
    rmSync(draft, { recursive: true, force: true });
    throw new Fault('engine_unavailable', `The embedded database could not be created: ${failure}`);
  }
  renameSync(draft, dir);
}

function refuseOtherMajor(dir: string, packageVersion: string): void {
  const major = readFileSync(join(dir, 'PG_VERSION'), 'utf8').trim();
  if (packageVersion.split('.')[0] === major) return;
  throw new Fault(
    'engine_unavailable',
    `The embedded database was written by PostgreSQL ${major}, this Drover brings ${packageVersion.split('.')[0]}. ` +
      'Go back to the Drover that wrote it, or move the data with pg_dump.',
  );
}
