import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** A process that cannot be mistaken for a later one with the same, recycled pid. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Opaque; equal for the same process. `null` where the system does not tell. */
  readonly startedAt: string | null;
}

export function identify(pid: number): ProcessIdentity {
  return { pid, startedAt: startOf(pid) };
}

export function isRunning(pid: number): boolean {
  return isListed(pid) && !isZombie(pid);
}

/** True while the system has the pid, be it for a process that has ended and was not reaped. */
export function isListed(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it runs, as somebody else.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** True while the very process that was identified runs. */
export function isSameProcess({ pid, startedAt }: ProcessIdentity): boolean {
  return isRunning(pid) && (startedAt === null || startOf(pid) === startedAt);
}

/** A process's command line; empty when it is gone or hidden. */
export function commandLine(pid: number): string {
  try {
    return process.platform === 'linux'
      ? readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim()
      : execFileSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' }).trim();
  } catch {
    return '';
  }
}

/** Fields after the command of /proc/pid/stat, which may itself hold spaces and parentheses. */
function statFields(pid: number): string[] {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return text.slice(text.lastIndexOf(')') + 2).split(' ');
}

function startOf(pid: number): string | null {
  try {
    if (process.platform === 'linux') {
      // Ticks since boot; the boot itself tells two boots apart.
      const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
      return `${boot} ${statFields(pid)[19]}`;
    }
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim() || null;
  } catch {
    return null;
  }
}

/** An ended child whose parent has not looked yet answers signal 0 but does nothing any more. */
function isZombie(pid: number): boolean {
  if (process.platform !== 'linux') return false;
  try {
    return statFields(pid)[0] === 'Z';
  } catch {
    return false;
  }
}
