import { describe, expect, it } from 'vitest';
import { at } from '../../testing/queues.js';
import { schedule } from '../../testing/schedules.js';
import { newSchedule, readNewSchedule, readScheduleEdit, textsOfSchedule } from './schedule-form.js';

const filled = { ...newSchedule, queueName: 'reports', scheduleId: 'nightly', jobName: 'daily', pattern: '0 3 * * *' };

describe('a new schedule', () => {
  it('by a pattern has a zone, every so often has none', () => {
    expect(readNewSchedule({ ...filled, tz: 'Europe/Berlin' }).request).toEqual({
      queueName: 'reports',
      scheduleId: 'nightly',
      jobName: 'daily',
      pattern: '0 3 * * *',
      tz: 'Europe/Berlin',
      data: {},
    });
    expect(readNewSchedule({ ...filled, kind: 'every', everyMs: '1.5', unit: 'h', tz: 'x' }).request).toMatchObject({
      everyMs: 5_400_000,
    });
    expect(readNewSchedule({ ...filled, kind: 'every', everyMs: '2', unit: 'd' }).request).not.toHaveProperty(
      'pattern',
    );
  });

  it.each([
    [{ queueName: '' }, 'queueName'],
    [{ scheduleId: ' ' }, 'scheduleId'],
    [{ jobName: '' }, 'jobName'],
    [{ pattern: '0 3 *' }, 'pattern'],
    [{ kind: 'every', everyMs: '0.5', unit: 's' }, 'everyMs'],
    [{ kind: 'every', everyMs: '400', unit: 'd' }, 'everyMs'],
    [{ startAt: '2026-11-24T10:00:00Z', endAt: '2026-11-24T09:00:00Z' }, 'endAt'],
    [{ limit: '0' }, 'limit'],
    [{ data: '{' }, 'data'],
  ])('is refused at its field: %o', (change, field) => {
    const { problems, request } = readNewSchedule({ ...filled, ...change });
    expect(request).toBeUndefined();
    expect(Object.keys(problems)).toEqual([field]);
  });
});

describe('an edited schedule', () => {
  const before = textsOfSchedule(schedule('nightly', { limit: 5, endAt: at(0) }));

  it('sends only what was changed, and null for what was emptied', () => {
    expect(readScheduleEdit(before, before).request).toEqual({});
    expect(readScheduleEdit({ ...before, pattern: '0 4 * * *', tz: '', limit: '', endAt: '' }, before).request).toEqual(
      {
        pattern: '0 4 * * *',
        tz: null,
        limit: null,
        endAt: null,
      },
    );
  });

  it('leaves the payload alone unless there is another', () => {
    expect(readScheduleEdit({ ...before, data: '[1]' }, before).request).toEqual({ data: [1] });
  });

  it('may run every so often from then on, in the unit that it is a whole number of', () => {
    expect(readScheduleEdit({ ...before, kind: 'every', everyMs: '30' }, before).request).toEqual({
      everyMs: 1_800_000,
    });
    const { pattern: _cron, ...every } = schedule('often', { everyMs: 7_200_000 });
    expect(textsOfSchedule(every)).toMatchObject({ kind: 'every', everyMs: '2', unit: 'h' });
  });
});
