import { execFileSync, spawnSync } from 'node:child_process';
import { Fault } from '@drover/core';

/** The account PostgreSQL runs as; `null` is the own one. */
export type RunAs = { readonly uid: number; readonly gid: number } | null;

/**
 * PostgreSQL refuses to run as root, so root lends it the account `postgres` where there is
 * one, else `nobody`. No account is created: a program that was only started should not
 * change the machine's users.
 */
export function chooseAccount(): RunAs {
  if (process.getuid?.() !== 0) return null;
  for (const name of ['postgres', 'nobody']) {
    const uid = idOf('-u', name);
    const gid = idOf('-g', name);
    if (uid !== null && gid !== null && uid !== 0) return { uid, gid };
  }
  throw new Fault(
    'engine_unavailable',
    'PostgreSQL does not run as root, and there is no account postgres or nobody to run it as. ' +
      'Start Drover as another user, or set DROVER_ENGINE to a server of your own.',
  );
}

/** True when the account can enter a folder. Asked of the system: parents, groups and ACLs all have a say. */
export function canEnter(folder: string, account: RunAs): boolean {
  return (
    account === null || spawnSync('/bin/sh', ['-c', 'cd "$1"', 'sh', folder], { ...account, cwd: '/' }).status === 0
  );
}

function idOf(flag: '-u' | '-g', name: string): number | null {
  try {
    return Number(execFileSync('id', [flag, name], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }));
  } catch {
    return null;
  }
}
