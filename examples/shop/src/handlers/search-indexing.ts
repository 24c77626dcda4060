import { setTimeout as delay } from 'node:timers/promises';
import { neverAborted, type ShopJob } from '../jobs.js';
import { ProductIndex } from '../search/product-index.js';
import { shopEnvironment } from '../shop-environment.js';
import { TroubleBoard } from '../troubles/trouble-board.js';

const environment = shopEnvironment();
const index = new ProductIndex(environment.indexFolder);
const troubles = new TroubleBoard(environment.troublesFile);

/** Takes a product into the full-text index, or out of it, and looks it up to be sure. */
export default async function searchIndexing(
  job: ShopJob<'search-indexing'>,
  _token?: string,
  signal?: AbortSignal,
): Promise<{ sku: string; rank: number }> {
  signal?.throwIfAborted();
  const change = job.data;
  const sku = change.change === 'upsert' ? change.product.sku : change.sku;
  if ((await troubles.find('search-slow')) !== undefined) {
    await index.shardOf(sku).rebuild(new Date());
    await delay(800, undefined, { signal: signal ?? neverAborted });
  }
  await index.change(change, new Date());
  if (change.change === 'remove') return { sku, rank: -1 };
  const results = await index.search(change.product.title, new Date());
  return { sku, rank: results.findIndex((result) => result.id === sku) };
}
