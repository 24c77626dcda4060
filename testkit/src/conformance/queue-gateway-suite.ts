import type { QueueReading, QueueState } from '@drover/core';
import { FlowProducer, type Job, UnrecoverableError, Worker } from 'bullmq';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import type { OpenTestEngine } from '../engines/describe-engines.js';
import type { TestEngine } from '../engines/test-engine.js';

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;

export function queueGatewaySuite(open: OpenTestEngine): void {
  let test: TestEngine;
  let created = 0;
  beforeAll(async () => {
    test = await open();
  });

  const newName = (label: string) => `${label}-${++created}`;

  const read = async (queueName: string, nowMs = Date.now()): Promise<QueueState> => {
    const [reading] = await test.engine.queues.readStates([queueName], nowMs);
    if (reading?.ok !== true) throw new Error(`${queueName} could not be read`);
    return reading.state;
  };

  /** The oldest age once every priority was looked at. */
  const readOldest = async (queueName: string, priorities: number, nowMs: number) => {
    for (let reading = 1; reading < test.capabilities.readingsToSee(priorities); reading++)
      await read(queueName, nowMs);
    return (await read(queueName, nowMs)).oldestWaitingMs;
  };

  /** Runs a BullMQ worker until its queue has nothing more to do. */
  const work = async (queueName: string, process: (job: Job) => Promise<unknown>) => {
    const { connection, factory, prefix } = test.bullmq;
    const options = { connection, drainDelay: 1, ...(prefix === undefined ? {} : { prefix }) };
    const worker = new Worker(queueName, process, options, factory);
    worker.on('error', () => undefined);
    try {
      await vi.waitFor(
        async () => {
          const { waiting, active } = await read(queueName);
          expect(waiting + active).toBe(0);
        },
        { timeout: 10_000 },
      );
    } finally {
      await worker.close();
    }
  };

  /** A job that is being worked on by somebody of whom nothing more is heard. */
  const takeAndVanish = async (queueName: string, lockMs: number) => {
    const { connection, factory, prefix } = test.bullmq;
    const options = { connection, lockDuration: lockMs, ...(prefix === undefined ? {} : { prefix }) };
    const backend = factory(queueName, options as Parameters<typeof factory>[1]);
    // It stays on the pool when closed; unheard, the server's end would end the test run.
    backend.on('error', () => undefined);
    await backend.waitUntilReady();
    await backend.moveToActive('token-of-the-vanished');
    await backend.close();
  };

  describe('discovery', () => {
    it('finds queues that have jobs and queues that have none', async () => {
      const names = [newName('full'), newName('empty'), newName('with space')];
      await test.queues.queue(names[0] ?? '').add('job', {});
      await test.queues.queue(names[1] ?? '').waitUntilReady();
      await test.queues.queue(names[1] ?? '').pause();
      await test.queues.queue(names[2] ?? '').add('job', {});
      await vi.waitFor(async () => {
        const found = await test.engine.queues.discover();
        expect(found).toEqual(expect.arrayContaining(names));
        expect(found).toEqual([...found].sort());
      });
    });

    it('forgets a queue that vanished', async () => {
      const name = newName('vanishing');
      const queue = test.queues.queue(name);
      await queue.add('job', {});
      await vi.waitFor(async () => expect(await test.engine.queues.discover()).toContain(name));
      await queue.obliterate({ force: true });
      await vi.waitFor(async () => expect(await test.engine.queues.discover()).not.toContain(name));
    });
  });

  describe('counts', () => {
    it('tell every state', async () => {
      const name = newName('states');
      const queue = test.queues.queue(name);
      await queue.add('fails', {});
      await queue.addBulk([
        { name: 'works', data: {} },
        { name: 'works', data: {} },
      ]);
      await work(name, async (job) => {
        if (job.name === 'fails') throw new UnrecoverableError('meant to');
      });
      await queue.add('taken', {});
      await takeAndVanish(name, MINUTE_MS);
      await queue.add('plain', {});
      await queue.add('important', {}, { priority: 1 });
      await queue.add('unimportant', {}, { priority: 20 });
      await queue.add('later', {}, { delay: MINUTE_MS });
      const { connection, factory, prefix } = test.bullmq;
      const flows = new FlowProducer({ connection, ...(prefix === undefined ? {} : { prefix }) }, factory);
      await flows.add({
        name: 'parent',
        queueName: name,
        children: [{ name: 'child', queueName: newName('children') }],
      });
      await flows.close();

      expect(await read(name)).toEqual({
        queueName: name,
        waiting: 3,
        prioritized: 2,
        active: 1,
        delayed: 1,
        completed: 2,
        failed: 1,
        waitingChildren: 1,
        paused: false,
        oldestWaitingMs: expect.any(Number),
      });
    });

    it('take jobs held by a pause as waiting', async () => {
      const name = newName('paused');
      const queue = test.queues.queue(name);
      await queue.add('before', {});
      await queue.pause();
      await queue.add('after', {});
      await queue.add('important', {}, { priority: 2 });
      expect(await read(name)).toMatchObject({ paused: true, waiting: 3, prioritized: 1 });
      await queue.resume();
      expect(await read(name)).toMatchObject({ paused: false, waiting: 3, prioritized: 1 });
    });

    it('are zero for a queue that does not exist', async () => {
      expect(await read('nobody-made-this')).toMatchObject({ waiting: 0, completed: 0, oldestWaitingMs: null });
    });
  });

  it('counts the delayed jobs that are due by an instant, of many queues at once', async () => {
    const [some, none, later] = [newName('due'), newName('due'), newName('due')];
    const add = (name: string, delay: number) => test.queues.queue(name).add('job', {}, { delay });
    await Promise.all([
      add(some, 5 * SECOND_MS),
      add(some, 6 * SECOND_MS),
      add(some, MINUTE_MS),
      add(later, MINUTE_MS),
    ]);
    const due = await test.engine.queues.countDue([some, none, later], Date.now() + 10 * SECOND_MS);
    expect([some, none, later].map((name) => due.get(name))).toEqual([2, 0, 0]);
    expect(await test.engine.queues.countDue([], Date.now())).toEqual(new Map());
  });

  describe('many queues', () => {
    it('are read in the order asked for', async () => {
      const names = Array.from({ length: 120 }, () => newName('many'));
      await Promise.all(
        names.map((name, index) =>
          test.queues.queue(name).addBulk(Array.from({ length: index % 3 }, () => ({ name: 'job', data: {} }))),
        ),
      );
      const asked = [...names].reverse();
      const readings = await test.engine.queues.readStates(asked, Date.now());
      expect(readings.map(({ queueName }) => queueName)).toEqual(asked);
      const waitingOf = (reading: QueueReading) => (reading.ok ? reading.state.waiting : null);
      expect(readings.map(waitingOf)).toEqual(asked.map((name) => names.indexOf(name) % 3));
      expect(await test.engine.queues.readStates([], Date.now())).toEqual([]);
    });

    it('are read although one of them cannot be', async ({ skip }) => {
      const { breakQueue } = test.capabilities;
      if (breakQueue === null) return skip('queues of this engine cannot break one by one');
      const [sound, broken, other] = [newName('sound'), newName('broken'), newName('other')];
      for (const name of [sound, broken, other]) await test.queues.queue(name).add('job', {});
      await breakQueue(broken);
      const readings = await test.engine.queues.readStates([sound, broken, other], Date.now());
      expect(readings).toMatchObject([
        { ok: true, state: { waiting: 1 } },
        { ok: false, queueName: broken, fault: { message: expect.stringContaining(broken) } },
        { ok: true, state: { waiting: 1 } },
      ]);
    });
  });

  describe('the oldest waiting job', () => {
    it('is the first of a queue in order', async () => {
      const name = newName('fifo');
      const nowMs = Date.now();
      await test.queues.queue(name).add('old', {}, { timestamp: nowMs - 40 * SECOND_MS });
      await test.queues.queue(name).add('new', {}, { timestamp: nowMs - 10 * SECOND_MS });
      expect((await read(name, nowMs)).oldestWaitingMs).toBe(40 * SECOND_MS);
    });

    it('is found behind jobs that were added last in, first out', async () => {
      const name = newName('lifo');
      const nowMs = Date.now();
      await test.queues.queue(name).add('old', {}, { timestamp: nowMs - 40 * SECOND_MS, lifo: true });
      await test.queues.queue(name).add('new', {}, { timestamp: nowMs - 10 * SECOND_MS, lifo: true });
      expect(await readOldest(name, 0, nowMs)).toBe(40 * SECOND_MS);
    });

    it('is the starved one of a low priority, and stays it from reading to reading', async () => {
      const name = newName('starved');
      const nowMs = Date.now();
      const queue = test.queues.queue(name);
      await queue.add('starved', {}, { priority: 2_000_000, timestamp: nowMs - 60 * SECOND_MS });
      await queue.add('middle', {}, { priority: 5, timestamp: nowMs - 20 * SECOND_MS });
      await queue.add('urgent', {}, { priority: 1, timestamp: nowMs - 5 * SECOND_MS });
      await queue.add('plain', {}, { timestamp: nowMs - 2 * SECOND_MS });
      await queue.add('plain', {}, { timestamp: nowMs - 1 * SECOND_MS });
      expect(await readOldest(name, 3, nowMs)).toBe(60 * SECOND_MS);
      for (let again = 0; again < 10; again++) expect((await read(name, nowMs)).oldestWaitingMs).toBe(60 * SECOND_MS);
    });

    it('is another once the starved one has gone', async () => {
      const name = newName('freed');
      const nowMs = Date.now();
      const queue = test.queues.queue(name);
      const starved = await queue.add('starved', {}, { priority: 9, timestamp: nowMs - 60 * SECOND_MS });
      await queue.add('urgent', {}, { priority: 1, timestamp: nowMs - 5 * SECOND_MS });
      await queue.add('plain', {}, { timestamp: nowMs - 2 * SECOND_MS });
      expect(await readOldest(name, 2, nowMs)).toBe(60 * SECOND_MS);
      await starved.remove();
      expect(await readOldest(name, 2, nowMs)).toBe(5 * SECOND_MS);
    });

    it('is the oldest of the plain jobs when those alone are starved', async () => {
      const name = newName('plain');
      const nowMs = Date.now();
      const queue = test.queues.queue(name);
      await queue.add('plain', {}, { timestamp: nowMs - 30 * SECOND_MS });
      await queue.add('urgent', {}, { priority: 1, timestamp: nowMs - 5 * SECOND_MS });
      expect((await read(name, nowMs)).oldestWaitingMs).toBe(30 * SECOND_MS);
    });

    it('waits since its own delay was over', async () => {
      const name = newName('due');
      const nowMs = Date.now();
      const timestamp = nowMs - 100 * SECOND_MS;
      await test.queues.queue(name).add('due', {}, { timestamp, delay: 93 * SECOND_MS });
      await test.engine.queues.tend(name);
      expect((await read(name, nowMs)).oldestWaitingMs).toBe(7 * SECOND_MS);
    });

    it('waits, when it is a retry, not since before its last start', async () => {
      const name = newName('retried');
      const queue = test.queues.queue(name);
      const timestamp = Date.now() - 100 * SECOND_MS;
      const job = await queue.add(
        'fails',
        {},
        { timestamp, attempts: 2, backoff: { type: 'fixed', delay: MINUTE_MS } },
      );
      await work(name, async () => {
        throw new Error('meant to');
      });
      await (await queue.getJob(job.id ?? ''))?.promote();
      const { waiting, oldestWaitingMs } = await read(name);
      expect(waiting).toBe(1);
      expect(oldestWaitingMs).toBeLessThan(50 * SECOND_MS);
    });

    it('is not one that was retried by hand, of which nobody knows since when it waits', async () => {
      const name = newName('by-hand');
      const queue = test.queues.queue(name);
      const job = await queue.add('fails', {}, { timestamp: Date.now() - 100 * SECOND_MS });
      await work(name, async () => {
        throw new UnrecoverableError('meant to');
      });
      await (await queue.getJob(job.id ?? ''))?.retry();
      expect(await read(name)).toMatchObject({ waiting: 1, oldestWaitingMs: null });
    });

    it('never has a negative age, and there is none in an empty queue', async () => {
      const name = newName('ahead');
      const queue = test.queues.queue(name);
      const job = await queue.add('ahead', {}, { timestamp: Date.now() + MINUTE_MS });
      expect((await read(name)).oldestWaitingMs).toBe(0);
      await job.remove();
      expect((await read(name)).oldestWaitingMs).toBeNull();
    });
  });

  describe('finished jobs', () => {
    it('are sampled newest first, with their timings', async () => {
      const name = newName('sampled');
      const queue = test.queues.queue(name);
      const addedMs = Date.now();
      await queue.add('slow', {}, { timestamp: addedMs - 10 * SECOND_MS, delay: 4 * SECOND_MS });
      await test.engine.queues.tend(name);
      await queue.add('fails', {}, { timestamp: addedMs });
      await work(name, async (job) => {
        if (job.name === 'fails') throw new UnrecoverableError('meant to');
      });
      const samples = await test.engine.queues.sampleFinished(name, 10);
      expect(samples).toHaveLength(2);
      const slow = samples.find(({ jobName }) => jobName === 'slow');
      expect(slow).toMatchObject({ outcome: 'completed', finishedAtMs: expect.any(Number) });
      expect(slow?.waitMs).toBeGreaterThanOrEqual(6 * SECOND_MS);
      expect(slow?.waitMs).toBeLessThan(9 * SECOND_MS);
      expect(slow?.processingMs).toBeGreaterThanOrEqual(0);
      expect(samples.find(({ jobName }) => jobName === 'fails')).toMatchObject({ outcome: 'failed' });
      const finishedAt = samples.map(({ finishedAtMs }) => finishedAtMs);
      expect([...finishedAt].sort((a, b) => b - a)).toEqual(finishedAt);
    });

    it('are sampled without a wait when they were retried', async () => {
      const name = newName('twice');
      await test.queues.queue(name).add('twice', {}, { attempts: 2 });
      await work(name, async (job) => {
        if (job.attemptsMade === 0) throw new Error('first try');
      });
      expect(await test.engine.queues.sampleFinished(name, 10)).toMatchObject([{ outcome: 'completed', waitMs: null }]);
    });

    it('are sampled up to a limit', async () => {
      const name = newName('limited');
      await test.queues
        .queue(name)
        .addBulk(Array.from({ length: 8 }, (_, index) => ({ name: `job-${index}`, data: {} })));
      await work(name, async () => undefined);
      const samples = await test.engine.queues.sampleFinished(name, 3);
      expect(samples.map(({ jobName }) => jobName).sort()).toEqual(['job-5', 'job-6', 'job-7']);
      expect(await test.engine.queues.sampleFinished('nobody-made-this', 3)).toEqual([]);
    });
  });

  describe('tending a queue without workers', () => {
    it('lets delayed jobs come due with their priority, and no others', async () => {
      const name = newName('delayed');
      const queue = test.queues.queue(name);
      const past = { timestamp: Date.now() - MINUTE_MS, delay: SECOND_MS };
      await queue.add('plain', {}, past);
      await queue.add('important', {}, { ...past, priority: 3 });
      await queue.add('later', {}, { delay: MINUTE_MS });
      expect(await test.engine.queues.tend(name)).toEqual([]);
      expect(await read(name)).toMatchObject({ waiting: 2, prioritized: 1, delayed: 1 });
    });

    it('puts back the job of a worker that vanished, and leaves alone the job of one that lives', async () => {
      const name = newName('stalled');
      const queue = test.queues.queue(name);
      const lost = await queue.add('lost', {});
      await takeAndVanish(name, 10);
      await queue.add('held', {});
      await takeAndVanish(name, MINUTE_MS);
      // The check marks in one pass and recovers in a later one.
      const putBack = await vi.waitUntil(
        async () => {
          const ids = await test.engine.queues.tend(name);
          return ids.length > 0 ? ids : null;
        },
        { timeout: 20_000, interval: 100 },
      );
      expect(putBack).toEqual([lost.id]);
      expect(await read(name)).toMatchObject({ waiting: 1, active: 1 });
    });

    it('does nothing to a queue that does not exist', async () => {
      expect(await test.engine.queues.tend('nobody-made-this')).toEqual([]);
    });
  });
}
