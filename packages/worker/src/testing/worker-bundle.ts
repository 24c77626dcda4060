import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface WorkerBundle {
  readonly main: string;
  remove(): void;
}

/** The worker's program, bundled from the sources under test. */
export function bundleWorker(): WorkerBundle {
  const folder = mkdtempSync(join(tmpdir(), 'drover-worker-'));
  execFileSync(process.execPath, [fileURLToPath(new URL('../../build-process.mjs', import.meta.url)), folder]);
  return { main: join(folder, 'drover-worker.js'), remove: () => rmSync(folder, { recursive: true, force: true }) };
}
