import type { WorkerReport } from '@drover/core';
import { beforeEach, describe, expect, it } from 'vitest';
import type { LeaderTick } from '../../monitor/leader-duty.js';
import { MemoryEngine } from '../../testing/memory-engine.js';
import { workerReport } from '../../testing/worker-report.js';
import { LimiterMinutes, MINUTE_MS } from './limiter-minutes.js';
import { LimiterRecorder } from './limiter-recorder.js';

const START_MS = Date.parse('2026-05-04T10:58:00Z');

describe('the history of limiters', () => {
  let nowMs: number;
  let engine: MemoryEngine;
  let minutes: LimiterMinutes;

  beforeEach(() => {
    nowMs = START_MS;
    engine = new MemoryEngine(() => nowMs);
    minutes = new LimiterMinutes(engine.records);
  });

  const leader = (epoch: number, names = ['api', 'idle']) => {
    const recorder = new LimiterRecorder({
      definitions: () => Object.fromEntries(names.map((name) => [name, { perDay: 1_000_000 }])),
      limiters: engine.limiters,
      records: engine.records,
    });
    return async (reports: readonly WorkerReport[] = []) =>
      recorder.run({ reports, nowMs, fence: { name: 'leader', epoch }, hosts: [] } as unknown as LeaderTick);
  };
  const use = (weight: number, delayed = 0, delayedMs = 0) =>
    engine.limiters.acquire({ name: 'api', windows: { perDay: 1_000_000 }, weights: [weight], delayed, delayedMs });
  const kept = () => minutes.of('api', START_MS - 3_600_000, nowMs + 1);
  const waitingReport = (waiting: number) => workerReport({ limiterWaits: { api: waiting } });

  it('keeps what each minute let through and held up, and nothing of quiet ones', async () => {
    const tick = leader(1);
    await tick();
    await use(5);
    nowMs += 30_000;
    await use(2, 1, 400);
    await tick([waitingReport(3)]);
    await tick([waitingReport(1)]);
    nowMs = START_MS + MINUTE_MS;
    await tick();
    nowMs += 5 * MINUTE_MS;
    await tick();
    expect(await kept()).toEqual([{ atMs: START_MS, allowed: 7, delayed: 1, delayedMs: 400, waiting: 3 }]);
    expect(await minutes.of('idle', START_MS, nowMs)).toEqual([]);
  });

  it('goes on in the next hour, and gives a range across hours, oldest first', async () => {
    const tick = leader(1);
    await tick();
    for (let minute = 1; minute <= 5; minute++) {
      await use(minute);
      nowMs = START_MS + minute * MINUTE_MS;
      await tick();
    }
    expect((await kept()).map(({ allowed }) => allowed)).toEqual([1, 2, 3, 4, 5]);
    const part = await minutes.of('api', START_MS + MINUTE_MS, START_MS + 3 * MINUTE_MS);
    expect(part.map(({ allowed }) => allowed)).toEqual([2, 3]);
  });

  it('is taken on by the next leader without a gap or a count twice', async () => {
    const first = leader(1);
    await first();
    await use(5);
    nowMs += MINUTE_MS;
    await first();
    // Used while nobody led.
    await use(7);
    const second = leader(2);
    nowMs += 30_000;
    await second();
    nowMs += MINUTE_MS;
    await second();
    expect((await kept()).reduce((sum, { allowed }) => sum + allowed, 0)).toBe(12);
  });

  it('makes up in the next minute for one that could not be written', async () => {
    const tick = leader(1);
    await tick();
    await use(5);
    nowMs += MINUTE_MS;
    engine.away = true;
    await expect(tick()).rejects.toMatchObject({ code: 'engine_unavailable' });
    engine.away = false;
    nowMs += MINUTE_MS;
    await use(1);
    await tick();
    expect((await kept()).reduce((sum, { allowed }) => sum + allowed, 0)).toBe(6);
  });

  it('counts from zero where the engine began anew', async () => {
    const tick = leader(1);
    await tick();
    await use(5, 3, 900);
    nowMs += MINUTE_MS;
    await tick();
    engine.limiters.forget();
    await use(2, 1, 10);
    nowMs += MINUTE_MS;
    await tick();
    expect((await kept()).map(({ allowed, delayed }) => [allowed, delayed])).toEqual([
      [5, 3],
      [2, 1],
    ]);
  });
});
