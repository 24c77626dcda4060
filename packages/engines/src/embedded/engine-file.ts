import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Fault } from '@drover/core';
import { isRunning } from './process-identity.js';

/** How other processes find the embedded server. Holds the password, so only its owner may read it. */
export interface EngineFile {
  readonly url: string;
  readonly port: number;
  readonly pid: number;
}

const fileOf = (dataDir: string): string => join(dataDir, 'engine.json');

export function writeEngineFile(dataDir: string, content: EngineFile): void {
  const file = fileOf(dataDir);
  writeFileSync(`${file}.new`, `${JSON.stringify(content)}\n`, { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

export function readEngineFile(dataDir: string): EngineFile | null {
  try {
    const content = JSON.parse(readFileSync(fileOf(dataDir), 'utf8')) as Partial<EngineFile>;
    const { url, port, pid } = content;
    return typeof url === 'string' && typeof port === 'number' && typeof pid === 'number' ? { url, port, pid } : null;
  } catch {
    return null;
  }
}

/** The running embedded server's URL; rejects with `engine_unavailable` when none runs. */
export async function readEmbeddedUrl(dataDir: string): Promise<{ url: string; address: string }> {
  const file = readEngineFile(dataDir);
  if (file === null || !isRunning(file.pid)) {
    throw new Fault(
      'engine_unavailable',
      `The embedded engine of ${resolve(dataDir)} does not run. Start it with \`drover start\` in the same project, ` +
        'or point DROVER_DATA_DIR or DROVER_ENGINE at the one that runs.',
      { retryAfterMs: 2000 },
    );
  }
  return { url: file.url, address: `embedded (127.0.0.1:${file.port})` };
}
