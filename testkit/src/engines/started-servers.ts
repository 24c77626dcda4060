import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { STARTED_SERVERS } from '../no-server-left.js';

/** Tells the guard of a run that this test file answers for a server. */
export function noteServer(pid: number): void {
  const folder = process.env[STARTED_SERVERS];
  if (folder !== undefined) writeFileSync(join(folder, String(pid)), expect.getState().testPath ?? 'unknown');
}

export function forgetServer(pid: number): void {
  const folder = process.env[STARTED_SERVERS];
  if (folder !== undefined) rmSync(join(folder, String(pid)), { force: true });
}
