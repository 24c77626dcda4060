import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Order, orderFrom } from './goods/order.js';
import type { ShopJob, ShopJobData, ShopQueueName } from './jobs.js';
import { seededRandom } from './seeded-random.js';

export async function temporaryFolder(): Promise<{ path: string; remove(): Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), 'drover-shop-'));
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
}

export function orderFor(id: string, seed = 7): Order {
  return orderFrom(seededRandom(seed), id, new Date('2026-11-23T15:10:00Z'));
}

/** A job as its handler sees it, that remembers its progress between runs. */
export function jobOf<Name extends ShopQueueName>(id: string, data: ShopJobData[Name]): ShopJob<Name> {
  const job = {
    id,
    data,
    progress: 0 as ShopJob<Name>['progress'],
    updateProgress: async (progress: ShopJob<Name>['progress']) => {
      job.progress = progress;
    },
  };
  return job;
}

/** Paths of all finished files below a folder. */
export async function filesBelow(folder: string): Promise<string[]> {
  const names = await readdir(folder, { recursive: true });
  return names.filter((name) => /\.\w+$/.test(name) && !name.endsWith('.tmp')).map((name) => join(folder, name));
}

/** The text of a quoted-printable mail with its soft line breaks and escapes undone. */
export async function readMail(path: string): Promise<string> {
  const raw = await readFile(path, 'latin1');
  const bytes = raw
    .replace(/=\r?\n/g, '')
    .replace(/=([0-9A-F]{2})/g, (_match, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1').toString('utf8');
}
