import { randomBytes } from 'node:crypto';
import { linkSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { Fault } from '@drover/core';
import { identify, isSameProcess, type ProcessIdentity } from './process-identity.js';

/** Pids tell processes apart on one host only; two containers with one volume are two hosts. */
interface Owner extends ProcessIdentity {
  readonly host: string;
}

const TOUCH_MS = 2000;
/** A claim of another host that was not touched for this long is a dead one's. */
const STALE_MS = 15_000;

/**
 * Claims a data folder for this process. Refused with `conflict`, naming the owner's pid,
 * while another live process has it, also one of another container; a claim whose process is
 * gone (or whose pid another process has now) is taken over. Returns the release.
 */
export function claimFolder(dataDir: string): () => void {
  const lockFile = join(dataDir, 'owner.json');
  const own = join(dataDir, `owner.${process.pid}.${randomBytes(4).toString('hex')}`);
  const self: Owner = { ...identify(process.pid), host: hostname() };
  writeFileSync(own, JSON.stringify(self), { mode: 0o600 });
  try {
    for (let attempt = 0; attempt < 10; attempt++) {
      if (tryLink(own, lockFile)) return hold(lockFile, self);
      const owner = readOwner(lockFile, self.host);
      if (owner !== null && isLive(owner, lockFile, self.host)) throw inUse(dataDir, owner, self.host);
      removeStale(lockFile, own, self.host);
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

/** Keeps the claim fresh until it is released; touches and removes no other's. */
function hold(lockFile: string, self: Owner): () => void {
  const isOurs = () => {
    const owner = readOwner(lockFile, self.host);
    return owner?.pid === self.pid && owner.host === self.host;
  };
  const touch = () => {
    try {
      if (isOurs()) utimesSync(lockFile, new Date(), new Date());
    } catch {
      // The next one may succeed; several may fail before the claim looks dead.
    }
  };
  const timer = setInterval(touch, TOUCH_MS);
  timer.unref();
  return () => {
    clearInterval(timer);
    if (isOurs()) rmSync(lockFile, { force: true });
  };
}

/** Moves a stale claim aside. What was moved is looked at again: another claimant may just have won. */
function removeStale(lockFile: string, own: string, host: string): void {
  const aside = `${own}.stale`;
  try {
    renameSync(lockFile, aside);
  } catch {
    return;
  }
  const moved = readOwner(aside, host);
  if (moved !== null && isLive(moved, aside, host)) tryLink(aside, lockFile);
  rmSync(aside, { force: true });
}

function isLive(owner: Owner, file: string, host: string): boolean {
  if (owner.host === host) return isSameProcess(owner);
  try {
    return Date.now() - statSync(file).mtimeMs < STALE_MS;
  } catch {
    return false;
  }
}

/** A claim without a host is of an earlier version, which ran on this one. */
function readOwner(file: string, host: string): Owner | null {
  try {
    const owner = JSON.parse(readFileSync(file, 'utf8')) as Partial<Owner>;
    if (typeof owner.pid !== 'number') return null;
    return { pid: owner.pid, startedAt: owner.startedAt ?? null, host: owner.host ?? host };
  } catch {
    return null;
  }
}

function inUse(dataDir: string, owner: Owner, host: string): Fault {
  const place =
    owner.host === host
      ? ''
      : ` on host ${owner.host}; should that be gone, its claim ends after ${STALE_MS / 1000} seconds`;
  return new Fault(
    'conflict',
    `The data folder ${dataDir} is in use by another Drover (pid ${owner.pid}${place}). ` +
      'Stop it, or set DROVER_DATA_DIR to another folder.',
    { details: { pid: owner.pid } },
  );
}
