import { type JobCrash, parseQuarantine, quarantineKey } from '@drover/core';
import { beforeEach, describe, expect, it } from 'vitest';
import { MemorySettings } from '../../http/testing/memory-stores.js';
import { MemoryEngine } from '../../testing/memory-engine.js';
import { SettingsCache } from '../settings-cache.js';
import { QuarantineBook } from './quarantine-book.js';

const fence = { name: 'monitor', epoch: 1 };
const job = { queueName: 'mail', jobId: 'bad', jobName: 'charge' };
const crash = (startedAtMs: number): JobCrash => ({
  ...{ kind: 'vanished', workerId: 'w', host: 'a', startedAtMs, noticedAtMs: startedAtMs, beside: 0 },
  ...{ rssMB: 1, heapUsedMB: 1, memoryLimitMB: null },
});

describe('the book of the quarantine', () => {
  let settings: MemorySettings;
  let engine: MemoryEngine;
  /** As two control planes have it. */
  let leader: QuarantineBook;
  let other: QuarantineBook;
  const open = (afterCrashes = 1) => {
    const cache = new SettingsCache({ settings });
    return new QuarantineBook({ records: engine.records, settings: cache, afterCrashes });
  };
  const told = async () => parseQuarantine((await settings.get(quarantineKey))?.value);

  beforeEach(() => {
    settings = new MemorySettings();
    engine = new MemoryEngine(() => 0);
    [leader, other] = [open(), open()];
  });

  it('tells workers of a job that another control plane set aside a moment ago', async () => {
    await leader.note(job, crash(1), fence);
    await other.note({ ...job, jobId: 'worse' }, crash(1), fence);
    expect((await told()).map(({ jobId }) => jobId)).toEqual(['bad', 'worse']);
  });

  it('leaves a job to workers while it is released, though the leader looks then', async () => {
    await leader.note(job, crash(1), fence);
    const held = await other.page(10);
    await other.release(held);
    await leader.sync(0);
    expect(await told()).toEqual([]);
    // Not forgotten yet: a control plane that dies now has it released once more.
    expect(await other.page(10)).toMatchObject([{ jobId: 'bad' }]);
  });

  it('sets nothing aside where that is switched off', async () => {
    const off = open(0);
    for (const run of [1, 2, 3, 4]) expect(await off.note(job, crash(run), fence)).toBe(false);
    expect(await told()).toEqual([]);
  });
});
