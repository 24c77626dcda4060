import { describe, expect, it } from 'vitest';
import { historyQuery, keptMs, presetNames, readTimeRange, spanOf, timeRangeParams, windowOf } from './time-range.js';

const now = Date.parse('2026-11-23T14:32:06Z');
const read = (search: string) => readTimeRange(new URLSearchParams(search));

describe('the time range', () => {
  it('is the last hour unless the URL says otherwise', () => {
    expect(read('')).toEqual({ kind: 'rolling', preset: '1h' });
    expect(read('range=2y')).toEqual({ kind: 'rolling', preset: '1h' });
    expect(read('range=toString')).toEqual({ kind: 'rolling', preset: '1h' });
    expect(read('from=2026-11-23T14:00:00Z&to=2026-11-23T13:00:00Z')).toEqual({ kind: 'rolling', preset: '1h' });
    expect(read('range=6h&from=soon&to=2026-11-23T13:00:00Z')).toEqual({ kind: 'rolling', preset: '6h' });
  });

  it.each(['15m', '6h', '24h', '7d', '30d'] as const)('%s comes back from the URL as it went', (preset) => {
    const { range } = timeRangeParams({ kind: 'rolling', preset });
    expect(read(`range=${range}`)).toEqual({ kind: 'rolling', preset });
  });

  it('keeps a dragged range exactly', () => {
    const fixed = { kind: 'fixed', fromMs: now - 60_000, toMs: now } as const;
    const { from, to } = timeRangeParams(fixed);
    expect(read(`from=${from}&to=${to}`)).toEqual(fixed);
  });

  it('lies over the preset, which is there again when the dragged range is left', () => {
    const fixed = timeRangeParams({ kind: 'fixed', fromMs: now - 60_000, toMs: now });
    expect(Object.keys(fixed)).toEqual(['from', 'to']);
    expect(read(`range=6h&from=${fixed.from}&to=${fixed.to}`)).toMatchObject({ kind: 'fixed', toMs: now });
  });

  it('is no longer than what is kept, whatever the URL says', () => {
    expect(spanOf(read('from=2020-01-01T00:00:00Z&to=2026-11-23T13:00:00Z'))).toBe(keptMs);
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

  it.each(presetNames)('of %s has at most 2,000 points', (preset) => {
    const range = read(`range=${preset}`);
    const { stepMs, historyLimit } = historyQuery(range, now);
    expect(spanOf(range) / stepMs).toBeLessThanOrEqual(historyLimit);
  });

  it('asks for the same range a day earlier, with an end, and with steps that are still kept then', () => {
    const earlier = historyQuery(read(''), now, 86_400_000);
    expect(Date.parse(earlier.since)).toBeLessThanOrEqual(now - 25 * 3_600_000);
    expect(Date.parse(earlier.until ?? '')).toBeGreaterThanOrEqual(now - 24 * 3_600_000);
    expect(earlier.stepMs).toBe(60_000);
    expect(historyQuery(read(''), now + 60_000, 86_400_000)).toEqual(earlier);
  });
});
