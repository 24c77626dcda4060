import { describe, expect, it } from 'vitest';
import { type ChartEvent, eventMarks } from './chart-events.js';

const event = (atMs: number): ChartEvent => ({ atMs, kind: 'recycle', label: `at ${atMs}` });
const marksOf = (...instants: number[]) =>
  eventMarks({ events: instants.map(event), fromMs: 1_000, toMs: 2_000, widthPx: 100 }).map(({ leftPx, events }) => [
    leftPx,
    events.map(({ atMs }) => atMs),
  ]);

describe('events on a chart', () => {
  it('stand where they happened, and only inside the range', () => {
    expect(marksOf(2_001, 1_500, 1_000, 999)).toEqual([
      [0, [1_000]],
      [50, [1_500]],
    ]);
  });

  it('become one mark where two would overlap', () => {
    expect(marksOf(1_500, 1_620, 1_750)).toEqual([
      [50, [1_500, 1_620]],
      [75, [1_750]],
    ]);
  });

  it('have no place in a range or a box without width', () => {
    expect(eventMarks({ events: [event(5)], fromMs: 5, toMs: 5, widthPx: 100 })).toEqual([]);
    expect(eventMarks({ events: [event(5)], fromMs: 0, toMs: 9, widthPx: 0 })).toEqual([]);
  });
});
