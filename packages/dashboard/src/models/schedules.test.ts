import { describe, expect, it } from 'vitest';
import { at, ms } from '../../testing/queues.js';
import { schedule } from '../../testing/schedules.js';
import {
  everyWords,
  inViewerZone,
  inZone,
  readScheduleKey,
  runWords,
  scheduleKey,
  scheduleStatus,
  zoneCity,
} from './schedules.js';

describe('a schedule', () => {
  it('is overdue, paused, at its end, or on time', () => {
    expect(scheduleStatus(schedule('a'))).toBe('active');
    expect(scheduleStatus(schedule('a', { overdueMs: 5_000 }))).toBe('overdue');
    expect(scheduleStatus(schedule('a', { paused: true, overdueMs: 5_000 }))).toBe('paused');
    const { nextAt: _none, ...ended } = schedule('a', { nextRuns: [] });
    expect(scheduleStatus(ended)).toBe('ended');
  });

  it.each([
    [{ everyMs: 20_000 }, 'every 20 s'],
    [{ everyMs: 5_400_000 }, 'every 90 min'],
    [{ everyMs: 86_400_000 }, 'every 1 d'],
    [{ everyMs: 1_500 }, 'every 1500 ms'],
    [{ pattern: '0 3 * * *' }, 'at 03:00 every day'],
    [{ pattern: '0 0 L * *' }, '0 0 L * *'],
  ])('says when it runs: %o', (when, words) => {
    expect(everyWords(when)).toBe(words);
  });
});

describe('the name of a schedule in the URL', () => {
  it.each(['nightly', 'a/b', '50%', 'ü m'])('carries %s there and back', (scheduleId) => {
    const name = { queueName: 'a/b c', scheduleId };
    expect(readScheduleKey(scheduleKey(name))).toEqual(name);
  });

  it.each([null, '', 'mail', '/nightly', 'mail/%'])('is none: %s', (key) => {
    expect(readScheduleKey(key)).toBeUndefined();
  });
});

describe('an instant in a time zone', () => {
  it('is told by the day that it is there', () => {
    // 14:00 UTC on a Monday.
    expect(inZone(at(0), 'America/New_York')).toBe('Mon 23 Nov 09:00');
    expect(inZone(at(36_030), 'Asia/Tokyo')).toBe('Tue 24 Nov 09:00:30');
  });

  it('has a word for the day by the clock of whoever looks', () => {
    expect(inViewerZone(at(0), ms(0), 'UTC')).toBe('today 14:00');
    expect(inViewerZone(at(7_200), ms(0), 'Asia/Tokyo')).toBe('tomorrow 01:00');
    expect(inViewerZone(at(-86_400), ms(0), 'UTC')).toBe('yesterday 14:00');
    expect(inViewerZone(at(5 * 86_400), ms(0), 'UTC')).toBe('Sat 28 Nov 14:00');
  });

  it('is not told in a zone that is none', () => {
    expect(inZone(at(0), 'Moon/Tycho')).toBeUndefined();
    expect(zoneCity('America/Argentina/Buenos_Aires')).toBe('Buenos Aires');
  });
});

describe('a run', () => {
  it('says how it ended, how long it took, and how late it began', () => {
    expect(runWords({ jobId: '1', dueAt: at(0), startedAt: at(30), finishedAt: at(90), state: 'failed' })).toBe(
      'Failed, took 1 m 00 s, began 30 s late',
    );
    expect(runWords({ jobId: '1', dueAt: at(0), state: 'waiting' })).toBe('Waits for a worker');
  });
});
