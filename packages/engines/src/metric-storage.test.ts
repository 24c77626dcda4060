import { COARSE_BITS, defaultRetention, emptyPoint, Histogram, type MetricPoint, type SeriesPoint } from '@drover/core';
import { describeEngines, takeOver } from '@drover/testkit';
import { expect, it } from 'vitest';

const QUEUES = 1000;
const BYTES_ALLOWED = 1e9;
/** Three whole chunks of each resolution stand for all: chunks share no bytes. */
const SLOTS = 90;
const MAX_BYTES_PER_POINT = 125;

/** Repeatable noise in [0, 1). */
function noise(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32;
    return state / 2 ** 32;
  };
}

/** A busy queue: every field set, 10 jobs/s spread over 30 neighbouring buckets of processing time. */
function busyPoint(atMs: number, resolutionMs: number, random: () => number): MetricPoint {
  const jobsPerBucket = resolutionMs / 100 / 30;
  const counts = Array.from({ length: 30 }, (_, index): [number, number] => [
    90 + index,
    Math.max(1, Math.round(jobsPerBucket * (0.5 + random()))),
  ]);
  const finished = counts.reduce((sum, [, count]) => sum + count, 0);
  const processing = Histogram.from(COARSE_BITS, counts, finished * (100 + 50 * random()));
  return {
    ...emptyPoint(atMs),
    waiting: Math.floor(random() * 5000),
    active: Math.floor(random() * 100),
    delayed: Math.floor(random() * 2000),
    failed: 1000 + Math.floor(random() * 200),
    completed: 1000,
    oldestWaitingMs: Math.floor(random() * 60_000),
    workers: 4,
    memoryMB: 300 + Math.floor(random() * 200),
    memoryPermille: Math.floor(random() * 1000),
    finished,
    failures: Math.floor(random() * 20),
    timeouts: Math.floor(random() * 3),
    arrived: finished + Math.floor(random() * 20),
    processing,
  };
}

describeEngines('metric-storage', (_, open) => {
  it('keeps the default retention of 1,000 busy queues under 1 GB, overhead included', async () => {
    const test = await open();
    const { current } = await takeOver(test.engine, 'leader');
    const random = noise(42);
    const series = Array.from({ length: 100 }, (__, index) => `queue-with-a-name-${index}`);
    let lastingPerQueue = 0;
    for (const { resolutionMs, keepMs } of defaultRetention) {
      const spanMs = 30 * resolutionMs;
      const startMs = Math.floor(Date.now() / spanMs) * spanMs - 3 * spanMs;
      const write = async (slot: number) => {
        const atMs = startMs + slot * resolutionMs;
        const points = series.map(
          (name): SeriesPoint => ({ series: name, point: busyPoint(atMs, resolutionMs, random) }),
        );
        await test.engine.metrics.append(resolutionMs, points, current);
      };
      const before = (await test.historyBytes()).lasting;
      for (let slot = 0; slot < SLOTS; slot++) await write(slot);
      // A further chunk closes the third, and stays open itself.
      for (let slot = SLOTS; slot < SLOTS + 30; slot++) await write(slot);
      const perPoint = ((await test.historyBytes()).lasting - before) / (series.length * SLOTS);
      expect(perPoint).toBeLessThan(MAX_BYTES_PER_POINT);
      lastingPerQueue += (perPoint * keepMs) / resolutionMs;
    }
    const openPerQueue = (await test.historyBytes()).open / series.length;
    expect((lastingPerQueue + openPerQueue) * QUEUES).toBeLessThan(BYTES_ALLOWED);
  });
});
