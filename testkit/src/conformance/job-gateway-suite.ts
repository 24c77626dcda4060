import type { JobRow, JobSlice, JobState, JobWalk } from '@drover/core';
import { FlowProducer, type Job, UnrecoverableError, Worker } from 'bullmq';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import type { OpenTestEngine } from '../engines/describe-engines.js';
import type { TestEngine } from '../engines/test-engine.js';

const hostile = [
  'it\'s "quoted"',
  'back\\slash',
  '[1]*?',
  '%2F..%00',
  'naïve-日本-🦬',
  '-1',
  'constructor',
  "'; DROP TABLE job; --",
];
const KB = 1_024;

export function jobGatewaySuite(open: OpenTestEngine): void {
  let test: TestEngine;
  let created = 0;
  beforeAll(async () => {
    test = await open();
  });

  const newName = (label: string) => `jobs-${label}-${++created}`;
  const jobs = () => test.engine.jobs;
  const prefixed = () => (test.bullmq.prefix === undefined ? {} : { prefix: test.bullmq.prefix });

  const startWorker = (queueName: string, process: (job: Job) => Promise<unknown>, concurrency = 10, more = {}) => {
    const { connection, factory } = test.bullmq;
    const options = { connection, drainDelay: 1, concurrency, ...prefixed(), ...more };
    const worker = new Worker(queueName, process, options, factory);
    worker.on('error', () => undefined);
    return worker;
  };
  const counted = async (queueName: string, state: JobState) => (await all({ queueName, state })).length;
  /** Lets a worker have at the queue until so many jobs are in a state. */
  const work = async (queueName: string, process: (job: Job) => Promise<unknown>, state: JobState, count: number) => {
    const worker = startWorker(queueName, process);
    await vi.waitFor(async () => expect(await counted(queueName, state)).toBe(count), { timeout: 20_000 });
    await worker.close();
  };
  const fail = async () => {
    throw new UnrecoverableError('meant to');
  };
  const some = (count: number, opts: object = {}) =>
    Array.from({ length: count }, (_, index) => ({ name: 'job', data: { index }, opts }));

  type Asked = Pick<JobWalk, 'queueName' | 'state'> & Partial<JobWalk>;
  const slice = (asked: Asked): Promise<JobSlice> => jobs().walk({ order: 'oldest', after: null, look: 50, ...asked });
  const all = async (asked: Asked, between: () => Promise<unknown> = async () => undefined): Promise<JobRow[]> => {
    const found: JobRow[] = [];
    for (let after: string | null = null; ; await between()) {
      const page: JobSlice = await slice({ ...asked, after });
      expect(page.examined).toBeLessThanOrEqual(asked.look ?? 50);
      found.push(...page.jobs);
      after = page.next;
      if (after === null) return found;
    }
  };
  const ids = (rows: readonly JobRow[]) => rows.map(({ jobId }) => jobId);

  describe('a walk', () => {
    it('finds nothing where there is nothing', async () => {
      for (const state of ['waiting', 'active', 'delayed', 'waiting-children', 'completed', 'failed'] as const) {
        for (const order of ['oldest', 'newest'] as const) {
          expect(await slice({ queueName: 'nobody-made-this', state, order })).toEqual({
            jobs: [],
            examined: 0,
            next: null,
          });
        }
      }
    });

    it('shows waiting jobs in the order in which workers take them, or from the end', async () => {
      const queueName = newName('order');
      const queue = test.queues.queue(queueName);
      await queue.add('second', {});
      await queue.add('third', {});
      await queue.add('first', {}, { lifo: true });
      await queue.add('last', {}, { priority: 9 });
      await queue.add('fourth', {}, { priority: 2 });
      for (const look of [1, 2, 50]) {
        const oldest = await all({ queueName, state: 'waiting', look });
        expect(oldest.map(({ name }) => name)).toEqual(['first', 'second', 'third', 'fourth', 'last']);
        const newest = await all({ queueName, state: 'waiting', order: 'newest', look });
        expect(newest.map(({ name }) => name)).toEqual(['last', 'fourth', 'third', 'second', 'first']);
      }
      await queue.pause();
      expect(await counted(queueName, 'waiting')).toBe(5);
    });

    it('shows finished jobs as they finished, each once, however many finish in one millisecond', async () => {
      const queueName = newName('finished');
      await test.queues.queue(queueName).addBulk(some(120));
      await work(queueName, async ({ data }) => data.index, 'completed', 120);
      for (const look of [7, 50, 1_000]) {
        const oldest = await all({ queueName, state: 'completed', look });
        expect(new Set(ids(oldest)).size).toBe(120);
        const times = oldest.map(({ finishedAtMs }) => finishedAtMs ?? 0);
        expect(times).toEqual([...times].sort((a, b) => a - b));
        expect(ids(await all({ queueName, state: 'completed', order: 'newest', look }))).toEqual(ids(oldest).reverse());
      }
    });

    it('does not shift while jobs finish and are removed', async () => {
      const queueName = newName('moving');
      const queue = test.queues.queue(queueName);
      await queue.addBulk(some(30));
      await work(queueName, fail, 'failed', 30);
      const before = ids(await all({ queueName, state: 'failed', order: 'newest' }));
      let round = 0;
      const seen = ids(
        await all({ queueName, state: 'failed', order: 'newest', look: 10 }, async () => {
          round += 1;
          if (round > 1) return;
          // The last of the page shown, and newer ones on top.
          await (await queue.getJob(before[9] ?? ''))?.remove();
          await queue.addBulk(some(5));
          await work(queueName, fail, 'failed', 34);
        }),
      );
      expect(seen).toEqual(before);
    });

    it.each(['oldest', 'newest'] as const)(
      'from the %s does not shift while waiting jobs are taken and added',
      async (order) => {
        const queueName = newName('taken');
        const queue = test.queues.queue(queueName);
        await queue.addBulk(some(60));
        const before = ids(await all({ queueName, state: 'waiting', order }));
        let taken = 0;
        const seen = ids(
          await all({ queueName, state: 'waiting', order, look: 10 }, async () => {
            if (taken > 0) return;
            taken = 5;
            const worker = startWorker(queueName, async () => undefined, 1);
            await vi.waitFor(async () => expect(await counted(queueName, 'completed')).toBeGreaterThanOrEqual(taken));
            await worker.close();
            await queue.addBulk(some(7));
          }),
        );
        const still = new Set(ids(await all({ queueName, state: 'waiting' })));
        expect(seen.filter((id) => before.includes(id) && still.has(id))).toEqual(before.filter((id) => still.has(id)));
        expect(new Set(seen).size).toBe(seen.length);
      },
    );

    it('goes on with what is left when all that was shown is gone', async () => {
      const queueName = newName('all-taken');
      const queue = test.queues.queue(queueName);
      await queue.addBulk(some(30));
      const first = await slice({ queueName, state: 'waiting', look: 10 });
      for (const { jobId } of first.jobs) await (await queue.getJob(jobId))?.remove();
      const rest = await all({ queueName, state: 'waiting', look: 10, after: first.next });
      expect(rest).toHaveLength(20);
      await queue.obliterate({ force: true });
      expect((await slice({ queueName, state: 'waiting', after: first.next })).jobs).toEqual([]);
    });

    it('shows delayed jobs as they come due, with the instant', async () => {
      const queueName = newName('delayed');
      const queue = test.queues.queue(queueName);
      const nowMs = Date.now();
      await queue.add('late', {}, { delay: 90_000 });
      await queue.add('soon', {}, { delay: 30_000, priority: 4, attempts: 3 });
      const rows = await all({ queueName, state: 'delayed', look: 1 });
      expect(rows.map(({ name }) => name)).toEqual(['soon', 'late']);
      expect(rows[0]).toMatchObject({
        state: 'delayed',
        priority: 4,
        maxAttempts: 3,
        attemptsMade: 0,
        startedAtMs: null,
      });
      expect(Math.abs((rows[0]?.dueAtMs ?? 0) - nowMs - 30_000)).toBeLessThan(10_000);
    });

    it('shows a running job with who runs it and how far it is', async () => {
      const queueName = newName('active');
      await test.queues.queue(queueName).add('running', { a: 1 });
      let end: () => void = () => undefined;
      const ending = new Promise<void>((resolve) => {
        end = resolve;
      });
      const worker = startWorker(
        queueName,
        async (job) => {
          await job.updateProgress({ done: 7 });
          await ending;
        },
        1,
        { name: 'ada' },
      );
      const row = await vi.waitFor(async () => {
        const [first] = await all({ queueName, state: 'active', order: 'newest' });
        expect(first?.progress).toContain('done');
        return first;
      });
      expect(row).toMatchObject({ name: 'running', state: 'active', processedBy: 'ada', attemptsStarted: 1 });
      expect(JSON.parse(row?.progress ?? '')).toEqual({ done: 7 });
      expect(row?.startedAtMs).toBeGreaterThanOrEqual(row?.addedAtMs ?? 0);
      end();
      await worker.close();
    });

    it('goes through 20,000 jobs, each once', async () => {
      const queueName = newName('many');
      const queue = test.queues.queue(queueName);
      for (let batch = 0; batch < 10; batch += 1) await queue.addBulk(some(2_000));
      const rows = await all({ queueName, state: 'waiting', look: 1_000 });
      expect(new Set(ids(rows)).size).toBe(20_000);
      const deep = await all({ queueName, state: 'waiting', order: 'newest', look: 1_000 });
      expect(ids(deep)).toEqual(ids(rows).reverse());
    }, 60_000);

    it('refuses what is no cursor of its', async () => {
      for (const after of ['', '[]', '["x"]', '["set","1; DROP","2"]', '["list","-5"]', '{}', '[1,2]']) {
        await expect(slice({ queueName: 'any', state: 'failed', after })).rejects.toMatchObject({
          code: 'invalid_input',
        });
      }
    });
  });

  describe('a sieve', () => {
    it('drops what has another name or lacks a text, and says how many it looked at', async () => {
      const queueName = newName('sieve');
      const queue = test.queues.queue(queueName);
      await queue.addBulk([
        { name: 'mail', data: { to: 'Ada@example.com' } },
        { name: 'mail', data: { to: 'bob@example.com' } },
        { name: 'sms', data: { to: 'ada@example.com' } },
      ]);
      const texts = [{ field: 'data', text: 'ADA@', anyCase: true }] as const;
      const found = await slice({ queueName, state: 'waiting', sieve: { name: 'mail', texts }, maxValueBytes: KB });
      expect(found).toMatchObject({ examined: 3, next: null, jobs: [{ name: 'mail', dataBytes: expect.any(Number) }] });
      expect(JSON.parse(found.jobs[0]?.data ?? '')).toEqual({ to: 'Ada@example.com' });
      const exactly = [{ field: 'data', text: 'ADA@', anyCase: false }] as const;
      expect((await slice({ queueName, state: 'waiting', sieve: { texts: exactly } })).jobs).toEqual([]);
      const nothing = await slice({ queueName, state: 'waiting', look: 2, sieve: { name: 'none', texts: [] } });
      expect(nothing).toMatchObject({ jobs: [], examined: 2, next: expect.any(String) });
      await work(queueName, fail, 'failed', 3);
      const error = [{ field: 'error', text: 'Meant', anyCase: true }] as const;
      expect((await slice({ queueName, state: 'failed', sieve: { texts: error } })).jobs).toHaveLength(3);
      const other = [{ field: 'error', text: "'; --", anyCase: false }] as const;
      expect((await slice({ queueName, state: 'failed', sieve: { texts: other } })).jobs).toEqual([]);
    });

    it('hands over the latest stack where it is asked for, and is not too large', async () => {
      const queueName = newName('stacks');
      await test.queues.queue(queueName).addBulk([
        { name: 'small', data: {}, opts: { attempts: 2 } },
        { name: 'large', data: {} },
      ]);
      const failing = async ({ name, attemptsMade }: Job) => {
        throw new Error(name === 'large' ? 'x'.repeat(5 * KB) : `attempt ${attemptsMade + 1}`);
      };
      await work(queueName, failing, 'failed', 2);
      const asked = await all({ queueName, state: 'failed', maxStackBytes: 4 * KB });
      const stacks = new Map(asked.map(({ name, stack }) => [name, stack]));
      expect(stacks.get('small')).toMatch(/^Error: attempt 2\n +at /);
      expect(stacks.get('large')).toBeNull();
      for (const row of await all({ queueName, state: 'failed' })) expect(row).not.toHaveProperty('stack');
    });
  });

  describe('a job', () => {
    it('is told whole, with hostile ids and names', async () => {
      const queueName = newName('hostile');
      const queue = test.queues.queue(queueName);
      for (const text of hostile) await queue.add(text, { text }, { jobId: `id-${text}`, attempts: 2 });
      const rows = await all({ queueName, state: 'waiting', look: 3 });
      expect(ids(rows)).toEqual(hostile.map((text) => `id-${text}`));
      for (const text of hostile) {
        const record = await jobs().get({ queueName, jobId: `id-${text}` }, KB);
        expect(record?.row).toMatchObject({ name: text, state: 'waiting', maxAttempts: 2 });
        expect(JSON.parse(record?.values.data.json ?? '')).toEqual({ text });
      }
    });

    it('has what its attempts left: stacks, result, logs', async () => {
      const queueName = newName('whole');
      const queue = test.queues.queue(queueName);
      await queue.add('tried', { big: 'x'.repeat(5 * KB) }, { attempts: 2, jobId: 'tried' });
      const process = async (job: Job) => {
        await job.log(`attempt ${job.attemptsMade + 1}`);
        if (job.attemptsMade === 0) throw new Error('the first went wrong');
        return { sum: 3 };
      };
      await work(queueName, process, 'completed', 1);
      const record = await jobs().get({ queueName, jobId: 'tried' }, KB);
      expect(record).toMatchObject({ stalledCount: 0, logCount: 2, children: { pending: 0, processed: 0 } });
      expect(record?.row).toMatchObject({ state: 'completed', attemptsMade: 2, error: null });
      expect(record?.stacks).toHaveLength(1);
      expect(record?.stacks[0]).toContain('the first went wrong');
      expect(JSON.parse(record?.values.result.json ?? '')).toEqual({ sum: 3 });
      expect(record?.values.data.json).toBeNull();
      expect(record?.values.data.bytes).toBeGreaterThan(5 * KB);
      const whole = await jobs().get({ queueName, jobId: 'tried' }, 10 * KB);
      expect(JSON.parse(whole?.values.data.json ?? '')).toEqual({ big: 'x'.repeat(5 * KB) });
      const logs = await jobs().logs({ queueName, jobId: 'tried' }, 1, 10);
      expect(logs).toEqual({ lines: ['attempt 2'], total: 2 });
    });

    it('that is gone is null, and has no logs or children', async () => {
      const ref = { queueName: newName('gone'), jobId: 'meta' };
      await test.queues.queue(ref.queueName).add('another', {});
      for (const jobId of ['no-such', 'meta', 'wait', 'events']) {
        expect(await jobs().get({ ...ref, jobId }, KB)).toBeNull();
      }
      expect(await jobs().logs(ref, 0, 10)).toEqual({ lines: [], total: 0 });
      expect(await jobs().children(ref, 10)).toEqual([]);
    });

    it('is found by its id across queues', async () => {
      const names = [newName('find'), newName('find'), newName('find')];
      await test.queues.queue(names[0] ?? '').add('here', {}, { jobId: 'the-one' });
      await test.queues.queue(names[2] ?? '').add('there', {}, { jobId: 'the-one', delay: 60_000 });
      const refs = [...names, 'nobody-made-this'].map((queueName) => ({ queueName, jobId: 'the-one' }));
      expect(await jobs().find(refs)).toMatchObject([
        { name: 'here', state: 'waiting' },
        null,
        { state: 'delayed' },
        null,
      ]);
      expect(await jobs().find([])).toEqual([]);
    });

    it('knows its parent and its children', async () => {
      const [queueName, childQueue] = [newName('parent'), newName('child')];
      const flows = new FlowProducer({ connection: test.bullmq.connection, ...prefixed() }, test.bullmq.factory);
      const flow = await flows.add({
        name: 'parent',
        queueName,
        children: some(3).map(({ name, data }) => ({ name, data, queueName: childQueue })),
      });
      await flows.close();
      const parent = { queueName, jobId: flow.job.id ?? '' };
      const children = await jobs().children(parent, 10);
      expect(children).toHaveLength(3);
      expect(children.every((child) => child.queueName === childQueue && child.status === 'pending')).toBe(true);
      expect(await jobs().children(parent, 2)).toHaveLength(2);
      const rows = await jobs().find(children);
      expect(rows.map((row) => row?.parent)).toEqual([parent, parent, parent]);
      expect(await jobs().get(parent, KB)).toMatchObject({
        row: { state: 'waiting-children' },
        children: { pending: 3 },
      });
      expect(ids(await all({ queueName, state: 'waiting-children' }))).toEqual([parent.jobId]);
    });
  });

  describe('an action', () => {
    it('runs finished jobs again, with their attempts counted anew', async () => {
      const queueName = newName('retry');
      const queue = test.queues.queue(queueName);
      await queue.add('a', {}, { jobId: 'a', priority: 3 });
      await work(queueName, fail, 'failed', 1);
      expect(await jobs().act({ queueName, jobId: 'a' }, { kind: 'retry' })).toEqual({ done: true });
      expect((await jobs().get({ queueName, jobId: 'a' }, KB))?.row).toMatchObject({
        state: 'waiting',
        priority: 3,
        attemptsMade: 0,
      });
      expect(await jobs().act({ queueName, jobId: 'a' }, { kind: 'retry' })).toMatchObject({
        done: false,
        why: 'refused',
      });
      await work(queueName, async () => 1, 'completed', 1);
      expect(await jobs().act({ queueName, jobId: 'a' }, { kind: 'retry' })).toEqual({ done: true });
    });

    it('says of a job that is not there that it is gone', async () => {
      for (const action of [
        { kind: 'retry' },
        { kind: 'promote' },
        { kind: 'remove' },
        { kind: 'edit', data: '1' },
      ] as const) {
        const outcome = await jobs().act({ queueName: newName('gone'), jobId: 'no-such' }, action);
        expect(outcome).toMatchObject({ done: false, why: 'gone' });
      }
    });

    it('promotes and edits a delayed job', async () => {
      const queueName = newName('edit');
      await test.queues.queue(queueName).add('a', { old: true }, { jobId: 'a', delay: 60_000 });
      const ref = { queueName, jobId: 'a' };
      const edit = { kind: 'edit', data: '{"new":[1,null]}', priority: 5, delayMs: 600_000 } as const;
      expect(await jobs().act(ref, edit)).toEqual({ done: true });
      const record = await jobs().get(ref, KB);
      expect(JSON.parse(record?.values.data.json ?? '')).toEqual({ new: [1, null] });
      expect(record?.row.dueAtMs).toBeGreaterThan(Date.now() + 500_000);
      expect(await jobs().act(ref, { kind: 'promote' })).toEqual({ done: true });
      expect((await jobs().get(ref, KB))?.row).toMatchObject({ state: 'waiting', priority: 5 });
      expect(await jobs().act(ref, { kind: 'promote' })).toMatchObject({ done: false, why: 'refused' });
      expect(await jobs().act(ref, { kind: 'edit', delayMs: 5 })).toMatchObject({ done: false, why: 'refused' });
      expect(await jobs().act(ref, { kind: 'edit', priority: 0 })).toEqual({ done: true });
      expect((await jobs().get(ref, KB))?.row.priority).toBe(0);
    });

    it('leaves alone what a worker holds', async () => {
      const queueName = newName('held');
      await test.queues.queue(queueName).add('a', { in: 'hand' }, { jobId: 'a' });
      let end: () => void = () => undefined;
      const ending = new Promise<void>((resolve) => {
        end = resolve;
      });
      const worker = startWorker(queueName, () => ending);
      const ref = { queueName, jobId: 'a' };
      await vi.waitFor(async () => expect(await counted(queueName, 'active')).toBe(1));
      for (const action of [
        { kind: 'retry' },
        { kind: 'promote' },
        { kind: 'remove' },
        { kind: 'edit', data: '1' },
      ] as const) {
        expect(await jobs().act(ref, action)).toMatchObject({ done: false, why: 'refused' });
      }
      end();
      await vi.waitFor(async () => expect(await counted(queueName, 'completed')).toBe(1));
      await worker.close();
      expect(JSON.parse((await jobs().get(ref, KB))?.values.data.json ?? '')).toEqual({ in: 'hand' });
      expect(await jobs().act(ref, { kind: 'remove' })).toEqual({ done: true });
      expect(await jobs().get(ref, KB)).toBeNull();
    });

    it('is done once when two ask at once', async () => {
      const queueName = newName('race');
      await test.queues.queue(queueName).add('a', {}, { jobId: 'a' });
      await work(queueName, fail, 'failed', 1);
      const outcomes = await Promise.all([1, 2, 3].map(() => jobs().act({ queueName, jobId: 'a' }, { kind: 'retry' })));
      expect(outcomes.filter(({ done }) => done)).toHaveLength(1);
      expect(await counted(queueName, 'waiting')).toBe(1);
    });

    it('adds jobs as BullMQ does, and refuses options that it refuses', async () => {
      const queueName = newName('add');
      const options = { priority: 2, attempts: 4, jobId: 'made', backoff: { type: 'fixed', delay: 5 } };
      expect(await jobs().add({ queueName, name: 'made', data: '{"x":1}', options })).toBe('made');
      expect((await jobs().get({ queueName, jobId: 'made' }, KB))?.row).toMatchObject({
        name: 'made',
        priority: 2,
        maxAttempts: 4,
      });
      const id = await jobs().add({ queueName, name: 'later', data: 'null', options: { delay: 60_000 } });
      expect((await jobs().get({ queueName, jobId: id }, KB))?.row.state).toBe('delayed');
      await expect(
        jobs().add({ queueName, name: 'x', data: '1', options: { priority: 3_000_000 } }),
      ).rejects.toMatchObject({
        code: 'invalid_input',
      });
      const ran: unknown[] = [];
      await work(queueName, async ({ data }) => ran.push(data), 'completed', 1);
      expect(ran).toEqual([{ x: 1 }]);
    });
  });
}
