import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Where the processes of a test run write which servers they started. */
export const STARTED_SERVERS = 'DROVER_TEST_SERVERS';

/**
 * A global setup of vitest. Its end fails the run when a server that a test started still
 * lives, names the test file, and ends it: left alone it would stay for good.
 */
export default function noServerLeft(): () => void {
  const folder = mkdtempSync(join(tmpdir(), 'drover-servers-'));
  process.env[STARTED_SERVERS] = folder;
  return () => {
    const left = readdirSync(folder).map((name) => ({
      pid: Number(name),
      testFile: readFileSync(join(folder, name), 'utf8'),
    }));
    rmSync(folder, { recursive: true, force: true });
    const alive = left.filter(({ pid }) => kill(pid));
    if (alive.length === 0) return;
    // vitest prints what is thrown here, and succeeds all the same.
    process.exitCode = 1;
    const lines = alive.map(({ pid, testFile }) => `  pid ${pid} of ${testFile}`);
    throw new Error(`tests left servers running, which are ended now:\n${lines.join('\n')}`);
  };
}

/** False when it had ended by itself. */
function kill(pid: number): boolean {
  try {
    process.kill(pid, 'SIGCONT');
    process.kill(pid, 'SIGQUIT');
    return true;
  } catch {
    return false;
  }
}
