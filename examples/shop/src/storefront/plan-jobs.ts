import { JobPriority } from '@drover/contract';
import { customerFrom, orderFrom, orderTotalCents } from '../goods/order.js';
import { catalogueSize, productAt, skuAt } from '../goods/product.js';
import { sourceImageNames } from '../goods/source-images.js';
import type { ShopJobData, ShopQueueName } from '../jobs.js';
import type { Random } from '../seeded-random.js';
import { invoiceChance, reviewChance, type ShopEventKind } from './plan-events.js';

/**
 * A job to add. Each has a priority: an unprioritised job would run before CRITICAL ones in the same queue.
 * Each has an id: adding it again, after a reply that got lost, adds nothing.
 */
export type PlannedJob = {
  [Name in ShopQueueName]: {
    readonly queue: Name;
    readonly name: string;
    readonly data: ShopJobData[Name];
    readonly jobId: string;
    readonly priority: JobPriority;
    readonly delayMs?: number;
  };
}[ShopQueueName];

interface EventAt {
  /** Unique among all events of all runs of the shop; becomes the order number. */
  readonly id: string;
  readonly atMs: number;
  /** How many of its kind this run has seen; the catalogue's sweep walks by it. */
  readonly ordinal: number;
}

const headlines = ['Candlelight week', 'For the first frost', 'New from the pottery', 'Tables for many'];
const recipientsPerBatch = 60;

export function planJobs(kind: ShopEventKind, event: EventAt, random: Random): PlannedJob[] {
  switch (kind) {
    case 'order':
      return orderJobs(event, random);
    case 'catalogue-change':
      return [catalogueJob(event, random)];
    case 'upload':
      return [uploadJob(event, random)];
    case 'campaign-batch':
      return [campaignJob(event, random)];
  }
}

function orderJobs({ id, atMs }: EventAt, random: Random): PlannedJob[] {
  const order = orderFrom(random, id, new Date(atMs));
  const amountCents = orderTotalCents(order);
  const jobs: PlannedJob[] = [
    {
      queue: 'payments',
      name: 'charge',
      data: { orderId: id, amountCents, card: random.chance(0.03) ? 'card-declined' : 'card-good' },
      jobId: `charge-${id}`,
      priority: amountCents > 50_000 ? JobPriority.CRITICAL : JobPriority.HIGH,
    },
    {
      queue: 'database-writes',
      name: 'order-row',
      data: { order },
      jobId: `row-${id}`,
      priority: JobPriority.HIGH,
    },
    {
      queue: 'email-sending',
      name: 'order-confirmation',
      data: { kind: 'order-confirmation', order },
      jobId: `confirmation-${id}`,
      priority: JobPriority.HIGH,
    },
  ];
  if (random.chance(invoiceChance)) {
    const priority = random.chance(0.2) ? JobPriority.NORMAL : JobPriority.LOW;
    jobs.push({ queue: 'tax-generation', name: 'invoice', data: { order }, jobId: `invoice-${id}`, priority });
  }
  if (random.chance(reviewChance)) {
    jobs.push({
      queue: 'email-sending',
      name: 'review-request',
      data: { kind: 'review-request', order },
      jobId: `review-${id}`,
      priority: JobPriority.LOW,
      delayMs: 120_000 + random.below(180_000),
    });
  }
  return jobs;
}

/** Half are new prices of any product, half a sweep over the whole catalogue, a few take a product out. */
function catalogueJob({ id, atMs, ordinal }: EventAt, random: Random): PlannedJob {
  const revision = Math.floor(atMs / 1_000);
  const repriced = random.chance(0.5);
  const index = repriced ? random.below(catalogueSize) : ordinal % catalogueSize;
  const common = { queue: 'search-indexing', jobId: `index-${id}` } as const;
  if (repriced && random.chance(0.05)) {
    const data = { change: 'remove', sku: skuAt(index), revision } as const;
    return { ...common, name: 'remove-product', data, priority: JobPriority.HIGH };
  }
  return {
    ...common,
    name: repriced ? 'new-price' : 'sweep',
    data: { change: 'upsert', product: productAt(index, revision) },
    priority: repriced ? JobPriority.NORMAL : JobPriority.BACKGROUND,
  };
}

function uploadJob({ id }: EventAt, random: Random): PlannedJob {
  return {
    queue: 'asset-processing',
    name: 'upload',
    data: {
      assetId: `asset-${id}`,
      source: random.pick(sourceImageNames),
      crop: { left: random.next(), top: random.next(), size: 0.5 + random.next() * 0.5 },
    },
    jobId: `asset-${id}`,
    priority: random.chance(0.3) ? JobPriority.NORMAL : JobPriority.LOW,
  };
}

function campaignJob({ id }: EventAt, random: Random): PlannedJob {
  const campaign = `campaign-${id}`;
  const featured = Array.from({ length: 3 }, () => productAt(random.below(catalogueSize)));
  const recipients = Array.from({ length: recipientsPerBatch }, () => {
    const { name, email } = customerFrom(random);
    return { name, email };
  });
  return {
    queue: 'email-campaign',
    name: 'batch',
    data: { campaign, headline: random.pick(headlines), featured, recipients },
    jobId: campaign,
    priority: JobPriority.BACKGROUND,
  };
}
