import { describe, expect, it } from 'vitest';
import { at } from '../../testing/queues.js';
import { memoryTrend } from './memory-trend.js';
import { layOutSeries } from './series-layout.js';

const history = (minutes: number, rssAt: (minute: number) => number) =>
  Array.from({ length: minutes }, (_, minute) => ({ timestamp: at(minute * 60), rssMB: rssAt(minute) }));

describe('the trend of memory', () => {
  it('tells when a leak reaches the limit', () => {
    const trend = memoryTrend(
      history(61, (minute) => 300 + minute * 2),
      720,
    );
    expect(trend).toMatchObject({ growing: true });
    expect(trend?.reachesLimitInMs).toBeCloseTo(150 * 60_000);
    expect(trend?.mbPerHour).toBeCloseTo(120);
  });

  it('does not call a sawtooth or a level a leak', () => {
    expect(
      memoryTrend(
        history(61, (minute) => 300 + (minute % 10) * 30),
        720,
      ),
    ).toMatchObject({ growing: false });
    expect(
      memoryTrend(
        history(61, () => 300),
        720,
      ),
    ).toMatchObject({ growing: false, mbPerHour: 0 });
  });

  it('says nothing of a process that has just started', () => {
    expect(
      memoryTrend(
        history(8, (minute) => 100 + minute * 20),
        720,
      ),
    ).toBeUndefined();
    expect(memoryTrend([], 720)).toBeUndefined();
  });

  it('has no time to the limit where there is none, or it is passed', () => {
    const grows = history(61, (minute) => 300 + minute * 2);
    expect(memoryTrend(grows, undefined)?.reachesLimitInMs).toBeUndefined();
    expect(memoryTrend(grows, 400)?.reachesLimitInMs).toBeUndefined();
  });
});

describe('points on a chart', () => {
  const points = [0, 60, 300].map((second) => ({ atMs: second * 1_000, value: second }));
  const input = {
    points,
    atMs: ({ atMs }: (typeof points)[number]) => atMs,
    stepMs: 60_000,
    fields: [({ value }: (typeof points)[number]) => value],
  };

  it('break where nothing was recorded', () => {
    expect(layOutSeries(input)).toEqual({ timesMs: [0, 60_000, 120_000, 300_000], values: [[0, 60, null, 300]] });
  });

  it('lie on the ground where nothing recorded means nothing happened', () => {
    expect(layOutSeries({ ...input, absent: 0 })).toEqual({
      timesMs: [0, 60_000, 120_000, 240_000, 300_000],
      values: [[0, 60, 0, 0, 300]],
    });
  });
});
