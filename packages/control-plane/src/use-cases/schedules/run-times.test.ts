import { describe, expect, it } from 'vitest';
import { checkTimes, earlierRuns, nextRuns } from './run-times.js';

const none = { pattern: null, everyMs: null, tz: null, startAtMs: null, endAtMs: null };
const berlin = { ...none, pattern: '30 2 * * *', tz: 'Europe/Berlin' };
const iso = (runs: readonly number[]) => runs.map((atMs) => new Date(atMs).toISOString());

describe('run times', () => {
  it('follow an interval from the run that was made', () => {
    const hourly = { ...none, everyMs: 3_600_000 };
    const atMs = Date.UTC(2026, 4, 4, 10);
    expect(iso(nextRuns(hourly, atMs, 3))).toEqual([
      '2026-05-04T10:00:00.000Z',
      '2026-05-04T11:00:00.000Z',
      '2026-05-04T12:00:00.000Z',
    ]);
    expect(iso(earlierRuns(hourly, atMs, 2))).toEqual(['2026-05-04T09:00:00.000Z', '2026-05-04T08:00:00.000Z']);
  });

  it('follow the clock of their zone over the turn to summer time', () => {
    // On 29 March 2026 there is no 02:30 in Berlin: the run is at the first instant that there is.
    const runs = iso(nextRuns(berlin, Date.UTC(2026, 2, 28, 1, 30), 3));
    expect([runs[0], runs[2]]).toEqual(['2026-03-28T01:30:00.000Z', '2026-03-30T00:30:00.000Z']);
    expect(runs[1]?.slice(0, 10)).toBe('2026-03-29');
  });

  it('end with the schedule, and begin with it', () => {
    const bounded = {
      ...none,
      everyMs: 60_000,
      startAtMs: Date.UTC(2026, 4, 4, 10),
      endAtMs: Date.UTC(2026, 4, 4, 10, 2),
    };
    const atMs = Date.UTC(2026, 4, 4, 10, 1);
    expect(nextRuns(bounded, atMs, 9)).toHaveLength(2);
    expect(earlierRuns(bounded, atMs, 9)).toHaveLength(1);
  });

  it('are none without a next run, and only that for a pattern of somebody’s own strategy', () => {
    expect(nextRuns(berlin, null, 3)).toEqual([]);
    expect(nextRuns({ ...none, pattern: 'every full moon' }, 5, 3)).toEqual([5]);
    expect(earlierRuns({ ...none, pattern: 'every full moon' }, 5, 3)).toEqual([]);
  });

  it.each([
    { ...none, pattern: '99 * * * *' },
    { ...none, pattern: 'soon' },
    { ...none, everyMs: 60_000, tz: 'Mars/Olympus' },
  ])('refuse what BullMQ would fail at: %j', (times) => {
    expect(() => checkTimes(times)).toThrow(expect.objectContaining({ code: 'invalid_input' }));
  });
});
