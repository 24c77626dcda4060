import type { Engine, ScheduleDefinition } from '@drover/core';
import { describeEngines } from '@drover/testkit';
import { Worker } from 'bullmq';
import { beforeEach, expect, it, vi } from 'vitest';
import { MissedSchedules } from './missed-schedules.js';

const HOUR_MS = 3_600_000;
/** By then a run that is due now has been missed, and the one after it is not due yet. */
const LATER_MS = 120_000;

/** What BullMQ itself leaves behind when a run waits, is taken, or was the last. */
describeEngines('missed schedules', (_kind, open) => {
  let test: Awaited<ReturnType<typeof open>>;
  beforeEach(async () => {
    test = await open();
  });

  const look = async (engine: Engine, queueName: string) => {
    const failed = vi.fn();
    const missed = await new MissedSchedules({ engine, onError: failed }).read([queueName], Date.now() + LATER_MS);
    expect(failed).not.toHaveBeenCalled();
    return missed?.get(queueName)?.map(({ scheduleId }) => scheduleId) ?? [];
  };
  const put = (queueName: string, change: Partial<ScheduleDefinition>) =>
    test.engine.schedules.put({
      ...{ queueName, scheduleId: 'hourly', jobName: 'report', pattern: null, everyMs: HOUR_MS, tz: null },
      ...{ startAtMs: null, endAtMs: null, limit: null, data: '{}', options: {}, ...change },
    });

  it('are told until a worker takes their runs, the last run of one that ends included', async () => {
    await put('mail', {});
    await put('mail', { scheduleId: 'once', limit: 1 });
    await put('mail', { scheduleId: 'tomorrow', startAtMs: Date.now() + 24 * HOUR_MS });
    expect((await look(test.engine, 'mail')).sort()).toEqual(['hourly', 'once']);

    const { connection, factory, prefix } = test.bullmq;
    const options = { connection, drainDelay: 1, ...(prefix === undefined ? {} : { prefix }) };
    const worker = new Worker('mail', async () => 'sent', options, factory);
    worker.on('error', () => undefined);
    await vi.waitFor(async () => expect(await look(test.engine, 'mail')).toEqual([]), 10_000);
    await worker.close();
  });
});
