import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { writeAtomically } from '../files/write-atomically.js';
import { drawInvoice } from '../goods/invoice.js';
import { inEuros, orderTotalCents } from '../goods/order.js';
import { productAt } from '../goods/product.js';
import { sourceImageNames } from '../goods/source-images.js';
import { vatShares } from '../goods/vat.js';
import { ProductIndex } from '../search/product-index.js';
import { drawPicture } from '../services/prepare-source-images.js';
import { filesBelow, jobOf, orderFor, temporaryFolder } from '../testing.js';
import { TroubleBoard } from '../troubles/trouble-board.js';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

let folder: Awaited<ReturnType<typeof temporaryFolder>>;

beforeAll(async () => {
  folder = await temporaryFolder();
  // Handlers read their folders when they are loaded, as they do in a worker: hence the imports inside the tests.
  process.env.SHOP_DATA_DIR = folder.path;
});

afterAll(() => folder.remove());

test('an uploaded picture becomes variants that decode in their sizes and formats', async () => {
  const source = sourceImageNames[0] ?? '';
  await writeAtomically(join(folder.path, 'images', 'sources', source), await drawPicture(1));
  const { default: assetProcessing } = await import('./asset-processing.js');
  const job = jobOf<'asset-processing'>('1', { assetId: 'lamp', source, crop: { left: 1, top: 0.5, size: 0.8 } });
  const { folder: variants, files } = await assetProcessing(job);

  const decoded = await Promise.all(
    files.map(async ({ name }) => {
      const image = sharp(await readFile(join(variants, name)));
      const { format, width, height, compression } = await image.metadata();
      // Reading the statistics decodes all of it: a torn file would throw.
      const { isOpaque, entropy } = await image.stats();
      expect(isOpaque).toBe(true);
      expect(entropy).toBeGreaterThan(4);
      return `${format}${compression === 'av1' ? '/av1' : ''} ${width}x${height}`;
    }),
  );
  expect(decoded).toEqual(['webp 1200x900', 'webp 640x480', 'heif/av1 320x240', 'jpeg 800x600', 'png 160x120']);
  expect(job.progress).toBe(100);
});

test('an aborted picture job stops between two variants and leaves no torn file', async () => {
  const { default: assetProcessing } = await import('./asset-processing.js');
  const abort = new AbortController();
  const source = sourceImageNames[0] ?? '';
  const job = jobOf<'asset-processing'>('2', { assetId: 'aborted', source, crop: { left: 0, top: 0, size: 0.5 } });
  job.updateProgress = async () => abort.abort(new Error('drained'));
  await expect(assetProcessing(job, 'token', abort.signal)).rejects.toThrow('drained');

  const files = (await filesBelow(join(folder.path, 'images', 'variants'))).filter((file) => file.includes('aborted'));
  expect(files.map((file) => file.split('/').pop())).toEqual(['aborted-1200.webp']);
});

test('an invoice is a PDF that shows the net, the VAT and the total', async () => {
  const order = orderFor('tax-1');
  const { default: taxGeneration } = await import('./tax-generation.js');
  const { file, bytes } = await taxGeneration(jobOf<'tax-generation'>('1', { order }));
  const pdf = await readFile(file);

  expect(pdf.length).toBe(bytes);
  expect(pdf.subarray(0, 5).toString()).toBe('%PDF-');
  expect(pdf.subarray(-6).toString().trim()).toBe('%%EOF');
  expect(file).toBe(join(folder.path, 'documents', '2026-11-23', 'invoice-tax-1.pdf'));

  const text = textOfPdf(await drawInvoice(order, { compress: false }));
  expect(text).toContain('Invoice tax-1');
  expect(text).toContain(inEuros(orderTotalCents(order)));
  for (const share of vatShares(order.customer.country, order.lines)) {
    expect(text).toContain(inEuros(share.netCents));
    expect(text).toContain(inEuros(share.vatCents));
  }
});

test('a product is found after its job, in another process too, and gone after its removal', async () => {
  const { default: searchIndexing } = await import('./search-indexing.js');
  const product = { ...productAt(11), title: 'Zephyr Barometer', revision: 3 };
  await searchIndexing(jobOf<'search-indexing'>('1', { change: 'upsert', product }));

  const other = new ProductIndex(join(folder.path, 'index'));
  const [found] = await other.search('zephyr barometer', new Date());
  expect(found).toMatchObject({ id: product.sku, title: 'Zephyr Barometer', priceCents: product.priceCents });

  await searchIndexing(jobOf<'search-indexing'>('2', { change: 'remove', sku: product.sku, revision: 4 }));
  expect(await other.search('zephyr', new Date())).toEqual([]);
  // A late re-run of the first job must not bring it back.
  await searchIndexing(jobOf<'search-indexing'>('1', { change: 'upsert', product }));
  expect(await other.search('zephyr', new Date())).toEqual([]);
});

test('an order is one row however often its job runs', async () => {
  const { default: databaseWrites } = await import('./database-writes.js');
  const order = orderFor('row-1');
  const job = jobOf<'database-writes'>('row-1', { order });
  const runs = await Promise.all([databaseWrites(job), databaseWrites(job)]);
  runs.push(await databaseWrites(job));
  expect(runs.filter((run) => !run.duplicate)).toHaveLength(1);

  const { KeyedJournal } = await import('../files/keyed-journal.js');
  const rows = await new KeyedJournal(join(folder.path, 'database', 'orders')).rowsOf(new Date(order.createdAt));
  expect(rows).toEqual([expect.objectContaining({ orderId: 'row-1', totalCents: orderTotalCents(order) })]);
});

test('the leak keeps pictures in memory while it is on, and lets go of them after', async () => {
  let nowMs = Date.now();
  vi.spyOn(Date, 'now').mockImplementation(() => nowMs);
  const board = new TroubleBoard(join(folder.path, 'troubles.json'));
  const { default: assetProcessing } = await import('./asset-processing.js');
  const source = sourceImageNames[0] ?? '';
  const run = () =>
    assetProcessing(jobOf<'asset-processing'>('3', { assetId: 'leak', source, crop: { left: 0, top: 0, size: 1 } }));
  await run();
  const before = process.memoryUsage().arrayBuffers;
  await board.start('assets-leaking', { until: new Date(nowMs + 60_000).toISOString() });
  nowMs += 2_000;
  for (let jobs = 0; jobs < 4; jobs += 1) await run();
  const leakedBytes = () => {
    collectGarbage();
    return process.memoryUsage().arrayBuffers - before;
  };
  expect(leakedBytes()).toBeGreaterThan(4 * 5_000_000);

  await board.end(['assets-leaking']);
  nowMs += 2_000;
  await run();
  await vi.waitFor(() => expect(leakedBytes()).toBeLessThan(5_000_000));
  vi.restoreAllMocks();
});

/** pdfkit writes text as Windows-1252 (euro: 0x80) in hex strings with kerning between them: `[<496e76> 20 <6f696365>] TJ`. */
function textOfPdf(pdf: Buffer): string {
  return [...pdf.toString('latin1').matchAll(/\[([^\]]*)\] TJ/g)]
    .map(([, shown]) =>
      [...(shown ?? '').matchAll(/<([0-9a-f]*)>/g)]
        .map(([, hex]) =>
          Buffer.from(hex ?? '', 'hex')
            .toString('latin1')
            .replaceAll('\x80', '€'),
        )
        .join(''),
    )
    .join('\n');
}
