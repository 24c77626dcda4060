import type { ScheduleDefinition } from '@drover/core';
import { Worker } from 'bullmq';
import { beforeAll, expect, it, vi } from 'vitest';
import type { OpenTestEngine } from '../engines/describe-engines.js';
import type { TestEngine } from '../engines/test-engine.js';

const HOUR_MS = 3_600_000;

export function scheduleGatewaySuite(open: OpenTestEngine): void {
  let test: TestEngine;
  let created = 0;
  beforeAll(async () => {
    test = await open();
  });

  const newName = () => `schedules-${++created}`;
  const schedules = () => test.engine.schedules;
  const every = (queueName: string, change: Partial<ScheduleDefinition> = {}): ScheduleDefinition => ({
    queueName,
    scheduleId: 'hourly',
    jobName: 'report',
    pattern: null,
    everyMs: HOUR_MS,
    tz: null,
    startAtMs: null,
    endAtMs: null,
    limit: null,
    data: '{"of":"sales"}',
    options: { attempts: 3 },
    ...change,
  });
  const nightly = { scheduleId: 'nightly', pattern: '0 3 * * *', everyMs: null, tz: 'Europe/Berlin' };

  it('keeps what was put, and reads what an application made', async () => {
    const queueName = newName();
    const put = await schedules().put(every(queueName, { ...nightly, limit: 9, endAtMs: Date.now() + 99 * HOUR_MS }));
    expect(put).toMatchObject({ ...nightly, jobName: 'report', limit: 9, data: '{"of":"sales"}', runs: 1 });
    expect(put.options).toMatchObject({ attempts: 3 });
    expect(new Date(put.nextAtMs ?? 0).toLocaleTimeString('en-GB', { timeZone: 'Europe/Berlin' })).toBe('03:00:00');
    await test.queues.queue(queueName).upsertJobScheduler('theirs', { every: 5 * HOUR_MS }, { name: 'sync' });
    expect(await schedules().get(queueName, 'theirs')).toMatchObject({ jobName: 'sync', everyMs: 5 * HOUR_MS });
    expect(await schedules().get(queueName, 'nothing')).toBeNull();
  });

  it('lists them by their next run, at most as many as asked for', async () => {
    const queueName = newName();
    const inHours = (hours: number) => Date.now() + hours * HOUR_MS;
    for (const hours of [7, 3, 5]) {
      await schedules().put(every(queueName, { scheduleId: `in-${hours}:h`, startAtMs: inHours(hours) }));
    }
    const ids = async (limit: number) => (await schedules().list(queueName, limit)).map(({ scheduleId }) => scheduleId);
    expect(await ids(10)).toEqual(['in-3:h', 'in-5:h', 'in-7:h']);
    expect(await ids(2)).toEqual(['in-3:h', 'in-5:h']);
    expect(await schedules().list(newName(), 10)).toEqual([]);
  });

  it('replaces: the job made in advance is the new definition’s', async () => {
    const queueName = newName();
    await schedules().put(every(queueName, { startAtMs: Date.now() + HOUR_MS }));
    await schedules().put(every(queueName, { ...nightly, scheduleId: 'hourly', data: '{"of":"stock"}' }));
    const jobs = await test.queues.queue(queueName).getDelayed();
    expect(jobs.map(({ data }) => data)).toEqual([{ of: 'stock' }]);
    expect(await schedules().list(queueName, 10)).toMatchObject([{ pattern: '0 3 * * *', everyMs: null }]);
  });

  it('removes a schedule with its next job, once', async () => {
    const queueName = newName();
    await schedules().put(every(queueName, nightly));
    expect(await schedules().remove(queueName, 'nightly')).toBe(true);
    expect(await test.queues.queue(queueName).getDelayedCount()).toBe(0);
    expect(await schedules().remove(queueName, 'nightly')).toBe(false);
  });

  it('refuses what would never run', async () => {
    const over = every(newName(), { endAtMs: Date.now() - HOUR_MS });
    await expect(schedules().put(over)).rejects.toMatchObject({ code: 'invalid_input' });
  });

  it('tells which came due and were not taken, the longest of each queue', async () => {
    const [late, onTime] = [newName(), newName()];
    // The first run of an interval is due at once.
    await schedules().put(every(late));
    await schedules().put(every(late, { scheduleId: 'later' }));
    await schedules().put(every(onTime, nightly));
    const found = await schedules().overdue([late, onTime, newName()], Date.now() + HOUR_MS / 60);
    expect(found).toMatchObject([{ queueName: late }]);
    expect(found[0]?.nextAtMs).toBeLessThanOrEqual(Date.now());
    expect(await schedules().overdue([late], Date.now() - HOUR_MS)).toEqual([]);
  });

  it('goes on by itself once a worker takes a run', async () => {
    const queueName = newName();
    const { nextAtMs } = await schedules().put(every(queueName));
    const { connection, factory, prefix } = test.bullmq;
    const options = { connection, drainDelay: 1, ...(prefix === undefined ? {} : { prefix }) };
    const worker = new Worker(queueName, async () => 'sent', options, factory);
    worker.on('error', () => undefined);
    await vi.waitFor(async () => {
      const schedule = await schedules().get(queueName, 'hourly');
      expect(schedule?.nextAtMs).toBeGreaterThan(Date.now());
      expect(schedule?.runs).toBe(2);
    }, 10_000);
    await worker.close();
    const done = await test.engine.jobs.find([{ queueName, jobId: `repeat:hourly:${nextAtMs}` }]);
    expect(done).toMatchObject([{ state: 'completed', schedulerId: 'hourly' }]);
  });
}
