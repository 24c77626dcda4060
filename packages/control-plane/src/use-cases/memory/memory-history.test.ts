import type { Fence, WorkerReport } from '@drover/core';
import { beforeEach, describe, expect, it } from 'vitest';
import type { LeaderTick } from '../../monitor/leader-duty.js';
import { MemoryEngine } from '../../testing/memory-engine.js';
import { workerReport } from '../../testing/worker-report.js';
import { readMemoryHistory } from './memory-history.js';
import { MemoryMinutes } from './memory-minutes.js';
import { MemoryRecorder } from './memory-recorder.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
/** Ten minutes before an hour ends. */
const FROM_MS = Date.UTC(2026, 4, 4, 9, 50);

let engine: MemoryEngine;
let recorder: MemoryRecorder;
let nowMs: number;
const reads = {
  history: async () => {
    throw new Error('not asked');
  },
};

beforeEach(() => {
  nowMs = FROM_MS;
  engine = new MemoryEngine(() => nowMs);
  recorder = new MemoryRecorder(engine.records);
});

function worker(workerId: string, rss: number, part: Partial<WorkerReport> = {}): WorkerReport {
  const memory = { heapUsed: rss / 2, heapTotal: 1, external: 0, rss, arrayBuffers: 0 };
  return workerReport({ workerId, reportedAtMs: nowMs, memory, ...part });
}

async function tick(reports: WorkerReport[], fence: Fence = { name: 'monitor', epoch: 1 }): Promise<void> {
  await recorder.run({ reports, stored: reports, hosts: [], nowMs, fence } as unknown as LeaderTick);
  nowMs += 20_000;
}

async function minutes(count: number, rssAt: (minute: number) => number, epoch = 1): Promise<void> {
  const name = 'monitor';
  for (let minute = 0; minute < count; minute++) {
    for (let look = 0; look < 3; look++) await tick([worker('a', rssAt(minute) + look - 1)], { name, epoch });
  }
}

const history = (query: Parameters<typeof readMemoryHistory>[1]) =>
  readMemoryHistory({ minutes: new MemoryMinutes(engine.records), reads }, query, nowMs);

describe('a worker’s memory', () => {
  it('is kept as a mean per minute, over the bounds of hours, one write a minute for all workers', async () => {
    await minutes(21, (minute) => 100 + minute);
    const { of, stepMs, points } = await history({ workerId: 'a' });
    expect({ of, stepMs }).toEqual({ of: 'worker', stepMs: MINUTE_MS });
    expect(points).toHaveLength(20);
    expect(points[0]).toEqual({ timestamp: new Date(FROM_MS), rssMB: 100, heapUsedMB: 50 });
    expect(points.at(-1)).toMatchObject({ timestamp: new Date(FROM_MS + 19 * MINUTE_MS), rssMB: 119 });
    expect(engine.calls.get('records.write')).toBe(20);
  });

  it('goes on when another instance leads, which knows the trend at once', async () => {
    await minutes(31, (minute) => 100 + minute);
    recorder = new MemoryRecorder(engine.records);
    await minutes(2, () => 150, 2);
    expect(recorder.samplesOf('a').length).toBeGreaterThanOrEqual(30);
    const { points } = await history({ workerId: 'a' });
    // The minute in which the first leader ended is not known.
    expect(points).toHaveLength(31);
    expect(points.slice(0, 3).map(({ rssMB }) => rssMB)).toEqual([100, 101, 102]);
  });

  it('has a gap where the worker was not heard', async () => {
    await minutes(3, () => 100);
    nowMs += 5 * MINUTE_MS;
    await minutes(3, () => 100);
    const times = (await history({ workerId: 'a' })).points.map(({ timestamp }) => timestamp.getTime() - FROM_MS);
    expect(times).toEqual([0, 1, 2, 8, 9].map((minute) => minute * MINUTE_MS));
  });

  it('is read within bounds, newest first to be kept', async () => {
    await minutes(21, (minute) => 100 + minute);
    const since = new Date(FROM_MS + 5 * MINUTE_MS);
    const until = new Date(FROM_MS + 10 * MINUTE_MS);
    expect((await history({ workerId: 'a', since, until })).points.map(({ rssMB }) => rssMB)).toEqual([
      105, 106, 107, 108, 109,
    ]);
    expect((await history({ workerId: 'a', limit: 2 })).points.map(({ rssMB }) => rssMB)).toEqual([118, 119]);
    expect((await history({ workerId: 'unknown' })).points).toEqual([]);
  });

  it('is kept for a day, in less than a kilobyte an hour', async () => {
    await minutes(75, () => 1_234);
    const hours = engine.records.all('memory.minutes');
    expect(hours).toHaveLength(2 + 1);
    for (const hour of hours) expect(JSON.stringify(hour).length).toBeLessThan(1_024);
    nowMs += 25 * HOUR_MS;
    await minutes(2, () => 100);
    expect(engine.records.all('memory.minutes').every(({ atMs }) => atMs > nowMs - 25 * HOUR_MS)).toBe(true);
  });
});

it('writes the workers of a large fleet in writes that the engine takes', async () => {
  const fleet = () => Array.from({ length: 1_200 }, (_, index) => worker(`w-${index}`, 100));
  for (let look = 0; look < 4; look++) await tick(fleet());
  expect(engine.calls.get('records.write')).toBe(3);
  recorder = new MemoryRecorder(engine.records);
  await tick(fleet(), { name: 'monitor', epoch: 2 });
  expect(recorder.samplesOf('w-1199')).toHaveLength(1);
});
