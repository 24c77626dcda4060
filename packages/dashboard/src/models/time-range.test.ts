import { describe, expect, it } from 'vitest';
import { historyQuery, readTimeRange, timeRangeParams, windowOf } from './time-range.js';

const now = Date.parse('2026-11-23T14:32:06Z');
const read = (search: string) => readTimeRange(new URLSearchParams(search));

describe('the time range', () => {
  it('is the last hour unless the URL says otherwise', () => {
    expect(read('')).toEqual({ kind: 'rolling', preset: '1h' });
    expect(read('range=2y')).toEqual({ kind: 'rolling', preset: '1h' });
    expect(read('from=2026-11-23T14:00:00Z&to=2026-11-23T13:00:00Z')).toEqual({ kind: 'rolling', preset: '1h' });
  });

  it.each(['15m', '6h', '24h', '7d'] as const)('%s comes back from the URL as it went', (preset) => {
    const { range } = timeRangeParams({ kind: 'rolling', preset });
    expect(read(`range=${range}`)).toEqual({ kind: 'rolling', preset });
  });

  it('keeps a dragged range exactly', () => {
    const fixed = { kind: 'fixed', fromMs: now - 60_000, toMs: now } as const;
    const { from, to } = timeRangeParams(fixed);
    expect(read(`from=${from}&to=${to}`)).toEqual(fixed);
  });

  it('keeps its query for a while, so that the cache is used', () => {
    const range = read('');
    expect(historyQuery(range, now)).toEqual(historyQuery(range, now + 60_000));
    expect(historyQuery(range, now)).not.toEqual(historyQuery(range, now + 300_000));
  });

  it('always asks for at least the whole window', () => {
    const range = read('range=6h');
    expect(Date.parse(historyQuery(range, now).since)).toBeLessThanOrEqual(windowOf(range, now).fromMs);
  });

  it.each([
    { hoursAgo: 1, stepMs: 10_000 },
    { hoursAgo: 30, stepMs: 60_000 },
    { hoursAgo: 100, stepMs: 600_000 },
  ])('asks for steps of $stepMs ms $hoursAgo h ago: finer ones are no longer kept', ({ hoursAgo, stepMs }) => {
    const fromMs = now - hoursAgo * 3_600_000;
    expect(historyQuery({ kind: 'fixed', fromMs, toMs: fromMs + 600_000 }, now).stepMs).toBe(stepMs);
  });
});
