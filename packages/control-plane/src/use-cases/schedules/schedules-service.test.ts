import { beforeEach, describe, expect, it } from 'vitest';
import { FakeReads } from '../../http/testing/fake-reads.js';
import { FakeClock } from '../../http/testing/memory-stores.js';
import { MemoryEngine } from '../../testing/memory-engine.js';
import { createSchedules, type SchedulesService } from './schedules-service.js';

const HOUR_MS = 3_600_000;
const QUEUE = 'email-sending';
let clock: FakeClock;
let engine: MemoryEngine;
let service: SchedulesService;

const definition = {
  ...{ queueName: QUEUE, scheduleId: 'hourly', jobName: 'report', pattern: null, everyMs: HOUR_MS, tz: null },
  ...{ startAtMs: null, endAtMs: null, limit: 10, data: '{"secret":"s3cret"}', options: { attempts: 3 } },
};

beforeEach(async () => {
  clock = new FakeClock();
  engine = new MemoryEngine(clock.nowMs);
  service = createSchedules({ engine, reads: new FakeReads(), clock });
  await service.create(definition);
});

describe('schedules', () => {
  it('are listed with their next and last runs, and without their payload', async () => {
    const atMs = clock.ms - HOUR_MS;
    engine.jobs.give({ queueName: QUEUE, jobId: `repeat:hourly:${atMs}`, state: 'failed', finishedAtMs: atMs + 5 });
    const list = await service.list();
    expect(list).toMatchObject({
      truncated: false,
      schedules: [{ scheduleId: 'hourly', paused: false, lastRuns: [{ state: 'failed', dueAt: new Date(atMs) }] }],
    });
    expect(list.schedules[0]?.nextRuns).toHaveLength(5);
    expect(JSON.stringify(list)).not.toContain('s3cret');
  });

  it('are off the engine while paused, and are there still', async () => {
    const { before, after } = await service.pause(QUEUE, 'hourly', 'user:ada');
    expect([before.paused, after.paused, after.nextRuns]).toEqual([false, true, []]);
    expect(await engine.schedules.get(QUEUE, 'hourly')).toBeNull();
    clock.advance(2_000);
    expect((await service.list()).schedules).toMatchObject([{ scheduleId: 'hourly', pausedBy: 'user:ada' }]);
  });

  it('are resumed on their beat, with the runs that were left, and what was edited meanwhile', async () => {
    const dueAtMs = clock.ms;
    await service.pause(QUEUE, 'hourly', 'user:ada');
    await service.update(QUEUE, 'hourly', (options) => ({ jobName: 'digest', options: { ...options, priority: 2 } }));
    clock.advance(2.5 * HOUR_MS);
    const { after } = await service.resume(QUEUE, 'hourly');
    expect(after).toMatchObject({ paused: false, jobName: 'digest', limit: 10 });
    expect(after.nextAt?.getTime()).toBe(dueAtMs + 3 * HOUR_MS);
    const made = await engine.schedules.get(QUEUE, 'hourly');
    expect(made).toMatchObject({ data: definition.data, options: { attempts: 3, priority: 2 } });
    expect((await service.resume(QUEUE, 'hourly')).before.paused).toBe(false);
  });

  it('lose nothing when a pause is cut short: what the engine still has counts', async () => {
    engine.schedules.remove = async () => {
      throw new Error('killed');
    };
    await expect(service.pause(QUEUE, 'hourly', 'user:ada')).rejects.toThrow('killed');
    expect(await service.get(QUEUE, 'hourly')).toMatchObject({ paused: false });
    expect((await service.list()).schedules).toHaveLength(1);
  });

  it('run once more, now, also while paused', async () => {
    await service.pause(QUEUE, 'hourly', 'user:ada');
    const jobId = await service.run(QUEUE, 'hourly');
    const [row] = await engine.jobs.find([{ queueName: QUEUE, jobId }]);
    expect(row).toMatchObject({ name: 'report' });
  });

  it('tell how long a run has been due', async () => {
    clock.advance(90_000);
    expect((await service.get(QUEUE, 'hourly')).overdueMs).toBe(90_000);
  });

  it('are not made twice, not of nonsense, and not found when there is none', async () => {
    await expect(service.create(definition)).rejects.toMatchObject({ code: 'conflict' });
    await service.pause(QUEUE, 'hourly', 'user:ada');
    await expect(service.create(definition)).rejects.toMatchObject({ code: 'conflict' });
    const nonsense = { ...definition, scheduleId: 'x', everyMs: null, pattern: 'soon' };
    await expect(service.create(nonsense)).rejects.toMatchObject({ code: 'invalid_input' });
    await expect(service.get(QUEUE, 'nothing')).rejects.toMatchObject({ code: 'not_found' });
  });

  it('go for good, paused or not', async () => {
    await service.pause(QUEUE, 'hourly', 'user:ada');
    await service.remove(QUEUE, 'hourly');
    await expect(service.get(QUEUE, 'hourly')).rejects.toMatchObject({ code: 'not_found' });
  });

  it('are only looked at by a control plane that observes', async () => {
    const observer = createSchedules({ engine, reads: new FakeReads(), clock, observes: true });
    expect((await observer.list()).schedules).toHaveLength(1);
    await expect(observer.pause(QUEUE, 'hourly', 'user:ada')).rejects.toMatchObject({ code: 'conflict' });
    await expect(observer.run(QUEUE, 'hourly')).rejects.toMatchObject({ code: 'conflict' });
    expect(await engine.schedules.get(QUEUE, 'hourly')).not.toBeNull();
  });
});
