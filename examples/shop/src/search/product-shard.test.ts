import { readdir } from 'node:fs/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Product, productAt } from '../goods/product.js';
import { temporaryFolder } from '../testing.js';
import { ProductShard } from './product-shard.js';

const hourMs = 3_600_000;
const start = Date.parse('2026-11-23T08:00:00Z');
let folder: Awaited<ReturnType<typeof temporaryFolder>>;

beforeEach(async () => {
  folder = await temporaryFolder();
});

afterEach(() => folder.remove());

function named(title: string, revision: number, at = 1): Product {
  return { ...productAt(at), title, revision };
}

async function upsert(shard: ProductShard, product: Product, atMs = start): Promise<void> {
  await shard.change({ change: 'upsert', product }, new Date(atMs));
}

async function titles(shard: ProductShard, text: string, atMs = start): Promise<unknown[]> {
  return (await shard.search(text, new Date(atMs))).map((result) => result.title);
}

test('two processes that change a shard in turns see each other and agree', async () => {
  const one = new ProductShard(folder.path);
  const two = new ProductShard(folder.path);
  await upsert(one, named('Walrus Kettle', 1));
  await upsert(two, named('Heron Kettle', 2, 2));
  await Promise.all([upsert(one, named('Otter Kettle', 3, 3)), upsert(two, named('Badger Kettle', 4, 4))]);

  const all = ['Badger Kettle', 'Heron Kettle', 'Otter Kettle', 'Walrus Kettle'];
  expect((await titles(one, 'kettle')).sort()).toEqual(all);
  expect((await titles(two, 'kettle')).sort()).toEqual(all);
});

test('the newest revision wins, in whatever order changes arrive', async () => {
  const shard = new ProductShard(folder.path);
  await upsert(shard, named('Second Edition', 2));
  await upsert(shard, named('First Edition', 1));
  expect(await titles(shard, 'edition')).toEqual(['Second Edition']);
});

test('after a restart the index comes from the snapshot and the changes behind it', async () => {
  const shard = new ProductShard(folder.path);
  for (let at = 0; at < 260; at += 1) await upsert(shard, named(`Common Thing ${at}`, 1, at));
  expect(await readdir(folder.path)).toContain('snapshot.json');

  const restarted = new ProductShard(folder.path);
  expect(await restarted.rebuild(new Date(start))).toBe(260);
  expect(await titles(restarted, 'common 259')).toEqual(['Common Thing 259']);
});

test('old segments go once a snapshot covers them, and a process that slept through it is still right', async () => {
  const sleeper = new ProductShard(folder.path);
  await upsert(sleeper, named('Early Capercaillie', 1, 9_000));
  const busy = new ProductShard(folder.path);
  await upsert(busy, named('Forgotten Capercaillie', 1, 9_001));
  const laterMs = start + 5 * hourMs;
  for (let at = 0; at < 250; at += 1) await upsert(busy, named(`Late Thing ${at}`, 1, at), laterMs);

  expect((await readdir(folder.path)).sort()).toEqual(['2026-11-23T13.jsonl', 'snapshot.json']);
  expect((await titles(sleeper, 'capercaillie', laterMs)).sort()).toEqual([
    'Early Capercaillie',
    'Forgotten Capercaillie',
  ]);
  expect(await titles(sleeper, 'late 249', laterMs)).toEqual(['Late Thing 249']);
});
