import { describe, expect, it } from 'vitest';
import { COARSE_BITS, Histogram } from '../../metrics/histogram.js';
import { emptyPoint, type MetricPoint } from '../../metrics/point.js';
import { recordedLoad } from './recorded-load.js';

const minute = 60_000;

function point(slot: number, fields: Partial<MetricPoint>): MetricPoint {
  return { ...emptyPoint(slot * minute), ...fields };
}

function durations(...values: number[]): Histogram {
  const histogram = new Histogram(COARSE_BITS);
  for (const ms of values) histogram.record(ms);
  return histogram;
}

describe('the load that history recorded', () => {
  const points = [
    point(0, { arrived: 6, workers: 2, waiting: 1, oldestWaitingMs: 400, processing: durations(100, 100) }),
    point(1, { arrived: 12, workers: 4, waiting: 3, oldestWaitingMs: 9_000, processing: durations(200) }),
    point(3, { workers: 4 }),
  ];
  const load = recordedLoad(points, { sinceMs: 0, untilMs: 4 * minute, resolutionMs: minute });

  it('has a step for every slot, also for those of which nothing is known', () => {
    expect(load.trace).toEqual({ spanMs: minute, arrivals: [6, 12, 0, 0] });
    expect(load.unknownPercent).toBe(50);
  });

  it('keeps the unknown apart from zero in what really happened', () => {
    expect(load.actual.workers).toEqual([2, 4, null, 4]);
    expect(load.actual.depth).toEqual([1, 3, null, null]);
    expect(load.actual.knownPercent).toBe(75);
    expect(load.actual.workerHours).toBeCloseTo(10 / 60);
    expect(load.actual.longestWaitMs).toBe(9_000);
  });

  it('has the run times of all slots', () => {
    const bars = load.service !== null && 'histogram' in load.service ? load.service.histogram : [];
    expect(bars.map(({ count }) => count)).toEqual([2, 1]);
    expect(bars[0]?.ms).toBeCloseTo(100, -1);
    expect(load.meanServiceMs).toBeCloseTo(400 / 3);
  });

  it('claims nothing where nothing was recorded', () => {
    const empty = recordedLoad([], { sinceMs: 0, untilMs: 2 * minute, resolutionMs: minute });
    expect(empty).toMatchObject({
      service: null,
      meanServiceMs: null,
      unknownPercent: 100,
      actual: { workerHours: 0, knownPercent: 0, longestWaitMs: null, workers: [null, null] },
    });
  });
});
