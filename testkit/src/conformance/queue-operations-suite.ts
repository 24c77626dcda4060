import type { CleanableState, JobSelection, QueueState } from '@drover/core';
import { FlowProducer, type Job, UnrecoverableError, Worker } from 'bullmq';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import type { OpenTestEngine } from '../engines/describe-engines.js';
import type { TestEngine } from '../engines/test-engine.js';

const MINUTE_MS = 60_000;

export function queueOperationsSuite(open: OpenTestEngine): void {
  let test: TestEngine;
  let created = 0;
  beforeAll(async () => {
    test = await open();
  });

  const newName = (label: string) => `ops-${label}-${++created}`;
  const operations = () => test.engine.operations;
  const read = async (queueName: string): Promise<QueueState> => {
    const [reading] = await test.engine.queues.readStates([queueName], Date.now());
    if (reading?.ok !== true) throw new Error(`${queueName} could not be read`);
    return reading.state;
  };
  const all = (queueName: string, state: CleanableState): JobSelection => ({
    queueName,
    state,
    untilMs: Date.now() + MINUTE_MS,
  });
  const bulk = (count: number, options: object = {}) =>
    Array.from({ length: count }, (_, index) => ({ name: 'job', data: { index }, opts: options }));

  const startWorker = (queueName: string, process: (job: Job) => Promise<unknown>) => {
    const { connection, factory, prefix } = test.bullmq;
    const options = { connection, drainDelay: 1, concurrency: 10, ...(prefix === undefined ? {} : { prefix }) };
    const worker = new Worker(queueName, process, options, factory);
    worker.on('error', () => undefined);
    return worker;
  };

  /** Lets every job of a queue fail for good. */
  const failAll = async (queueName: string, count: number) => {
    const worker = startWorker(queueName, async () => {
      throw new UnrecoverableError('meant to');
    });
    await vi.waitFor(async () => expect((await read(queueName)).failed).toBe(count), { timeout: 20_000 });
    await worker.close();
  };

  /** A job that is being worked on by somebody of whom nothing more is heard. */
  const takeAndVanish = async (queueName: string, lockMs: number, atMs: number) => {
    const { connection, factory, prefix } = test.bullmq;
    const options = { connection, lockDuration: lockMs, ...(prefix === undefined ? {} : { prefix }) };
    const backend = factory(queueName, options as Parameters<typeof factory>[1]);
    backend.on('error', () => undefined);
    await backend.waitUntilReady();
    const clock = vi.spyOn(Date, 'now').mockReturnValue(atMs);
    try {
      await backend.moveToActive('token-of-the-vanished');
    } finally {
      clock.mockRestore();
    }
    await backend.close();
  };

  const cleanAll = async (selection: JobSelection, limit = 100) => {
    let removed = 0;
    let after: string | null = null;
    do {
      const slice: { removed: number; next: string | null } = await operations().clean(selection, { limit, after });
      expect(slice.removed).toBeLessThanOrEqual(limit);
      removed += slice.removed;
      after = slice.next;
    } while (after !== null);
    return removed;
  };

  const retryAll = async (queueName: string, untilMs: number, limit = 100) => {
    const outcome = { retried: 0, failures: [] as { jobId: string; reason: string }[] };
    let after: string | null = null;
    do {
      const slice = await operations().retryFailed(queueName, untilMs, { limit, after });
      outcome.retried += slice.retried;
      outcome.failures.push(...slice.failures);
      after = slice.next;
    } while (after !== null);
    return outcome;
  };

  describe('a pause', () => {
    it('holds every worker at once, and a resume lets them go on', async () => {
      const name = newName('paused');
      const queue = test.queues.queue(name);
      const ran: string[] = [];
      const worker = startWorker(name, async (job) => ran.push(job.name));
      await queue.add('before', {});
      await vi.waitFor(() => expect(ran).toEqual(['before']));

      expect(await operations().setPaused(name, true)).toBe(false);
      expect(await read(name)).toMatchObject({ paused: true });
      expect(await queue.isPaused()).toBe(true);
      await queue.addBulk([
        { name: 'held', data: {} },
        { name: 'important', data: {}, opts: { priority: 1 } },
      ]);
      const other = startWorker(newName('elsewhere'), async () => undefined);
      await other.waitUntilReady();
      expect(await read(name)).toMatchObject({ waiting: 2, active: 0 });
      expect(ran).toEqual(['before']);

      const replica = await test.replica();
      expect(await replica.operations.setPaused(name, true)).toBe(true);
      expect(await replica.operations.setPaused(name, false)).toBe(true);
      expect(await operations().setPaused(name, false)).toBe(false);
      await vi.waitFor(() => expect(ran.sort()).toEqual(['before', 'held', 'important']), { timeout: 10_000 });
      expect(await read(name)).toMatchObject({ paused: false, waiting: 0 });
      await Promise.all([worker.close(), other.close()]);
    });

    it('makes a queue known', async () => {
      const name = newName('unknown');
      expect(await operations().knows(name)).toBe(false);
      await operations().setPaused(name, true);
      expect(await operations().knows(name)).toBe(true);
      const other = newName('with-jobs');
      await test.queues.queue(other).add('job', {});
      expect(await operations().knows(other)).toBe(true);
    });
  });

  describe('cleaning', () => {
    it.each(['completed', 'failed'] as const)('removes %s jobs, oldest first, up to the limit', async (state) => {
      const name = newName(state);
      const queue = test.queues.queue(name);
      await queue.addBulk(bulk(12));
      const worker = startWorker(name, async () => {
        if (state === 'failed') throw new UnrecoverableError('meant to');
      });
      await vi.waitFor(async () => expect((await read(name))[state]).toBe(12), { timeout: 20_000 });
      await worker.close();
      const finished = await queue.getJobs([state]);
      const instants = finished.map((job) => job.finishedOn ?? 0).sort((a, b) => a - b);

      expect(await operations().count(all(name, state))).toBe(12);
      const first = await operations().clean(all(name, state), { limit: 5, after: null });
      expect(first).toMatchObject({ removed: 5, next: expect.any(String) });
      const left = (await queue.getJobs([state])).map((job) => job.finishedOn ?? 0);
      expect(Math.min(...left)).toBeGreaterThanOrEqual(instants[4] ?? 0);
      expect(await cleanAll(all(name, state), 5)).toBe(7);
      expect(await read(name)).toMatchObject({ completed: 0, failed: 0 });
    });

    it('keeps what finished after the instant', async () => {
      const name = newName('grace');
      const queue = test.queues.queue(name);
      await queue.addBulk(bulk(3));
      await failAll(name, 3);
      const oldestMs = Math.min(...(await queue.getFailed()).map((job) => job.finishedOn ?? 0));
      const selection = { queueName: name, state: 'failed', untilMs: oldestMs - 1 } as const;
      expect(await operations().count(selection)).toBe(0);
      expect(await operations().clean(selection, { limit: 10, after: null })).toEqual({ removed: 0, next: null });
      expect(await read(name)).toMatchObject({ failed: 3 });
    });

    it('removes waiting jobs with and without priority, also of a paused queue, and no young ones', async () => {
      const name = newName('waiting');
      const queue = test.queues.queue(name);
      const old = { timestamp: Date.now() - 10 * MINUTE_MS };
      await operations().setPaused(name, true);
      for (let round = 0; round < 4; round++) {
        await queue.addBulk([
          { name: 'old', data: {}, opts: old },
          { name: 'young', data: {} },
          { name: 'old', data: {}, opts: { ...old, priority: 1 + round } },
          { name: 'young', data: {}, opts: { priority: 1 + round } },
          { name: 'old', data: {}, opts: { ...old, lifo: true } },
        ]);
      }
      const selection = { queueName: name, state: 'waiting', untilMs: Date.now() - MINUTE_MS } as const;
      expect(await operations().count(selection)).toBe(12);
      expect(await cleanAll(selection, 5)).toBe(12);
      expect(await read(name)).toMatchObject({ waiting: 8, prioritized: 4, paused: true });
      await operations().setPaused(name, false);
      const left = await queue.getJobs(['waiting', 'prioritized']);
      expect(left.map((job) => job.name)).toEqual(Array(8).fill('young'));
      await operations().setPaused(name, true);
      expect(await cleanAll(all(name, 'waiting'), 3)).toBe(8);
      expect(await read(name)).toMatchObject({ waiting: 0 });
    });

    it('leaves the others in their order', async () => {
      const name = newName('order');
      const queue = test.queues.queue(name);
      const old = { timestamp: Date.now() - 10 * MINUTE_MS };
      for (let index = 0; index < 6; index++) {
        await queue.add(`kept-${index}`, {});
        await queue.add('old', {}, old);
      }
      expect(await cleanAll({ queueName: name, state: 'waiting', untilMs: Date.now() - MINUTE_MS }, 2)).toBe(6);
      const ran: string[] = [];
      const { connection, factory, prefix } = test.bullmq;
      const worker = new Worker(
        name,
        async (job) => ran.push(job.name),
        { connection, concurrency: 1, drainDelay: 1, ...(prefix === undefined ? {} : { prefix }) },
        factory,
      );
      worker.on('error', () => undefined);
      await vi.waitFor(() => expect(ran).toHaveLength(6), { timeout: 10_000 });
      await worker.close();
      expect(ran).toEqual(['kept-0', 'kept-1', 'kept-2', 'kept-3', 'kept-4', 'kept-5']);
    });

    it('removes delayed jobs by their age, not by when they are due', async () => {
      const name = newName('delayed');
      const queue = test.queues.queue(name);
      const old = { timestamp: Date.now() - 10 * MINUTE_MS };
      await queue.add('young-soon', {}, { delay: MINUTE_MS });
      await queue.add('old-late', {}, { ...old, delay: 100 * MINUTE_MS });
      await queue.add('young-late', {}, { delay: 200 * MINUTE_MS });
      await queue.add('old-soon', {}, { ...old, delay: 11 * MINUTE_MS });
      const selection = { queueName: name, state: 'delayed', untilMs: Date.now() - MINUTE_MS } as const;
      expect(await operations().count(selection)).toBe(2);
      expect(await cleanAll(selection, 1)).toBe(2);
      expect((await queue.getDelayed()).map((job) => job.name).sort()).toEqual(['young-late', 'young-soon']);
    });

    it('keeps the job that carries a schedule on', async () => {
      const name = newName('scheduled');
      const queue = test.queues.queue(name);
      await queue.upsertJobScheduler('nightly', { every: 10 * MINUTE_MS }, { name: 'nightly' });
      await queue.add('other', {}, { delay: MINUTE_MS });
      await queue.add('plain', {});
      const { waiting, delayed } = await read(name);
      expect(waiting + delayed).toBe(3);
      expect((await cleanAll(all(name, 'delayed'))) + (await cleanAll(all(name, 'waiting')))).toBe(2);
      const after = await read(name);
      expect(after.waiting + after.delayed).toBe(1);
    });

    it('removes finished jobs that a schedule made', async () => {
      const name = newName('made-by-schedule');
      const queue = test.queues.queue(name);
      await queue.upsertJobScheduler('often', { every: 100, limit: 3 }, { name: 'often' });
      const worker = startWorker(name, async () => undefined);
      await vi.waitFor(async () => expect((await read(name)).completed).toBeGreaterThanOrEqual(2), { timeout: 20_000 });
      await worker.close();
      const { completed } = await read(name);
      expect(await cleanAll(all(name, 'completed'))).toBe(completed);
    });

    it('never removes a job that is running, and removes one whose worker is gone', async () => {
      const name = newName('active');
      const queue = test.queues.queue(name);
      await queue.add('stale', {});
      await takeAndVanish(name, 10, Date.now() - MINUTE_MS);
      const held = await queue.add('held', {});
      await takeAndVanish(name, 10 * MINUTE_MS, Date.now());
      const selection = all(name, 'active');
      await vi.waitFor(async () => expect(await operations().count(selection)).toBe(1), { timeout: 10_000 });
      expect(await cleanAll(selection)).toBe(1);
      expect((await queue.getActive()).map(({ id }) => id)).toEqual([held.id]);
    });

    it('is safe beside workers that take the same jobs', async () => {
      const name = newName('contended');
      const queue = test.queues.queue(name);
      await queue.addBulk(bulk(600));
      const ran = new Set<string>();
      const failed: string[] = [];
      const worker = startWorker(name, async (job) => ran.add(job.id ?? ''));
      worker.on('failed', (job) => failed.push(job?.id ?? ''));
      worker.on('error', (error) => failed.push(error.message));
      await vi.waitFor(() => expect(ran.size).toBeGreaterThan(10));
      const removed = await cleanAll(all(name, 'waiting'), 20);
      await vi.waitFor(async () => expect((await read(name)).active + (await read(name)).waiting).toBe(0), {
        timeout: 10_000,
      });
      await worker.close();
      // Each job ran or was removed, none both and none neither.
      expect(removed + ran.size).toBe(600);
      expect(removed).toBeGreaterThan(0);
      expect(failed).toEqual([]);
      expect((await read(name)).completed).toBe(ran.size);
    });

    it('lets a parent run whose last child it removed', async () => {
      const [name, children] = [newName('parent'), newName('children')];
      const { connection, factory, prefix } = test.bullmq;
      const flows = new FlowProducer({ connection, ...(prefix === undefined ? {} : { prefix }) }, factory);
      await flows.add({ name: 'parent', queueName: name, children: [{ name: 'child', queueName: children }] });
      await flows.close();
      expect(await cleanAll(all(children, 'waiting'))).toBe(1);
      expect(await read(name)).toMatchObject({ waiting: 1, waitingChildren: 0 });
    });

    it('frees the deduplication key of a removed job', async () => {
      const name = newName('dedup');
      const queue = test.queues.queue(name);
      await queue.add('one', {}, { deduplication: { id: 'same' } });
      expect(await cleanAll(all(name, 'waiting'))).toBe(1);
      await queue.add('two', {}, { deduplication: { id: 'same' } });
      expect((await queue.getWaiting()).map((job) => job.name)).toEqual(['two']);
    });

    it('finds nothing in a queue that does not exist', async () => {
      for (const state of ['completed', 'failed', 'delayed', 'waiting', 'active'] as const) {
        expect(await operations().count(all('nobody-made-this', state))).toBe(0);
        expect(await operations().clean(all('nobody-made-this', state), { limit: 5, after: null })).toEqual({
          removed: 0,
          next: null,
        });
      }
    });
  });

  describe('retrying', () => {
    it('puts failed jobs back with their priority and the attempts they made', async () => {
      const name = newName('retried');
      const queue = test.queues.queue(name);
      await queue.addBulk([
        { name: 'plain', data: {} },
        { name: 'important', data: {}, opts: { priority: 3 } },
        { name: 'last-in', data: {}, opts: { lifo: true } },
      ]);
      await failAll(name, 3);
      expect(await operations().count({ queueName: name, state: 'failed', untilMs: Date.now() })).toBe(3);
      expect(await retryAll(name, Date.now(), 2)).toEqual({ retried: 3, failures: [] });
      expect(await read(name)).toMatchObject({ waiting: 3, prioritized: 1, failed: 0 });
      const jobs = await queue.getJobs(['waiting', 'prioritized']);
      expect(jobs.map(({ attemptsMade }) => attemptsMade)).toEqual([1, 1, 1]);
      expect(jobs.find((job) => job.name === 'important')?.opts.priority).toBe(3);
      const ran: string[] = [];
      const { connection, factory, prefix } = test.bullmq;
      const options = { connection, concurrency: 1, drainDelay: 1, ...(prefix === undefined ? {} : { prefix }) };
      const worker = new Worker(name, async (job) => ran.push(job.name), options, factory);
      worker.on('error', () => undefined);
      await vi.waitFor(() => expect(ran).toEqual(['last-in', 'plain', 'important']), { timeout: 10_000 });
      await worker.close();
    });

    it('never puts back what fails meanwhile', async () => {
      const name = newName('fails-again');
      const queue = test.queues.queue(name);
      await queue.addBulk(bulk(60));
      await failAll(name, 60);
      const startedAtMs = Date.now();
      await vi.waitFor(() => expect(Date.now()).toBeGreaterThan(startedAtMs));
      const runs = new Map<string, number>();
      const worker = startWorker(name, async (job) => {
        runs.set(job.id ?? '', (runs.get(job.id ?? '') ?? 0) + 1);
        throw new UnrecoverableError('again');
      });
      const outcomes = await Promise.all([retryAll(name, startedAtMs, 5), retryAll(name, startedAtMs, 5)]);
      expect((outcomes[0]?.retried ?? 0) + (outcomes[1]?.retried ?? 0)).toBe(60);
      await vi.waitFor(async () => expect((await read(name)).failed).toBe(60), { timeout: 20_000 });
      await worker.close();
      expect(runs.size).toBe(60);
      expect([...runs.values()].every((count) => count === 1)).toBe(true);
    });

    it('begins with the jobs that failed first, and passes no more than the limit', async () => {
      const name = newName('first-first');
      const queue = test.queues.queue(name);
      for (const job of ['first', 'second', 'third']) {
        await queue.add(job, {});
        await failAll(name, ['first', 'second', 'third'].indexOf(job) + 1);
      }
      const slice = await operations().retryFailed(name, Date.now(), { limit: 2, after: null });
      expect(slice).toMatchObject({ retried: 2, failures: [], next: expect.any(String) });
      expect((await queue.getFailed()).map((job) => job.name)).toEqual(['third']);
    });

    it('goes on past jobs that vanish meanwhile', async () => {
      const name = newName('vanishing');
      const queue = test.queues.queue(name);
      await queue.addBulk(bulk(20));
      await failAll(name, 20);
      const first = await operations().retryFailed(name, Date.now(), { limit: 5, after: null });
      for (const job of (await queue.getFailed()).slice(0, 10)) await job.remove();
      let retried = first.retried;
      for (let after = first.next; after !== null; ) {
        const slice = await operations().retryFailed(name, Date.now(), { limit: 5, after });
        retried += slice.retried;
        after = slice.next;
      }
      expect(retried).toBe(10);
      await queue.obliterate({ force: true });
      expect(await operations().retryFailed(name, Date.now(), { limit: 5, after: first.next })).toEqual({
        retried: 0,
        failures: [],
        next: null,
      });
    });

    it('makes a parent wait again for the child that is run again', async () => {
      const [name, children] = [newName('flow'), newName('flow-children')];
      const { connection, factory, prefix } = test.bullmq;
      const flows = new FlowProducer({ connection, ...(prefix === undefined ? {} : { prefix }) }, factory);
      await flows.add({
        name: 'parent',
        queueName: name,
        children: [{ name: 'child', queueName: children, opts: { attempts: 1 } }],
      });
      await flows.close();
      await failAll(children, 1);
      expect(await retryAll(children, Date.now())).toEqual({ retried: 1, failures: [] });
      const worker = startWorker(children, async () => undefined);
      await vi.waitFor(async () => expect(await read(name)).toMatchObject({ waiting: 1, waitingChildren: 0 }), {
        timeout: 10_000,
      });
      await worker.close();
    });
  });
}
