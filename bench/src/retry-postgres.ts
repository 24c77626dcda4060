import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbedded } from '@drover/engines';
import { measureRetry } from './retry/measure.js';

const folder = mkdtempSync(join(tmpdir(), 'drover-bench-'));
const server = await startEmbedded(folder);
try {
  // Each worker more waits for the same lock: NOTIFY makes all commits of a database take turns.
  await measureRetry('retry-postgres', server.url, 4);
} finally {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
}
