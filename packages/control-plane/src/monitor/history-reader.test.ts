import { defaultRetention, emptyPoint, Histogram, type MetricPoint, SYSTEM_SERIES } from '@drover/core';
import { describe, expect, it } from 'vitest';
import { MemoryEngine } from '../testing/memory-engine.js';
import { readHistory, readTrends } from './history-reader.js';

const NOW = Date.UTC(2026, 10, 23, 12, 0, 0);
const fence = { name: 'monitor', epoch: 1 };

function busy(atMs: number, finished: number): MetricPoint {
  const processing = new Histogram();
  for (let index = 0; index < finished; index++) processing.record(100);
  return { ...emptyPoint(atMs), waiting: 4, finished, failures: 1, timeouts: 0, arrived: finished, processing };
}

async function engineWith(
  series: string,
  points: readonly MetricPoint[],
  resolutionMs = 10_000,
): Promise<MemoryEngine> {
  const engine = new MemoryEngine(() => NOW);
  await engine.metrics.append(
    resolutionMs,
    points.map((point) => ({ series, point })),
    fence,
  );
  return engine;
}

describe('readHistory', () => {
  it('gives rates per minute whatever the step', async () => {
    const points = Array.from({ length: 12 }, (_, index) => busy(NOW - 120_000 + index * 10_000, 10));
    const { metrics } = await engineWith('email', points);
    const range = { sinceMs: NOW - 120_000, untilMs: NOW, limit: 100 };
    const fine = await readHistory(metrics, defaultRetention, 'email', range, NOW);
    expect(fine.stepMs).toBe(10_000);
    expect(fine.entries).toHaveLength(12);
    expect(fine.entries[0]).toMatchObject({ jobsPerMinute: 60, errorRate: 10, waiting: 4 });
    const coarse = await readHistory(metrics, defaultRetention, 'email', { ...range, stepMs: 60_000 }, NOW);
    expect(coarse.stepMs).toBe(60_000);
    expect(coarse.entries.map(({ jobsPerMinute }) => jobsPerMinute)).toEqual([60, 60]);
    expect(coarse.entries[0]?.p95ProcessingTimeMs).toBeCloseTo(100, -1);
  });

  it('leaves a gap where nothing was recorded, and names what a point does not know', async () => {
    const { metrics } = await engineWith('legacy', [
      { ...emptyPoint(NOW - 60_000), waiting: 2 },
      { ...emptyPoint(NOW - 20_000), waiting: 3 },
    ]);
    const range = { sinceMs: NOW - 100_000, untilMs: NOW, limit: 100 };
    const { entries } = await readHistory(metrics, defaultRetention, 'legacy', range, NOW);
    expect(entries.map(({ timestamp }) => timestamp.getTime())).toEqual([NOW - 60_000, NOW - 20_000]);
    expect(entries[0]?.unknown).toEqual(expect.arrayContaining(['jobsPerMinute', 'p95ProcessingTimeMs', 'active']));
    expect(entries[0]?.unknown).not.toContain('waiting');
  });

  it('does not end in a dip: a step that is still open counts by what it covers', async () => {
    const points = Array.from({ length: 8 }, (_, index) => busy(NOW - 60_000 + index * 10_000, 10));
    const { metrics } = await engineWith('email', points);
    const range = { sinceMs: NOW - 60_000, untilMs: NOW + 20_000, stepMs: 60_000, limit: 10 };
    const { entries } = await readHistory(metrics, defaultRetention, 'email', range, NOW + 20_000);
    expect(entries.map(({ jobsPerMinute }) => jobsPerMinute)).toEqual([60, 60]);
  });

  it('never answers with more entries than asked for, and keeps the newest', async () => {
    const points = Array.from({ length: 60 }, (_, index) => busy(NOW - 600_000 + index * 10_000, 10));
    const { metrics } = await engineWith('email', points);
    const range = { sinceMs: NOW - 600_000, untilMs: NOW, limit: 60 };
    const { entries } = await readHistory(metrics, defaultRetention, 'email', range, NOW);
    expect(entries.length).toBeLessThanOrEqual(60);
    expect(entries.at(-1)?.timestamp.getTime()).toBe(NOW - 10_000);
  });
});

describe('readTrends', () => {
  it('puts all queues on one axis, unknown where nothing was recorded', async () => {
    const engine = await engineWith(SYSTEM_SERIES, [busy(NOW - 120_000, 60)], 60_000);
    await engine.metrics.append(60_000, [{ series: 'email', point: busy(NOW - 60_000, 5) }], fence);
    const trends = await readTrends(engine.metrics, defaultRetention, ['email', 'new'], 3_600_000, NOW);
    expect(trends.stepMs).toBe(60_000);
    expect(trends.system.jobsPerMinute).toHaveLength(60);
    expect(trends.system.jobsPerMinute.at(-2)).toBe(60);
    expect(trends.queues.email?.waiting.at(-1)).toBe(4);
    expect(trends.queues.new?.waiting.every((value) => value === null)).toBe(true);
  });
});
