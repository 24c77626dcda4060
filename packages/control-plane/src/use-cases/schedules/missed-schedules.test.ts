import { describe, expect, it, vi } from 'vitest';
import { MemoryEngine } from '../../testing/memory-engine.js';
import { MISSED_AFTER_MS, MissedSchedules } from './missed-schedules.js';

const HOUR_MS = 3_600_000;
const QUEUE = 'email-sending';
const START_MS = Date.UTC(2026, 10, 23, 12);

async function world(change: { limit?: number; endAtMs?: number } = {}) {
  const engine = new MemoryEngine(() => START_MS);
  await engine.schedules.put({
    ...{ queueName: QUEUE, scheduleId: 'hourly', jobName: 'report', pattern: null, everyMs: HOUR_MS, tz: null },
    ...{ startAtMs: null, endAtMs: null, limit: null, data: '{}', options: {}, ...change },
  });
  const onError = vi.fn();
  const missed = new MissedSchedules({ engine, onError });
  const run = (state: 'waiting' | 'active' | 'completed' | 'failed') =>
    engine.jobs.give({ queueName: QUEUE, jobId: `repeat:hourly:${START_MS}`, state });
  const look = async (afterMs: number) => (await missed.read([QUEUE], START_MS + afterMs))?.get(QUEUE) ?? [];
  return { engine, missed, onError, run, look };
}

const LATE_MS = MISSED_AFTER_MS + 1_000;
const late = [{ scheduleId: 'hourly', overdueMs: LATE_MS }];

describe('missed schedules', () => {
  it('are those whose run has waited for more than a minute', async () => {
    const { run, look } = await world();
    run('waiting');
    expect(await look(MISSED_AFTER_MS)).toEqual([]);
    expect(await look(MISSED_AFTER_MS + 16_000)).toMatchObject([{ overdueMs: MISSED_AFTER_MS + 16_000 }]);
  });

  it('are none whose run has just begun', async () => {
    const { run, look } = await world();
    run('active');
    expect(await look(LATE_MS)).toEqual([]);
  });

  it('are those that stand still because the run made in advance was removed', async () => {
    const { look } = await world();
    expect(await look(LATE_MS)).toEqual(late);
  });

  it.each([{ limit: 1 }, { endAtMs: START_MS + HOUR_MS / 2 }])('are none that ended: %o', async (end) => {
    const { run, look } = await world(end);
    run('completed');
    expect(await look(LATE_MS)).toEqual([]);
  });

  it('are those whose last run of all waits', async () => {
    const { run, look } = await world({ limit: 1 });
    run('waiting');
    expect(await look(LATE_MS)).toEqual(late);
  });

  it('are not known while the engine does not answer, and known again later', async () => {
    const { engine, missed, onError, run, look } = await world();
    run('waiting');
    const broken = vi.spyOn(engine.schedules, 'overdue').mockRejectedValueOnce(new Error('away'));
    expect(await missed.read([QUEUE], START_MS + LATE_MS)).toBeNull();
    expect(onError).toHaveBeenCalledOnce();
    expect(await look(LATE_MS + 15_000)).toHaveLength(1);
    expect(broken).toHaveBeenCalledTimes(2);
  });
});
