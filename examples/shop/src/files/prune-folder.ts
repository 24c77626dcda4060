import { readdir, rm, rmdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

interface KeptFile {
  readonly path: string;
  readonly modifiedMs: number;
}

/**
 * Keeps the newest files of a folder and its day folders and removes the rest, empty day folders included.
 * Files that vanish meanwhile are no fault: two shops may prune one folder. Resolves to the number removed.
 */
export async function pruneFolder(folder: string, keepFiles: number, nowMs: number): Promise<number> {
  const files = await filesBelow(folder, nowMs);
  files.sort((a, b) => b.modifiedMs - a.modifiedMs);
  const surplus = files.slice(keepFiles);
  for (const file of surplus) await rm(file.path, { force: true });
  if (surplus.length > 0) await removeEmptyFolders(folder);
  return surplus.length;
}

async function filesBelow(folder: string, nowMs: number): Promise<KeptFile[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(ignoreAbsence([]));
  const files: KeptFile[] = [];
  for (const entry of entries) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      files.push(...(await filesBelow(path, nowMs)));
      continue;
    }
    const stats = await stat(path).catch(ignoreAbsence(undefined));
    if (stats === undefined) continue;
    // A temporary file is somebody's write in progress, or, an hour later, what a kill -9 left behind.
    const isTemporary = entry.name.startsWith('.');
    if (!isTemporary) files.push({ path, modifiedMs: stats.mtimeMs });
    else if (nowMs - stats.mtimeMs > 3_600_000) await rm(path, { force: true });
  }
  return files;
}

async function removeEmptyFolders(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (!entry.isDirectory()) continue;
    // rmdir refuses a folder that is not empty, which is the check, without a race.
    await rmdir(join(folder, entry.name)).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST' && error.code !== 'ENOENT') throw error;
    });
  }
}

function ignoreAbsence<T>(instead: T): (error: NodeJS.ErrnoException) => T {
  return (error) => {
    if (error.code === 'ENOENT') return instead;
    throw error;
  };
}
