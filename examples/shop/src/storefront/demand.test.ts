import { expect, test } from 'vitest';
import { seededRandom } from '../seeded-random.js';
import { defaultRhythm, hourOfDay, targetJobsPerSecond } from './demand.js';
import { jobsPerOrder, planEvents, type ShopEventKind } from './plan-events.js';
import { planJobs } from './plan-jobs.js';

const stepMs = 250;

/** A whole day of the shop, step by step: jobs per minute of real time, by queue, and totals. */
function replayDay(seed: number, orderTimes = 1) {
  const random = seededRandom(seed);
  const startMs = seed * defaultRhythm.dayMs;
  const perMinute: number[] = [];
  const perQueue = new Map<string, number>();
  let events = 0;
  for (let atMs = startMs; atMs < startMs + defaultRhythm.dayMs; atMs += stepMs) {
    const minute = Math.floor((atMs - startMs) / 60_000);
    const counts = planEvents({ atMs, lengthMs: stepMs }, defaultRhythm, orderTimes, random);
    for (const kind of Object.keys(counts) as ShopEventKind[]) {
      for (let at = 0; at < counts[kind]; at += 1) {
        events += 1;
        for (const job of planJobs(kind, { id: `t-${events}`, atMs, ordinal: events }, random)) {
          perMinute[minute] = (perMinute[minute] ?? 0) + 1;
          perQueue.set(job.queue, (perQueue.get(job.queue) ?? 0) + 1);
        }
      }
    }
  }
  return { perMinute, perQueue };
}

test.each([1, 2, 3])('every minute of day %i brings 5 to 20 jobs a second, give or take chance', (seed) => {
  const { perMinute } = replayDay(seed);
  expect(perMinute).toHaveLength(20);
  // Four deviations of the compound chance (orders come as 3 to 5 jobs at once) beyond the promised rates.
  const slack = (rate: number) => 4 * Math.sqrt((rate * jobsPerOrder) / 60);
  expect(Math.min(...perMinute) / 60).toBeGreaterThan(5 - slack(5));
  expect(Math.max(...perMinute) / 60).toBeLessThan(20 + slack(20));
});

test('the rate aimed for never leaves 5 to 20 jobs a second', () => {
  for (let atMs = 0; atMs < 3 * defaultRhythm.dayMs; atMs += 1_000) {
    const rate = targetJobsPerSecond(atMs, defaultRhythm);
    expect(rate).toBeGreaterThanOrEqual(5);
    expect(rate).toBeLessThanOrEqual(20);
  }
});

test('evenings are busy and nights are quiet', () => {
  const { perMinute } = replayDay(4);
  const ofHours = (from: number, to: number) => {
    const minutes = perMinute.filter((_, minute) => {
      const hour = hourOfDay(minute * 60_000, defaultRhythm);
      return hour >= from && hour < to;
    });
    return minutes.reduce((sum, jobs) => sum + jobs, 0) / minutes.length;
  };
  expect(ofHours(18, 22)).toBeGreaterThan(1.6 * ofHours(1, 6));
});

test('all seven queues get work in a day, in the proportions of a shop', () => {
  const { perQueue } = replayDay(5);
  const of = (queue: string) => perQueue.get(queue) ?? 0;
  expect(perQueue.size).toBe(7);
  expect(of('database-writes')).toBe(of('payments'));
  expect(of('email-sending')).toBeGreaterThan(of('payments'));
  expect(of('tax-generation') / of('payments')).toBeCloseTo(0.4, 1);
  expect(of('search-indexing')).toBeGreaterThan(of('asset-processing'));
  expect(of('asset-processing')).toBeGreaterThan(of('email-campaign'));
  expect(of('email-campaign')).toBeGreaterThan(10);
});

test('a flash sale multiplies orders and leaves the rest alone', () => {
  const usual = replayDay(6).perQueue;
  const sale = replayDay(6, 10).perQueue;
  const ratio = (queue: string) => (sale.get(queue) ?? 0) / (usual.get(queue) ?? 0);
  expect(ratio('payments')).toBeGreaterThan(9);
  expect(ratio('payments')).toBeLessThan(11);
  expect(ratio('search-indexing')).toBeGreaterThan(0.85);
  expect(ratio('search-indexing')).toBeLessThan(1.15);
});

test('the same seed replays the same day', () => {
  expect(replayDay(7)).toEqual(replayDay(7));
});
