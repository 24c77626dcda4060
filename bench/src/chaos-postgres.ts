import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbedded } from '@drover/engines';
import { measureChaos } from './chaos/measure-chaos.js';

const folder = mkdtempSync(join(tmpdir(), 'drover-bench-'));
const server = await startEmbedded(folder);
try {
  await measureChaos('chaos-postgres', server.url);
} finally {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
}
