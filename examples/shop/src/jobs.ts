import type { Job } from 'bullmq';
import type { Customer, Order } from './goods/order.js';
import type { Product } from './goods/product.js';

/** What each queue's jobs carry. */
export interface ShopJobData {
  'email-sending': { readonly kind: 'order-confirmation' | 'review-request'; readonly order: Order };
  'email-campaign': {
    readonly campaign: string;
    readonly headline: string;
    readonly featured: readonly Product[];
    readonly recipients: readonly Pick<Customer, 'name' | 'email'>[];
  };
  payments: { readonly orderId: string; readonly amountCents: number; readonly card: string };
  'search-indexing':
    | { readonly change: 'upsert'; readonly product: Product }
    | { readonly change: 'remove'; readonly sku: string; readonly revision: number };
  'asset-processing': {
    readonly assetId: string;
    /** Name of a file in `images/sources`. */
    readonly source: string;
    /** Part of the source to show, each number a share of its side. */
    readonly crop: { readonly left: number; readonly top: number; readonly size: number };
  };
  'tax-generation': { readonly order: Order };
  'database-writes': { readonly order: Order };
}

export type ShopQueueName = keyof ShopJobData;

export const shopQueueNames = [
  'email-sending',
  'email-campaign',
  'payments',
  'search-indexing',
  'asset-processing',
  'tax-generation',
  'database-writes',
] as const satisfies readonly ShopQueueName[];

/** The part of a BullMQ job that a handler uses: tests need no engine to call one. */
export type ShopJob<Name extends ShopQueueName> = Pick<
  Job<ShopJobData[Name]>,
  'id' | 'data' | 'progress' | 'updateProgress'
>;

/** For what takes a signal when the handler got none. A default value would hide the handler's third parameter from BullMQ. */
export const neverAborted: AbortSignal = new AbortController().signal;
