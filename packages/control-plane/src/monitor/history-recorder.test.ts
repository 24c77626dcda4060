import { type Retention, type SeriesPoint, SYSTEM_SERIES } from '@drover/core';
import { describe, expect, it } from 'vitest';
import { MemoryEngine } from '../testing/memory-engine.js';
import { HistoryRecorder } from './history-recorder.js';
import { newQueueRecord } from './queue-record.js';

const TICK_MS = 5_000;
const MINUTE_MS = 60_000;
const START_MS = Date.UTC(2026, 0, 1);
const fence = { name: 'monitor', epoch: 1 };
const retention: readonly Retention[] = [
  { resolutionMs: 10_000, keepMs: 7_200_000 },
  { resolutionMs: MINUTE_MS, keepMs: 172_800_000 },
  { resolutionMs: 10 * MINUTE_MS, keepMs: 2_592_000_000 },
];

/** A recorder over `queues` queues in which every tick finishes one job each. */
function recording(queues: number) {
  let nowMs = START_MS;
  const engine = new MemoryEngine(() => nowMs);
  const appended: { resolutionMs: number; points: readonly SeriesPoint[] }[] = [];
  const store = {
    ...engine.metrics,
    append: async (resolutionMs: number, points: readonly SeriesPoint[]) => {
      await engine.metrics.append(resolutionMs, points, fence);
      appended.push({ resolutionMs, points });
    },
  };
  const records = Array.from({ length: queues }, (_, index) =>
    newQueueRecord(`queue-${String(index).padStart(4, '0')}`),
  );
  for (const record of records) record.ours = true;
  const recorder = new HistoryRecorder({ store, retention, tickMs: TICK_MS });
  return {
    engine,
    records,
    /** One tick; answers how many points it wrote. */
    async tick(): Promise<number> {
      nowMs += TICK_MS;
      for (const record of records) record.slot.finished += 1;
      appended.length = 0;
      await recorder.record(records, new Map(), nowMs, fence);
      return appended.reduce((sum, { points }) => sum + points.length, 0);
    },
    finishedOf: (series: string, resolutionMs: number) =>
      (engine.points.get(`${series}/${resolutionMs}`) ?? []).map(({ finished }) => finished),
  };
}

const ticksIn = (spanMs: number) => Array.from({ length: spanMs / TICK_MS });

describe('the history recorder', () => {
  it('writes every slot of every resolution once, with the sums of the finer one', async () => {
    const history = recording(3);
    for (const _ of ticksIn(21 * MINUTE_MS)) await history.tick();
    for (const { queueName } of history.records) {
      expect(history.finishedOf(queueName, MINUTE_MS).slice(1, 20)).toEqual(Array(19).fill(12));
      expect(history.finishedOf(queueName, 10 * MINUTE_MS).slice(-1)).toEqual([120]);
    }
    expect(history.finishedOf(SYSTEM_SERIES, MINUTE_MS).at(-1)).toBe(36);
  });

  it('spreads the work of a thousand queues over the ticks: none writes more than 701 points', async () => {
    const history = recording(1_000);
    let most = 0;
    let total = 0;
    for (const _ of ticksIn(22 * MINUTE_MS)) {
      const written = await history.tick();
      most = Math.max(most, written);
      total += written;
    }
    // 501 of the finest slot and 200 folded ones, where a tick that did it all would write 3,003.
    expect(most).toBeLessThanOrEqual(701);
    expect(total).toBeGreaterThan(1_001 * (21 * 6 + 20));
    const last = history.records.at(-1)?.queueName ?? '';
    expect(history.finishedOf(last, MINUTE_MS).slice(1, 20)).toEqual(Array(19).fill(12));
    expect(history.finishedOf(last, 10 * MINUTE_MS).slice(-1)).toEqual([120]);
  });

  it('catches up after an outage, coarse slots included', async () => {
    const history = recording(2);
    for (const _ of ticksIn(2 * MINUTE_MS)) await history.tick();
    history.engine.away = true;
    let refused = 0;
    for (const _ of ticksIn(3 * MINUTE_MS)) {
      await history.tick().catch(() => {
        refused += 1;
      });
    }
    expect(refused).toBeGreaterThan(18);
    history.engine.away = false;
    for (const _ of ticksIn(2 * MINUTE_MS)) await history.tick();
    const minutes = history.finishedOf('queue-0000', MINUTE_MS);
    expect(minutes.slice(1)).toEqual(Array(minutes.length - 1).fill(12));
    expect(minutes.length).toBeGreaterThanOrEqual(6);
  });

  it('folds the last slot again after a take-over', async () => {
    const history = recording(2);
    for (const _ of ticksIn(3 * MINUTE_MS)) await history.tick();
    const series = `${SYSTEM_SERIES}/${MINUTE_MS}`;
    const before = history.engine.points.get(series)?.length ?? 0;
    history.engine.points.set(series, []);
    const successor = new HistoryRecorder({ store: history.engine.metrics, retention, tickMs: TICK_MS });
    await successor.record(history.records, new Map(), START_MS + 3 * MINUTE_MS, fence);
    expect(before).toBeGreaterThan(1);
    expect(history.engine.points.get(series)).toHaveLength(1);
  });
});
