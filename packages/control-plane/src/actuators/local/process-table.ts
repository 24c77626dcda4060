import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** The processes of this host, as far as a supervisor needs them. */
export interface ProcessTable {
  /**
   * True when the process exists and its command line names the worker: pids are used
   * again, and a signal to a stranger is worse than an orphan.
   */
  runsWorker(pid: number, workerId: string): boolean;
  /** Sends a signal; a process that is gone already is no failure. */
  signal(pid: number, signal: NodeJS.Signals): void;
  isAlive(pid: number): boolean;
}

export const hostProcesses: ProcessTable = {
  runsWorker: (pid, workerId) => commandLine(pid).includes(workerId),
  signal(pid, signal) {
    try {
      process.kill(pid, signal);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  },
  isAlive(pid) {
    try {
      process.kill(pid, 0);
      return true;
    } catch (error) {
      // Alive, and somebody else's.
      return (error as NodeJS.ErrnoException).code === 'EPERM';
    }
  },
};

/** Arguments of a process; empty when it is gone, or a zombie. */
function commandLine(pid: number): readonly string[] {
  try {
    if (process.platform === 'linux') return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
    return execFileSync('ps', ['-p', String(pid), '-o', 'args='], { encoding: 'utf8' })
      .trim()
      .split(/\s+/);
  } catch {
    return [];
  }
}
