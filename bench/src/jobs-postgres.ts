import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbedded } from '@drover/engines';
import { measureJobs } from './jobs/measure.js';

const folder = mkdtempSync(join(tmpdir(), 'drover-bench-'));
const server = await startEmbedded(folder);
try {
  await measureJobs('jobs-postgres', server.url, 4);
} finally {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
}
