import {
  type DesiredWorkerState,
  defaultMemoryLimits,
  type Fence,
  type MemoryLimits,
  type MemorySample,
  type Recycle,
  type WorkerReport,
  zeroTotals,
} from '@drover/core';
import { beforeEach, describe, expect, it } from 'vitest';
import type { LeaderTick } from '../../monitor/leader-duty.js';
import { MemoryEngine } from '../../testing/memory-engine.js';
import { workerReport } from '../../testing/worker-report.js';
import { RecycleBook } from './recycle-book.js';
import { RecycleDuty } from './recycle-duty.js';
import { recycleWorker } from './recycle-worker.js';

const HOUR_MS = 3_600_000;
const NOW_MS = Date.UTC(2026, 4, 4);

let engine: MemoryEngine;
let book: RecycleBook;
let told: [string, Omit<DesiredWorkerState, 'version'>][];
let events: string[];
let limits: MemoryLimits;
let samples: readonly MemorySample[];
let duty: RecycleDuty;
let nowMs: number;
let reports: WorkerReport[];
const fence: Fence = { name: 'monitor', epoch: 1 };
const fleet = {
  readReports: async () => reports,
  setDesired: async (workerId: string, desired: Omit<DesiredWorkerState, 'version'>) => {
    if (engine.away) throw new Error('away');
    told.push([workerId, desired]);
    return { ...desired, version: told.length };
  },
};
const topics = { publish: (_topic: string, event: { type: string }) => void events.push(event.type) };

function newDuty(): RecycleDuty {
  return new RecycleDuty({ fleet, book, topics, limitsFor: () => limits, samplesOf: () => samples });
}

beforeEach(() => {
  nowMs = NOW_MS;
  engine = new MemoryEngine(() => nowMs);
  book = new RecycleBook(engine.records);
  [told, events, samples, reports] = [[], [], [], []];
  limits = defaultMemoryLimits;
  duty = newDuty();
});

function worker(index: number, rss: number, part: Partial<WorkerReport> = {}): WorkerReport {
  return workerReport({
    workerId: `mail-${index}`,
    queueName: 'mail',
    pid: 100 + index,
    startedAtMs: NOW_MS - HOUR_MS,
    reportedAtMs: nowMs,
    memory: { heapUsed: 1, heapTotal: 1, external: 0, rss, arrayBuffers: 0 },
    ...part,
  });
}

async function tick(stored: WorkerReport[], part: Partial<LeaderTick> = {}): Promise<void> {
  reports = stored;
  nowMs += 5_000;
  const speaking = stored.filter(({ state }) => state !== 'stopped');
  // The snapshot is what other duties read.
  await duty.run({ reports: speaking, stored, hosts: [], nowMs, fence, ...part } as unknown as LeaderTick);
}

const running = async () => (await book.open()).map(({ recycle }) => recycle);
const over = async () => (await book.over({ limit: 50 })).recycles;
const notice = { recycle: { cause: 'soft_limit', reason: 'x' } } as const;
const command = (workerId: string, graceful = true) =>
  recycleWorker(
    { fleet, book, topics, clock: { nowMs: () => nowMs } },
    { workerId, reason: 'because', graceful, requestedBy: 'user:ada' },
  );

describe('the recycling duty', () => {
  it('recycles a worker above its soft limit, from its telling to its end', async () => {
    await tick([worker(0, 400), worker(1, 100)]);
    expect(told).toEqual([['mail-0', expect.objectContaining({ run: 'recycle', cause: 'soft_limit' })]]);
    await tick([worker(0, 400, notice), worker(1, 100)]);
    expect(await running()).toMatchObject([{ workerId: 'mail-0', status: 'replacing' }]);
    await tick([worker(0, 400, { ...notice, state: 'draining', active: 2 }), worker(1, 100)]);
    expect(await running()).toMatchObject([{ status: 'draining', message: 'It finishes 2 jobs' }]);
    await tick([worker(0, 400, { ...notice, state: 'stopped' }), worker(1, 100)]);
    expect(await running()).toEqual([]);
    expect(await over()).toMatchObject([
      { workerId: 'mail-0', status: 'done', jobsHandedBack: 0, cause: 'soft_limit' },
    ]);
    expect(told).toHaveLength(1);
    expect(events).toEqual([
      'worker.recycle.requested',
      'worker.recycle.replacing',
      'worker.recycle.draining',
      'worker.recycle.done',
    ]);
  });

  it('never takes more than a quarter of a queue at once, and takes the next when one is done', async () => {
    const all = Array.from({ length: 8 }, (_, index) => worker(index, 400 + index));
    await tick(all);
    expect(told.map(([workerId]) => workerId)).toEqual(['mail-7', 'mail-6']);
    const heard = all.map((report, index) => (index >= 6 ? { ...report, ...notice } : report));
    await tick(heard);
    expect(told).toHaveLength(2);
    const ended = heard.map((report, index) => (index === 7 ? { ...report, state: 'stopped' as const } : report));
    await tick([...ended, worker(8, 100)]);
    expect(told.map(([workerId]) => workerId)).toEqual(['mail-7', 'mail-6', 'mail-5']);
  });

  it.each<[string, Partial<MemoryLimits>, Partial<WorkerReport>, string]>([
    ['after its number of jobs', { afterJobs: 10 }, { totals: { ...zeroTotals, completed: 10 } }, 'jobs'],
    ['after its hours', { afterHours: 1 }, {}, 'age'],
    ['above the hard limit that it reports itself', {}, { memoryLimitMB: 90 }, 'hard_limit'],
  ])('recycles a worker %s', async (_, over_, part, cause) => {
    limits = { ...limits, ...over_ };
    await tick([worker(0, 100, part)]);
    expect(told).toMatchObject([['mail-0', { cause }]]);
  });

  it('recycles a worker whose memory grows steadily', async () => {
    samples = Array.from({ length: 50 }, (_, m) => ({
      atMs: NOW_MS - HOUR_MS + (6 + m) * 60_000,
      rssMB: 200 + 2.8 * m,
    }));
    await tick([worker(0, 340)]);
    expect(told).toMatchObject([['mail-0', { cause: 'growth' }]]);
  });

  it('leaves the workers of applications alone', async () => {
    await tick([worker(0, 400, { owner: 'application' })]);
    expect(told).toEqual([]);
    expect(await running()).toEqual([]);
  });

  it('tells again what was written down and not told, also after another instance took over', async () => {
    reports = [worker(0, 100)];
    await book.begin({ ...(await notYetTold()), toldAtMs: nowMs });
    duty = newDuty();
    await tick([worker(0, 100)]);
    expect(told).toEqual([]);
    await tick([worker(0, 100)]);
    expect(told).toMatchObject([['mail-0', { run: 'recycle', reason: 'because' }]]);
  });

  it('gives up on a worker that does not answer, and does not ask it again at once', async () => {
    limits = { ...limits, afterHours: 0.5 };
    for (let round = 0; round < 16; round++) await tick([worker(0, 100)]);
    expect(await over()).toMatchObject([{ status: 'failed' }]);
    expect(await running()).toEqual([]);
  });

  it('writes down a worker that recycled itself, also one that was gone before anybody looked, once', async () => {
    const ended = worker(0, 600, { recycle: { cause: 'hard_limit', reason: 'Too big' }, state: 'stopped' });
    await tick([ended]);
    await tick([ended]);
    duty = newDuty();
    await tick([ended]);
    expect(await over()).toMatchObject([{ cause: 'hard_limit', reason: 'Too big', status: 'done', requestedBy: null }]);
    await tick([ended, worker(1, 600, { recycle: { cause: 'zombies', reason: 'Stuck' } })]);
    expect(await running()).toMatchObject([{ workerId: 'mail-1', cause: 'zombies', status: 'replacing' }]);
    expect(told).toEqual([]);
  });

  it('takes a killed worker for ended, but not at the first look that misses it', async () => {
    await tick([worker(0, 400)]);
    await tick([]);
    await tick([]);
    await tick([]);
    expect(await running()).toHaveLength(1);
    await tick([]);
    expect(await over()).toMatchObject([{ status: 'done', message: expect.stringContaining('without a last word') }]);
  });

  it('writes nothing any more when a later leader is there', async () => {
    engine.leaseHolder = { holder: 'other', epoch: 2, untilMs: nowMs + HOUR_MS };
    await expect(tick([worker(0, 400)])).rejects.toMatchObject({ code: 'fenced' });
    expect(told).toEqual([]);
  });
});

async function notYetTold(): Promise<Recycle> {
  return {
    ...{ workerId: 'mail-0', queueName: 'mail', host: 'h', cause: 'command', reason: 'because', graceful: true },
    ...{ status: 'requested', requestedBy: 'user:ada', requestedAtMs: nowMs, toldAtMs: null, updatedAtMs: nowMs },
    ...{ jobsHandedBack: null, message: '' },
  };
}

describe('a command to recycle', () => {
  it('tells the worker at once, with the grace that it reports', async () => {
    reports = [worker(0, 100, { graceMs: 90_000, active: 3 })];
    const recycle = await command('mail-0');
    expect(recycle).toMatchObject({ status: 'requested', message: 'It is told to end after its 3 jobs' });
    expect(told).toEqual([['mail-0', { run: 'recycle', cause: 'command', reason: 'because', graceMs: 90_000 }]]);
  });

  it('says how many jobs will run again when it does not wait for them', async () => {
    reports = [worker(0, 100, { active: 3 })];
    expect((await command('mail-0', false)).message).toBe('It aborts its 3 jobs: 3 will run again');
    expect(told).toMatchObject([['mail-0', { abort: true }]]);
  });

  it.each<[string, Partial<WorkerReport>, string]>([
    ['lives in an application’s process', { owner: 'application' }, 'which Drover does not own'],
    ['is draining', { state: 'draining' }, 'is ending already'],
    ['has ended', { state: 'stopped' }, 'has ended'],
    ['recycles itself', notice, 'is being recycled already'],
  ])('is a conflict when the worker %s', async (_, part, message) => {
    reports = [worker(0, 100, part)];
    await expect(command('mail-0')).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining(message),
    });
    expect(told).toEqual([]);
    expect(await running()).toEqual([]);
  });

  it('is a conflict with the state when one is under way, and unknown workers are not found', async () => {
    reports = [worker(0, 100)];
    await command('mail-0');
    const again = expect.objectContaining({
      code: 'conflict',
      details: expect.objectContaining({ status: 'requested' }),
    });
    await expect(command('mail-0')).rejects.toEqual(again);
    await expect(command('mail-9')).rejects.toMatchObject({ code: 'not_found' });
    expect(told).toHaveLength(1);
  });

  it('waits for its turn when as many as may are under way; the leader tells it then', async () => {
    const all = [worker(0, 100), worker(1, 100)];
    reports = all;
    await command('mail-0');
    const second = await command('mail-1');
    expect(second.message).toContain('waits for its turn');
    expect(told).toHaveLength(1);
    await tick(all);
    expect(told).toHaveLength(1);
    await tick([worker(0, 100, { ...notice, state: 'stopped' }), worker(1, 100)]);
    expect(told.map(([workerId]) => workerId)).toEqual(['mail-0', 'mail-1']);
  });

  it('of two at the same moment for one queue lets one go first, and one for one worker be', async () => {
    reports = [worker(0, 100), worker(1, 100)];
    await Promise.all([command('mail-0'), command('mail-1')]);
    expect(told.length).toBeLessThanOrEqual(1);
    reports = [worker(5, 100, { queueName: 'video' })];
    const both = await Promise.allSettled([command('mail-5'), command('mail-5')]);
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  it('is gone on with by the leader when the process died before it told the worker', async () => {
    reports = [worker(0, 100)];
    const { setDesired } = fleet;
    fleet.setDesired = async () => {
      throw new Error('killed here');
    };
    await expect(command('mail-0')).rejects.toThrow('killed here');
    fleet.setDesired = setDesired;
    for (let round = 0; round < 2; round++) await tick([worker(0, 100)]);
    expect(told).toMatchObject([['mail-0', { run: 'recycle', reason: 'because' }]]);
  });
});

it('pages through what is over, newest first, by worker or by queue', async () => {
  for (let index = 0; index < 5; index++) {
    await book.note(
      { ...(await notYetTold()), workerId: `mail-${index}`, requestedAtMs: index, status: 'done' },
      fence,
    );
  }
  const first = await book.over({ queueName: 'mail', limit: 2 });
  expect(first.recycles.map(({ workerId }) => workerId)).toEqual(['mail-4', 'mail-3']);
  const second = await book.over({ limit: 2, before: first.next ?? '' });
  expect(second.recycles.map(({ workerId }) => workerId)).toEqual(['mail-2', 'mail-1']);
  expect((await book.over({ limit: 2, before: second.next ?? '' })).next).toBeNull();
  expect((await book.over({ workerId: 'mail-0', limit: 2 })).recycles).toHaveLength(1);
  expect((await book.over({ queueName: 'video', limit: 2 })).recycles).toEqual([]);
});
