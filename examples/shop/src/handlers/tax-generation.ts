import { scryptSync } from 'node:crypto';
import { join } from 'node:path';
import { dayFolder, safeFileName } from '../files/day-folder.js';
import { writeAtomically } from '../files/write-atomically.js';
import { drawInvoice } from '../goods/invoice.js';
import type { ShopJob } from '../jobs.js';
import { shopEnvironment } from '../shop-environment.js';
import { TroubleBoard } from '../troubles/trouble-board.js';

const environment = shopEnvironment();
const troubles = new TroubleBoard(environment.troublesFile);
/** Beyond a job's lock and a supervisor's patience, 30 s both. */
const blockMs = 45_000;

/** Draws an order's tax invoice and files it under the order's day, so a re-run replaces it with the same. */
export default async function taxGeneration(
  job: ShopJob<'tax-generation'>,
  _token?: string,
  signal?: AbortSignal,
): Promise<{ file: string; bytes: number }> {
  signal?.throwIfAborted();
  const { order } = job.data;
  if ((await troubles.find('tax-blocking')) !== undefined) blockEventLoop(order.id);
  const pdf = await drawInvoice(order);
  signal?.throwIfAborted();
  const file = join(
    dayFolder(environment.documentsFolder, new Date(order.createdAt)),
    `invoice-${safeFileName(order.id)}.pdf`,
  );
  await writeAtomically(file, pdf);
  return { file, bytes: pdf.length };
}

/** Real work in one go, as a document signed with an absurd work factor would be: nothing else runs meanwhile. */
function blockEventLoop(text: string): void {
  const end = performance.now() + blockMs;
  while (performance.now() < end) scryptSync(text, 'signature', 32, { N: 2 ** 14 });
}
