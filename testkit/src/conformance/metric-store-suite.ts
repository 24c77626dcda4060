import { emptyPoint, type Fence, Histogram, type MetricPoint, SYSTEM_SERIES } from '@drover/core';
import { beforeEach, expect, it } from 'vitest';
import type { OpenTestEngine } from '../engines/describe-engines.js';
import type { TestEngine } from '../engines/test-engine.js';
import { takeOver } from './take-over.js';

const TEN_SECONDS_MS = 10_000;
const MINUTE_MS = 60_000;

/** Fixed bounds keep sums exact through storage. */
function point(atMs: number, part: Partial<MetricPoint> = {}): MetricPoint {
  return { ...emptyPoint(atMs), waiting: 3, active: 0, finished: 12, ...part };
}

export function metricStoreSuite(open: OpenTestEngine): void {
  let test: TestEngine;
  let fence: Fence;
  let stale: Fence;
  let startMs: number;
  beforeEach(async () => {
    test = await open();
    ({ current: fence, stale } = await takeOver(test.engine, 'leader'));
    // Within the retention, and on a boundary of chunks of every resolution.
    startMs = Math.floor((Date.now() - 60 * MINUTE_MS) / (300 * MINUTE_MS)) * 300 * MINUTE_MS;
    startMs = Math.max(startMs, Math.floor((Date.now() - 60 * MINUTE_MS) / (5 * MINUTE_MS)) * 5 * MINUTE_MS);
  });

  const append = (series: string, ...points: MetricPoint[]) =>
    test.engine.metrics.append(
      TEN_SECONDS_MS,
      points.map((each) => ({ series, point: each })),
      fence,
    );
  const range = (series: string, sinceMs: number, untilMs: number) =>
    test.engine.metrics.range(series, TEN_SECONDS_MS, sinceMs, untilMs);

  it('gives points back as they were, unknown as unknown and zero as zero', async () => {
    const processing = new Histogram(4);
    for (const ms of [1, 1, 5, 250, 90_000]) processing.record(ms);
    const full = point(startMs, {
      delayed: null,
      timeouts: 0,
      oldestWaitingMs: 86_400_000,
      memoryPermille: 997,
      processing,
    });
    await append('emails', full);
    const [found] = await range('emails', startMs, startMs + 1);
    expect({ ...found, processing: null }).toEqual({ ...full, processing: null });
    expect(new Map(found?.processing?.counts)).toEqual(new Map(processing.counts));
    expect(found?.processing?.sumMs).toBe(processing.sumMs);
  });

  it('takes the start of a range and leaves out its end', async () => {
    await append('emails', ...[0, 1, 2, 3].map((slot) => point(startMs + slot * TEN_SECONDS_MS, { waiting: slot })));
    const found = await range('emails', startMs + TEN_SECONDS_MS, startMs + 3 * TEN_SECONDS_MS);
    expect(found.map(({ waiting }) => waiting)).toEqual([1, 2]);
    expect(await range('emails', startMs + 4 * TEN_SECONDS_MS, startMs + MINUTE_MS)).toEqual([]);
    expect(await range('emails', startMs + MINUTE_MS, startMs)).toEqual([]);
  });

  it('leaves a gap in time as a gap, oldest first, over many chunks', async () => {
    const slots = [0, 1, 29, 30, 31, 95, 200];
    for (const slot of slots) await append('emails', point(startMs + slot * TEN_SECONDS_MS, { waiting: slot }));
    const found = await range('emails', startMs, startMs + 201 * TEN_SECONDS_MS);
    expect(found.map(({ waiting }) => waiting)).toEqual(slots);
  });

  it('takes one slot written twice as its last point', async () => {
    await append('emails', point(startMs, { waiting: 1 }));
    await append('emails', point(startMs, { waiting: 2 }));
    expect(await range('emails', startMs, startMs + 1)).toMatchObject([{ waiting: 2 }]);
  });

  it('keeps series apart, whatever their names hold', async () => {
    const names = [SYSTEM_SERIES, 'a', 'a.b', 'a b', 'ä', '{a}', "o'clock", 'x'.repeat(200)];
    await test.engine.metrics.append(
      TEN_SECONDS_MS,
      names.map((series, index) => ({ series, point: point(startMs, { waiting: index }) })),
      fence,
    );
    const found = await test.engine.metrics.rangeMany(names, TEN_SECONDS_MS, startMs, startMs + 1);
    expect(names.map((name) => found.get(name)?.[0]?.waiting)).toEqual(names.map((_, index) => index));
  });

  it('keeps resolutions apart', async () => {
    const { metrics } = test.engine;
    await append('emails', point(startMs, { waiting: 10 }));
    await metrics.append(MINUTE_MS, [{ series: 'emails', point: point(startMs, { waiting: 60 }) }], fence);
    expect(await metrics.range('emails', MINUTE_MS, startMs, startMs + 1)).toMatchObject([{ waiting: 60 }]);
    expect(await range('emails', startMs, startMs + 1)).toMatchObject([{ waiting: 10 }]);
  });

  it('reads many series at once and leaves out those without points', async () => {
    const names = Array.from({ length: 300 }, (_, index) => `queue-${index}`);
    await test.engine.metrics.append(
      TEN_SECONDS_MS,
      names.map((series) => ({ series, point: point(startMs) })),
      fence,
    );
    const found = await test.engine.metrics.rangeMany([...names, 'silent'], TEN_SECONDS_MS, startMs, startMs + 1);
    expect([...found.keys()].sort()).toEqual([...names].sort());
    expect(await test.engine.metrics.rangeMany([], TEN_SECONDS_MS, startMs, startMs + 1)).toEqual(new Map());
  });

  it('refuses points of a leader who was succeeded, all of them', async () => {
    const points = Array.from({ length: 500 }, (_, index) => ({ series: `queue-${index}`, point: point(startMs) }));
    await expect(test.engine.metrics.append(TEN_SECONDS_MS, points, stale)).rejects.toMatchObject({ code: 'fenced' });
    const names = points.map(({ series }) => series);
    expect(await test.engine.metrics.rangeMany(names, TEN_SECONDS_MS, startMs, startMs + 1)).toEqual(new Map());
  });

  it('refuses a resolution that has no retention', async () => {
    await expect(
      test.engine.metrics.append(1234, [{ series: 'emails', point: point(startMs) }], fence),
    ).rejects.toMatchObject({ code: 'invalid_input' });
  });

  it('appends nothing without complaint', async () => {
    await test.engine.metrics.append(TEN_SECONDS_MS, [], fence);
  });

  it('drops what is older than its retention, if it does not expire by itself, and nothing else', async () => {
    if (!test.capabilities.prunesHistory) {
      await test.engine.metrics.prune(Date.now(), fence);
      return;
    }
    const oldMs = startMs - 3 * 60 * MINUTE_MS;
    await append('emails', point(oldMs), point(startMs));
    await test.engine.metrics.append(MINUTE_MS, [{ series: 'emails', point: point(oldMs) }], fence);
    await expect(test.engine.metrics.prune(Date.now(), stale)).rejects.toMatchObject({ code: 'fenced' });
    await test.engine.metrics.prune(Date.now(), fence);
    expect(await range('emails', oldMs, oldMs + 1)).toEqual([]);
    expect(await range('emails', startMs, startMs + 1)).toHaveLength(1);
    expect(await test.engine.metrics.range('emails', MINUTE_MS, oldMs, oldMs + 1)).toHaveLength(1);
  });
}
