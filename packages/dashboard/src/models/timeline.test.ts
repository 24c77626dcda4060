import { describe, expect, it } from 'vitest';
import { at, metrics, ms } from '../../testing/queues.js';
import { lastKnownIndex, nearestIndex, seriesOf, timelineOf } from './timeline.js';

const point = (seconds: number, waiting = seconds, unknown?: string[]) =>
  metrics({ timestamp: at(seconds), waiting, ...(unknown && { unknown }) });
const input = { current: undefined, stepMs: 10_000, fromMs: ms(0), toMs: ms(100) };

describe('the timeline of a chart', () => {
  it('breaks where nothing was recorded, rather than join what is far apart', () => {
    const timeline = timelineOf({ ...input, history: [point(0), point(10), point(50)] });
    expect(timeline.timesMs).toEqual([0, 10, 20, 50].map(ms));
    expect(seriesOf(timeline, 'waiting')).toEqual([0, 10, null, 50]);
  });

  it('forgives a late point', () => {
    expect(timelineOf({ ...input, history: [point(0), point(14)] }).timesMs).toHaveLength(2);
  });

  it('ends in the current value, which may be ahead of the newest step', () => {
    const timeline = timelineOf({ ...input, history: [point(0)], current: point(28, 7) });
    expect(seriesOf(timeline, 'waiting')).toEqual([0, 7]);
  });

  it('does not join a current value over a gap', () => {
    const timeline = timelineOf({ ...input, history: [point(0)], current: point(60, 7) });
    expect(seriesOf(timeline, 'waiting')).toEqual([0, null, 7]);
  });

  it('leaves out what is outside the range, and a current value that is no newer', () => {
    const timeline = timelineOf({ ...input, history: [point(-10), point(10), point(20)], current: point(20, 99) });
    expect(seriesOf(timeline, 'waiting')).toEqual([10, 20]);
  });

  it('shows an unknown as a break, never as 0', () => {
    const timeline = timelineOf({ ...input, history: [point(0), point(10, 0, ['waiting']), point(20)] });
    expect(seriesOf(timeline, 'waiting')).toEqual([0, null, 20]);
    expect(seriesOf(timeline, 'p95WaitMs')).toEqual([null, null, null]);
  });
});

describe('finding an instant', () => {
  it.each([
    [-5, 0],
    [14, 1],
    [16, 2],
    [99, 3],
  ])('%d s is nearest to point %d', (seconds, index) => {
    expect(nearestIndex([0, 10, 20, 30].map(ms), ms(seconds))).toBe(index);
  });

  it('finds none in an empty timeline', () => expect(nearestIndex([], 0)).toBeUndefined());
  it('takes the last known value for a legend at rest', () => {
    expect(lastKnownIndex([1, 2, null])).toBe(1);
    expect(lastKnownIndex([null])).toBeUndefined();
  });
});
