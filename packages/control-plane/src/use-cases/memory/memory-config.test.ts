import { defaultMemoryLimits, Fault } from '@drover/core';
import { beforeEach, expect, it } from 'vitest';
import { MemorySettings } from '../../http/testing/memory-stores.js';
import { SettingsCache } from '../settings-cache.js';
import { createMemoryConfig, type MemoryConfig } from './memory-config.js';

let settings: MemorySettings;
let cache: SettingsCache;
let config: MemoryConfig;
beforeEach(async () => {
  settings = new MemorySettings();
  cache = new SettingsCache({ settings });
  await cache.refresh();
  config = createMemoryConfig(cache, { worker: defaultMemoryLimits, queues: { video: { softLimitMB: 450 } } });
});

it('is the file’s until it is edited, field by field', async () => {
  expect(config.read()).toEqual({
    config: {
      worker: { softLimit: 384, hardLimit: 512, warningThreshold: 80 },
      jobSpecific: { video: 450 },
      recycling: { afterJobs: 0, afterHours: 0 },
    },
    version: 0,
  });
  const { config: edited, version } = await config.update(
    { worker: { hardLimit: 600 }, jobSpecific: { mail: 100 }, recycling: { afterHours: 12 } },
    undefined,
  );
  expect(version).toBe(1);
  expect(edited).toEqual({
    worker: { softLimit: 384, hardLimit: 600, warningThreshold: 80 },
    jobSpecific: { mail: 100, video: 450 },
    recycling: { afterJobs: 0, afterHours: 12 },
  });
  expect(config.limitsFor('mail')).toMatchObject({ softLimitMB: 100, hardLimitMB: 600, afterHours: 12 });
  expect(config.limitsFor('video').softLimitMB).toBe(450);
});

it('takes a queue’s own limit away, also the file’s', async () => {
  const { config: edited } = await config.update({ jobSpecific: { video: null } }, undefined);
  expect(edited.jobSpecific).toEqual({});
  expect(config.limitsFor('video').softLimitMB).toBe(384);
});

it('refuses limits that contradict each other, with the field, and stores nothing', async () => {
  const refused = config.update({ worker: { softLimit: 513 } }, undefined);
  await expect(refused).rejects.toMatchObject({
    code: 'invalid_input',
    details: { fields: [{ in: 'body', path: 'worker.softLimit' }] },
  });
  await expect(config.update({ jobSpecific: { mail: 513 } }, undefined)).rejects.toBeInstanceOf(Fault);
  expect(config.read().version).toBe(0);
});

it('loses no field when two edit at the same time', async () => {
  const other = createMemoryConfig(new SettingsCache({ settings }), { worker: defaultMemoryLimits, queues: {} });
  await Promise.all([
    config.update({ recycling: { afterJobs: 1_000 } }, undefined),
    other.update({ recycling: { afterHours: 24 } }, undefined),
  ]);
  await cache.refresh();
  expect(config.read().config.recycling).toEqual({ afterJobs: 1_000, afterHours: 24 });
});

it('is written once when two expect the same version', async () => {
  await config.update({ recycling: { afterJobs: 1 } }, 0);
  const stale = config.update({ recycling: { afterJobs: 2 } }, 0);
  await expect(stale).rejects.toMatchObject({ code: 'conflict' });
  expect(config.read().config.recycling.afterJobs).toBe(1);
});
