import { randomBytes } from 'node:crypto';
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Fault } from '@drover/core';
import { identify, isSameProcess, type ProcessIdentity } from './process-identity.js';

/**
 * Claims a data folder for this process. Refused with `conflict`, naming the owner's pid,
 * while another live process has it; a claim whose process is gone (or whose pid another
 * process has now) is taken over. Returns the release.
 */
export function claimFolder(dataDir: string): () => void {
  const lockFile = join(dataDir, 'owner.json');
  const own = join(dataDir, `owner.${process.pid}.${randomBytes(4).toString('hex')}`);
  writeFileSync(own, JSON.stringify(identify(process.pid)), { mode: 0o600 });
  try {
    for (let attempt = 0; attempt < 10; attempt++) {
      if (tryLink(own, lockFile)) return () => release(lockFile);
      const owner = readOwner(lockFile);
      if (owner !== null && isSameProcess(owner)) throw inUse(dataDir, owner);
      removeStale(lockFile, own);
    }
    throw new Fault('conflict', `The data folder ${dataDir} is being claimed by other processes; try again.`);
  } finally {
    rmSync(own, { force: true });
  }
}

/** link() fails when the target exists, so of several claimants one wins, with its whole content. */
function tryLink(own: string, lockFile: string): boolean {
  try {
    linkSync(own, lockFile);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** Moves a stale claim aside. What was moved is looked at again: another claimant may just have won. */
function removeStale(lockFile: string, own: string): void {
  const aside = `${own}.stale`;
  try {
    renameSync(lockFile, aside);
  } catch {
    return;
  }
  const moved = readOwner(aside);
  if (moved !== null && isSameProcess(moved)) tryLink(aside, lockFile);
  rmSync(aside, { force: true });
}

function release(lockFile: string): void {
  const owner = readOwner(lockFile);
  if (owner?.pid === process.pid) rmSync(lockFile, { force: true });
}

function readOwner(file: string): ProcessIdentity | null {
  try {
    const owner = JSON.parse(readFileSync(file, 'utf8')) as Partial<ProcessIdentity>;
    return typeof owner.pid === 'number' ? { pid: owner.pid, startedAt: owner.startedAt ?? null } : null;
  } catch {
    return null;
  }
}

function inUse(dataDir: string, { pid }: ProcessIdentity): Fault {
  return new Fault(
    'conflict',
    `The data folder ${dataDir} is in use by another Drover (pid ${pid}). Stop it, or set DROVER_DATA_DIR to another folder.`,
    { details: { pid } },
  );
}
