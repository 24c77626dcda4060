import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import MiniSearch, { type AsPlainObject, type Options, type SearchResult } from 'minisearch';
import { SegmentedLog, segmentAt } from '../files/segmented-log.js';
import { writeAtomically } from '../files/write-atomically.js';
import type { Product } from '../goods/product.js';
import type { ShopJobData } from '../jobs.js';

export type ProductChange = ShopJobData['search-indexing'];

interface Snapshot {
  /** How far into each segment the index below has come. */
  readonly offsets: Record<string, number>;
  readonly revisions: Record<string, number>;
  readonly index: AsPlainObject;
}

const indexOptions: Options<Product> = {
  idField: 'sku',
  fields: ['title', 'category', 'description'],
  storeFields: ['title', 'priceCents'],
};
const changesPerSnapshot = 250;
const hourMs = 3_600_000;
/** Segments this old go once a snapshot covers them... */
const segmentLifeMs = 3 * hourMs;
/** ...so an index that has not looked for this long may have missed some, and starts from the snapshot again. */
const staleAfterMs = hourMs;

/**
 * One shard of the full-text index, shared by all worker processes without a lock.
 *
 * The truth is the shard's log of changes; the index in memory is derived from it by reading on. Changes carry
 * the product's revision and the highest wins, so processes may apply them in any order and as often as they
 * like. The snapshot is only a short cut past the log's beginning: any process may write one, whole, by rename,
 * and the one that stands is right whoever wrote last.
 */
export class ProductShard {
  readonly #snapshotFile: string;
  readonly #log: SegmentedLog;
  readonly #folder: string;
  #index = new MiniSearch<Product>(indexOptions);
  #revisions = new Map<string, number>();
  #offsets = new Map<string, number>();
  #lastLookMs = Number.NEGATIVE_INFINITY;
  #changesSinceSnapshot = 0;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(folder: string) {
    this.#folder = folder;
    this.#snapshotFile = join(folder, 'snapshot.json');
    this.#log = new SegmentedLog(folder);
  }

  /** Resolves when the change is on disk and searchable in this process. */
  async change(change: ProductChange, at: Date): Promise<void> {
    await this.#log.append(segmentAt(at), change);
    await this.#inTurn(async () => {
      await this.#catchUp(at.getTime());
      if (this.#changesSinceSnapshot >= changesPerSnapshot) await this.#writeSnapshot(at.getTime());
    });
  }

  /** Sees every change whose job had completed, in whichever process. */
  search(text: string, at: Date): Promise<SearchResult[]> {
    return this.#inTurn(async () => {
      await this.#catchUp(at.getTime());
      return this.#index.search(text, { prefix: true, combineWith: 'AND' });
    });
  }

  /** Throws the index away and reads all of it again from disk: what `slow search` makes every change do. */
  rebuild(at: Date): Promise<number> {
    return this.#inTurn(async () => {
      this.#lastLookMs = Number.NEGATIVE_INFINITY;
      await this.#catchUp(at.getTime());
      return this.#index.documentCount;
    });
  }

  async #catchUp(nowMs: number): Promise<void> {
    if (nowMs - this.#lastLookMs > staleAfterMs) await this.#loadSnapshot();
    this.#lastLookMs = nowMs;
    for (const segment of await this.#log.segments()) {
      const { records, nextOffset } = await this.#log.readFrom(segment, this.#offsets.get(segment) ?? 0);
      for (const record of records as ProductChange[]) this.#apply(record);
      this.#offsets.set(segment, nextOffset);
    }
  }

  #apply(change: ProductChange): void {
    const sku = change.change === 'upsert' ? change.product.sku : change.sku;
    const revision = change.change === 'upsert' ? change.product.revision : change.revision;
    this.#changesSinceSnapshot += 1;
    if (revision <= (this.#revisions.get(sku) ?? 0)) return;
    this.#revisions.set(sku, revision);
    if (change.change === 'remove') {
      if (this.#index.has(sku)) this.#index.discard(sku);
    } else if (this.#index.has(sku)) {
      this.#index.replace(change.product);
    } else {
      this.#index.add(change.product);
    }
  }

  async #loadSnapshot(): Promise<void> {
    const text = await readFile(this.#snapshotFile, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined;
      throw error;
    });
    const snapshot = text === undefined ? undefined : (JSON.parse(text) as Snapshot);
    this.#index =
      snapshot === undefined
        ? new MiniSearch<Product>(indexOptions)
        : await MiniSearch.loadJSAsync<Product>(snapshot.index, indexOptions);
    this.#revisions = new Map(Object.entries(snapshot?.revisions ?? {}));
    this.#offsets = new Map(Object.entries(snapshot?.offsets ?? {}));
    this.#changesSinceSnapshot = 0;
  }

  async #writeSnapshot(nowMs: number): Promise<void> {
    const oldest = segmentAt(new Date(nowMs - segmentLifeMs));
    const snapshot: Snapshot = {
      offsets: Object.fromEntries(this.#offsets),
      revisions: Object.fromEntries(this.#revisions),
      index: this.#index.toJSON(),
    };
    await writeAtomically(this.#snapshotFile, JSON.stringify(snapshot));
    this.#changesSinceSnapshot = 0;
    for (const segment of this.#offsets.keys()) {
      if (segment >= oldest) continue;
      await rm(join(this.#folder, `${segment}.jsonl`), { force: true });
      this.#offsets.delete(segment);
    }
  }

  /** One at a time: two that catch up at once would both read the same records. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(work);
    this.#turn = result.catch(() => undefined);
    return result;
  }
}
