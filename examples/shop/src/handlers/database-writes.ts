import { join } from 'node:path';
import { KeyedJournal } from '../files/keyed-journal.js';
import { type Order, orderTotalCents } from '../goods/order.js';
import { vatShares } from '../goods/vat.js';
import type { ShopJob } from '../jobs.js';
import { shopEnvironment } from '../shop-environment.js';

interface OrderRow {
  readonly orderId: string;
  readonly createdAt: string;
  readonly customer: string;
  readonly country: string;
  readonly lines: readonly { readonly sku: string; readonly quantity: number }[];
  readonly totalCents: number;
  readonly vatCents: number;
}

const orders = new KeyedJournal<OrderRow>(join(shopEnvironment().databaseFolder, 'orders'));

/** Writes an order's row, durable when the job completes, once however often the job runs. */
export default async function databaseWrites(
  job: ShopJob<'database-writes'>,
  _token?: string,
  signal?: AbortSignal,
): Promise<{ key: string; duplicate: boolean }> {
  signal?.throwIfAborted();
  const { order } = job.data;
  const key = job.id ?? order.id;
  const { duplicate } = await orders.put(key, new Date(order.createdAt), rowOf(order));
  return { key, duplicate };
}

function rowOf(order: Order): OrderRow {
  const vatCents = vatShares(order.customer.country, order.lines).reduce((sum, share) => sum + share.vatCents, 0);
  return {
    orderId: order.id,
    createdAt: order.createdAt,
    customer: order.customer.email,
    country: order.customer.country,
    lines: order.lines.map(({ sku, quantity }) => ({ sku, quantity })),
    totalCents: orderTotalCents(order),
    vatCents,
  };
}
