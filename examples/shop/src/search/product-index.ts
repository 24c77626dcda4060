import { join } from 'node:path';
import type { SearchResult } from 'minisearch';
import { seedOf } from '../seeded-random.js';
import { type ProductChange, ProductShard } from './product-shard.js';

const shardCount = 4;

/** The shop's full-text index: shards by product, so that changes to different products rarely wait for each other. */
export class ProductIndex {
  readonly #shards: readonly ProductShard[];

  constructor(folder: string) {
    this.#shards = Array.from({ length: shardCount }, (_, shard) => new ProductShard(join(folder, `shard-${shard}`)));
  }

  change(change: ProductChange, at: Date): Promise<void> {
    return this.shardOf(change.change === 'upsert' ? change.product.sku : change.sku).change(change, at);
  }

  /** Best match first, over all shards. */
  async search(text: string, at: Date): Promise<SearchResult[]> {
    const results = await Promise.all(this.#shards.map((shard) => shard.search(text, at)));
    return results.flat().sort((a, b) => b.score - a.score);
  }

  shardOf(sku: string): ProductShard {
    const shard = this.#shards[seedOf(sku) % shardCount];
    if (shard === undefined) throw new Error(`No shard for ${sku}`);
    return shard;
  }
}
