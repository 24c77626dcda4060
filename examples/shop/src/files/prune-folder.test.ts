import { mkdir, readdir, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { filesBelow, temporaryFolder } from '../testing.js';
import { pruneFolder } from './prune-folder.js';

const now = Date.parse('2026-11-23T12:00:00Z');

async function put(folder: string, name: string, hoursOld: number): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, name), name);
  const seconds = now / 1_000 - hoursOld * 3_600;
  await utimes(join(folder, name), seconds, seconds);
}

test('the newest files stay, older ones go, and so do the days they leave empty', async () => {
  const folder = await temporaryFolder();
  await put(join(folder.path, '2026-11-22'), 'old-1', 26);
  await put(join(folder.path, '2026-11-22'), 'old-2', 25);
  await put(join(folder.path, '2026-11-23'), 'new-1.eml', 2);
  await put(join(folder.path, '2026-11-23'), 'new-2.eml', 1);
  await put(join(folder.path, '2026-11-23'), 'older.eml', 3);

  expect(await pruneFolder(folder.path, 2, now)).toBe(3);
  expect(await readdir(folder.path)).toEqual(['2026-11-23']);
  expect((await filesBelow(folder.path)).map((file) => file.split('/').pop()).sort()).toEqual([
    'new-1.eml',
    'new-2.eml',
  ]);
  await folder.remove();
});

test('a write in progress is left alone, and what a crash left an hour ago is taken away', async () => {
  const folder = await temporaryFolder();
  await put(folder.path, '.in-progress.tmp', 0.1);
  await put(folder.path, '.left-behind.tmp', 2);
  await pruneFolder(folder.path, 0, now);
  expect(await readdir(folder.path)).toEqual(['.in-progress.tmp']);
  await folder.remove();
});

test('a folder that nobody has made yet has nothing to prune', async () => {
  expect(await pruneFolder('/nowhere/at/all', 5, now)).toBe(0);
});
