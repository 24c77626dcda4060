import { Histogram, type QueueInterval, zeroTotals } from '@drover/core';
import { expect, it } from 'vitest';
import { emptyState } from '../../testing/memory-engine.js';
import { QueueScaling } from './queue-scaling.js';

const LOOK_MS = 5_000;

function interval(durationsMs: readonly number[]): QueueInterval {
  const processing = new Histogram();
  for (const durationMs of durationsMs) processing.record(durationMs);
  const count = durationsMs.length;
  const totals = { ...zeroTotals, started: count, completed: count };
  return { fromMs: 0, toMs: LOOK_MS, totals, processing, wait: null };
}

/** Looks with these waiting jobs, in between which jobs of 100 ms were done. */
function sampleOf(waiting: readonly [number, number], done: number, slots: number) {
  const scaling = new QueueScaling();
  const [before, after] = waiting;
  scaling.look({ ...emptyState('mail'), waiting: before }, undefined, slots, 1_000);
  const jobs = interval(Array.from({ length: done }, () => 100));
  scaling.look({ ...emptyState('mail'), waiting: after }, jobs, slots, 1_000 + LOOK_MS);
  return scaling.memory.history.samples.at(-1);
}

it('counts as arrived what was started beyond what left the waiting jobs', () => {
  expect(sampleOf([10, 0], 24, 1)).toMatchObject({ arrivals: 14, completions: 24, serviceMs: 2_400, spanMs: LOOK_MS });
  expect(sampleOf([10, 0], 2, 1)).toMatchObject({ arrivals: 0 });
});

it('takes what a job costs beside its run from the time of slots that were never idle', () => {
  // Two slots for five seconds, and fifty jobs: 200 ms each, half of which is the way to and from the engine.
  expect(sampleOf([90, 80], 50, 2)).toMatchObject({ completions: 50, serviceMs: 10_000 });
  // A few jobs waited: a slot may have been idle.
  expect(sampleOf([5, 5], 50, 2)).toMatchObject({ serviceMs: 5_000 });
  // Long jobs: most of them began or end in another look.
  expect(sampleOf([90, 80], 7, 2)).toMatchObject({ serviceMs: 700 });
  // Something else is what everything waits for.
  expect(sampleOf([900, 900], 10, 2)).toMatchObject({ serviceMs: 4 * 1_000 });
});

it('begins anew when the clock is set back, and says nothing of the time between', () => {
  const scaling = new QueueScaling();
  for (const nowMs of [10_000, 15_000, 20_000]) scaling.look(emptyState('mail'), interval([1]), 1, nowMs);
  scaling.look(emptyState('mail'), interval([1]), 1, 12_000);
  expect(scaling.memory.history.samples).toEqual([]);
  scaling.look(emptyState('mail'), interval([1]), 1, 17_000);
  expect(scaling.memory.history.samples).toHaveLength(1);
});

it('takes the median of the last starts, each host told once', () => {
  const scaling = new QueueScaling();
  const tell = (hostId: string, startUpMs: number | null) => {
    const status = { queueName: 'mail', desired: 1, starting: 0, ready: 1, draining: 0, crashLoop: null, startUpMs };
    scaling.observe([[hostId, status]], []);
  };
  expect(scaling.startUpMs).toBeNull();
  for (const ms of [null, 900, 900, 30_000, 1_100]) tell('a', ms);
  expect(scaling.startUpMs).toBe(1_100 + 500);
  const successor = new QueueScaling();
  successor.restore(scaling.stored());
  expect(successor.startUpMs).toBe(scaling.startUpMs);
});
