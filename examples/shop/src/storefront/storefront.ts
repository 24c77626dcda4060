import type { JobsOptions } from 'bullmq';
import { type ShopQueueName, shopQueueNames } from '../jobs.js';
import type { Random } from '../seeded-random.js';
import type { Rhythm } from './demand.js';
import { planEvents, type ShopEventKind } from './plan-events.js';
import { type PlannedJob, planJobs } from './plan-jobs.js';

/** The part of a BullMQ queue that the storefront uses. */
export interface ShopQueue {
  addBulk(jobs: { name: string; data: unknown; opts: JobsOptions }[]): Promise<unknown>;
  getJobCounts(...states: ('waiting' | 'prioritized' | 'delayed')[]): Promise<Record<string, number>>;
}

/** Nothing is added to a queue this deep: a shop whose workers are away for days must not fill the disk. */
const deepest: Record<ShopQueueName, number> = {
  'email-sending': 10_000,
  'email-campaign': 200,
  payments: 10_000,
  'search-indexing': 3_000,
  'asset-processing': 500,
  'tax-generation': 3_000,
  'database-writes': 10_000,
};

/** Mail and money wait for others to recover, about three minutes; the rest half a minute. Few finished jobs are kept. */
const finished = { removeOnComplete: { age: 3_600, count: 1_000 }, removeOnFail: { age: 86_400, count: 1_000 } };
const backoff = { type: 'exponential', delay: 2_000, jitter: 0.5 };
const patientQueues: readonly ShopQueueName[] = ['payments', 'email-sending', 'email-campaign'];

/** Turns the shop's demand into jobs. One `step` at a time; the caller keeps the clock. */
export class Storefront {
  readonly #queues: Record<ShopQueueName, ShopQueue>;
  readonly #rhythm: Rhythm;
  readonly #random: Random;
  /** Of this run, in every event's id: two runs must not make the same order number. */
  readonly #runId: string;
  readonly #seen: Record<ShopEventKind, number> = {
    order: 0,
    'catalogue-change': 0,
    upload: 0,
    'campaign-batch': 0,
  };
  #full = new Set<ShopQueueName>();

  constructor(options: {
    readonly queues: Record<ShopQueueName, ShopQueue>;
    readonly rhythm: Rhythm;
    readonly random: Random;
    readonly runId: string;
  }) {
    this.#queues = options.queues;
    this.#rhythm = options.rhythm;
    this.#random = options.random;
    this.#runId = options.runId;
  }

  /** Looks how deep the queues are. Resolves to those that take no more for now. */
  async lookAtDepths(): Promise<ReadonlySet<ShopQueueName>> {
    const full = new Set<ShopQueueName>();
    await Promise.all(
      shopQueueNames.map(async (name) => {
        const counts = await this.#queues[name].getJobCounts('waiting', 'prioritized', 'delayed');
        const depth = Object.values(counts).reduce((sum, count) => sum + count, 0);
        if (depth >= deepest[name]) full.add(name);
      }),
    );
    this.#full = full;
    return full;
  }

  /** Adds what happened in a span. Resolves to the number of jobs added. */
  async step(span: { readonly atMs: number; readonly lengthMs: number }, orderTimes: number): Promise<number> {
    const counts = planEvents(span, this.#rhythm, orderTimes, this.#random);
    // No till, no sale: an order without its payment or its row would be half an order.
    if (this.#full.has('payments') || this.#full.has('database-writes')) counts.order = 0;
    const jobs: PlannedJob[] = [];
    for (const kind of Object.keys(counts) as ShopEventKind[]) {
      for (let event = 0; event < counts[kind]; event += 1) jobs.push(...this.#jobsOf(kind, span.atMs));
    }
    const wanted = jobs.filter((job) => !this.#full.has(job.queue));
    await Promise.all(
      shopQueueNames.map(async (name) => {
        const forQueue = wanted.filter((job) => job.queue === name);
        if (forQueue.length > 0) await this.#queues[name].addBulk(forQueue.map(toBulkJob));
      }),
    );
    return wanted.length;
  }

  #jobsOf(kind: ShopEventKind, atMs: number): PlannedJob[] {
    this.#seen[kind] += 1;
    const ordinal = this.#seen[kind];
    return planJobs(kind, { id: `${this.#runId}-${ordinal}`, atMs, ordinal }, this.#random);
  }
}

function toBulkJob(job: PlannedJob): { name: string; data: unknown; opts: JobsOptions } {
  const { jobId, priority, delayMs } = job;
  const opts: JobsOptions = {
    jobId,
    priority,
    attempts: patientQueues.includes(job.queue) ? 8 : 5,
    backoff,
    ...finished,
  };
  return { name: job.name, data: job.data, opts: delayMs === undefined ? opts : { ...opts, delay: delayMs } };
}
