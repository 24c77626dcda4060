import type { Random } from '../seeded-random.js';
import { hourOfDay, type Rhythm, targetJobsPerSecond } from './demand.js';

export type ShopEventKind = 'order' | 'catalogue-change' | 'upload' | 'campaign-batch';

/** What an order makes on average: payment, confirmation and row always, an invoice and a review request sometimes. */
export const invoiceChance = 0.4;
export const reviewChance = 0.25;
export const jobsPerOrder = 3 + invoiceChance + reviewChance;

/** Shares of all jobs, campaigns apart: orders make the rest. */
const catalogueShare = 0.17;
const uploadShare = 0.05;

/** Two campaigns a day, in batches of recipients, while their window lasts. */
const campaignHours = [9.5, 17];
const campaignWindowHours = 0.7;
const campaignBatchesPerSecond = 0.6;

/** How often each thing happens within a span. `orderTimes` is 1, or more in a flash sale. */
export function planEvents(
  span: { readonly atMs: number; readonly lengthMs: number },
  rhythm: Rhythm,
  orderTimes: number,
  random: Random,
): Record<ShopEventKind, number> {
  const seconds = span.lengthMs / 1_000;
  const jobs = targetJobsPerSecond(span.atMs, rhythm) * seconds;
  const hour = hourOfDay(span.atMs, rhythm);
  const inCampaign = campaignHours.some((start) => hour >= start && hour < start + campaignWindowHours);
  return {
    order: random.poisson((jobs * (1 - catalogueShare - uploadShare) * orderTimes) / jobsPerOrder),
    'catalogue-change': random.poisson(jobs * catalogueShare),
    upload: random.poisson(jobs * uploadShare),
    'campaign-batch': inCampaign ? random.poisson(campaignBatchesPerSecond * seconds) : 0,
  };
}
