import { JobPriority } from '@drover/contract';
import type { JobsOptions } from 'bullmq';
import { expect, test } from 'vitest';
import { type ShopQueueName, shopQueueNames } from '../jobs.js';
import { seededRandom } from '../seeded-random.js';
import { defaultRhythm } from './demand.js';
import { type ShopQueue, Storefront } from './storefront.js';

/** A queue that keeps what it is given and says how deep it is. */
class RecordingQueue implements ShopQueue {
  readonly jobs: { name: string; data: unknown; opts: JobsOptions }[] = [];
  depth = 0;

  async addBulk(jobs: { name: string; data: unknown; opts: JobsOptions }[]): Promise<void> {
    this.jobs.push(...jobs);
  }

  async getJobCounts(): Promise<Record<string, number>> {
    return { waiting: 0, prioritized: this.depth - 1, delayed: 1 };
  }
}

function shop() {
  const queues = Object.fromEntries(shopQueueNames.map((name) => [name, new RecordingQueue()])) as Record<
    ShopQueueName,
    RecordingQueue
  >;
  const storefront = new Storefront({ queues, rhythm: defaultRhythm, random: seededRandom(3), runId: 'run' });
  const openFor = async (seconds: number) => {
    // Ten in the morning: a campaign is on, so that all queues have work.
    const startMs = (9.6 / 24) * defaultRhythm.dayMs;
    for (let second = 0; second < seconds; second += 1) {
      await storefront.step({ atMs: startMs + second * 100, lengthMs: 1_000 }, 1);
    }
  };
  return { queues, storefront, openFor };
}

test('every job has an id of its own, a priority, attempts, and a bound on what is kept of it', async () => {
  const { queues, openFor } = shop();
  await openFor(120);
  const priorities = Object.values(JobPriority);
  for (const name of shopQueueNames) {
    const { jobs } = queues[name];
    expect(jobs.length, name).toBeGreaterThan(0);
    expect(new Set(jobs.map((job) => job.opts.jobId)).size).toBe(jobs.length);
    for (const { opts } of jobs) {
      expect(priorities).toContain(opts.priority);
      expect(opts.attempts).toBeGreaterThanOrEqual(5);
      expect(opts.removeOnComplete).toEqual({ age: expect.any(Number), count: expect.any(Number) });
      expect(opts.removeOnFail).toEqual({ age: expect.any(Number), count: expect.any(Number) });
    }
  }
  expect(queues['email-sending'].jobs.some((job) => (job.opts.delay ?? 0) >= 120_000)).toBe(true);
});

test('a queue that is full gets nothing until it has drained', async () => {
  const { queues, storefront, openFor } = shop();
  queues['search-indexing'].depth = 3_000;
  expect([...(await storefront.lookAtDepths())]).toEqual(['search-indexing']);
  await openFor(30);
  expect(queues['search-indexing'].jobs).toEqual([]);
  expect(queues.payments.jobs.length).toBeGreaterThan(0);

  queues['search-indexing'].depth = 2_000;
  await storefront.lookAtDepths();
  await openFor(30);
  expect(queues['search-indexing'].jobs.length).toBeGreaterThan(0);
});

test('while the till is full no order is taken at all, so that none is half an order', async () => {
  const { queues, storefront, openFor } = shop();
  queues.payments.depth = 10_000;
  await storefront.lookAtDepths();
  await openFor(30);
  expect(queues['database-writes'].jobs).toEqual([]);
  expect(queues['email-sending'].jobs).toEqual([]);
  expect(queues['asset-processing'].jobs.length).toBeGreaterThan(0);
});
