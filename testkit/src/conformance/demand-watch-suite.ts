import { Worker } from 'bullmq';
import { afterEach, beforeAll, expect, it, vi } from 'vitest';
import type { OpenTestEngine } from '../engines/describe-engines.js';
import type { TestEngine } from '../engines/test-engine.js';

/** Twice what an event takes at worst, on a machine that does other things. */
const SOON_MS = 1_000;
const DUE_MS = 1_500;

export function demandWatchSuite(open: OpenTestEngine): void {
  let test: TestEngine;
  let created = 0;
  const stops: (() => unknown)[] = [];
  beforeAll(async () => {
    test = await open();
  });
  afterEach(async () => {
    for (const stop of stops.splice(0)) await stop();
    test.engine.demand.watch(new Map());
  });

  const newName = (label: string) => `${label}-${++created}`;
  const watch = (...queues: (readonly [string, number])[]) => test.engine.demand.watch(new Map(queues));
  const listen = () => {
    const told: string[] = [];
    stops.push(test.engine.demand.onDemand((names) => void told.push(...names)));
    return told;
  };
  /** Until the watch listens: it has told of a queue that was ready when the watch began. */
  const settled = async (...queues: (readonly [string, number])[]) => {
    const beacon = newName('beacon');
    const queue = test.queues.queue(beacon);
    await queue.add('job', {});
    const told = listen();
    watch(...queues, [beacon, 1]);
    await vi.waitFor(() => expect(told).toContain(beacon), { timeout: 5_000 });
    await queue.drain();
    return told;
  };
  const soon = { timeout: SOON_MS, interval: 5 };

  it('tells of a job that is added to an empty queue', async () => {
    const [name, other] = [newName('empty'), newName('other')];
    const told = await settled([name, 1]);
    await test.queues.queue(other).add('job', {});
    await test.queues.queue(name).add('job', {});
    await vi.waitFor(() => expect(told).toContain(name), soon);
    expect(told).not.toContain(other);
  });

  it('tells of jobs with priorities, added in bulk, and in a flow of another process', async () => {
    const names = ['prioritized', 'bulk'].map(newName);
    const told = await settled(...names.map((name) => [name, 1] as const));
    await test.queues.queue(names[0] ?? '').add('job', {}, { priority: 3 });
    await test.queues.queue(names[1] ?? '').addBulk([
      { name: 'job', data: {} },
      { name: 'job', data: {} },
    ]);
    for (const name of names) await vi.waitFor(() => expect(told).toContain(name), soon);
  });

  it('tells at once of a queue in which jobs are ready when the watch begins', async () => {
    const name = newName('before');
    await test.queues.queue(name).add('job', {});
    const told = listen();
    watch([name, 1]);
    await vi.waitFor(() => expect(told).toContain(name), soon);
  });

  it('tells of a delayed job when it comes due, not before, though no worker promotes it', async () => {
    const [known, added] = [newName('known'), newName('added')];
    const dueAtMs = Date.now() + DUE_MS;
    await test.queues.queue(known).add('job', {}, { delay: DUE_MS });
    const told = await settled([known, 1], [added, 1]);
    await test.queues.queue(added).add('job', {}, { delay: DUE_MS });
    let early = false;
    await vi.waitFor(
      () => {
        early ||= told.includes(known) && Date.now() < dueAtMs;
        expect(told).toEqual(expect.arrayContaining([known, added]));
      },
      { timeout: DUE_MS + SOON_MS, interval: 5 },
    );
    expect(early).toBe(false);
  });

  it('tells only when as many are ready as were asked for', async () => {
    const name = newName('three');
    const told = await settled([name, 3]);
    const queue = test.queues.queue(name);
    await queue.add('first', {});
    await queue.add('second', {});
    // Something that is certainly told of after them.
    const later = newName('later');
    watch([name, 3], [later, 1]);
    await test.queues.queue(later).add('job', {});
    await vi.waitFor(() => expect(told).toContain(later), soon);
    expect(told).not.toContain(name);
    await queue.add('third', {});
    await vi.waitFor(() => expect(told).toContain(name), soon);
  });

  it('tells of a failed attempt that comes back', async () => {
    const name = newName('retried');
    const queue = test.queues.queue(name);
    await queue.add('job', {}, { attempts: 2, backoff: 1 });
    const { connection, factory, prefix } = test.bullmq;
    const options = { connection, autorun: false, ...(prefix === undefined ? {} : { prefix }) };
    const worker = new Worker(name, undefined, options, factory);
    worker.on('error', () => undefined);
    const job = await worker.getNextJob('token');
    const told = await settled([name, 1]);
    expect(told).not.toContain(name);
    await job?.moveToFailed(new Error('meant to'), 'token', false);
    await vi.waitFor(() => expect(told).toContain(name), soon);
    await worker.close();
  });

  it('leaves out what is not watched any more, and a queue that is busy but for half a second', async () => {
    const name = newName('busy');
    const told = await settled([name, 1]);
    const queue = test.queues.queue(name);
    const fromMs = performance.now();
    while (performance.now() - fromMs < 700) await queue.add('job', {});
    const times = told.filter((each) => each === name).length;
    expect(times).toBeGreaterThan(0);
    expect(times).toBeLessThanOrEqual(3);
    watch();
    told.length = 0;
    await queue.add('job', {});
    const later = newName('later');
    await test.queues.queue(later).add('job', {});
    watch([later, 1]);
    await vi.waitFor(() => expect(told).toContain(later), soon);
    expect(told).not.toContain(name);
  });
}
