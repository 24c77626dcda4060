import {
  COARSE_BITS,
  encodeHistogram,
  Histogram,
  type SettingsDocument,
  type TimeoutsDocument,
  timeoutBasisKey,
  timeoutsKey,
  type WorkerReport,
} from '@drover/core';
import { beforeEach, describe, expect, it } from 'vitest';
import { liveSnapshot } from '../../http/testing/fake-reads.js';
import { MemorySettings } from '../../http/testing/memory-stores.js';
import type { LeaderTick } from '../../monitor/leader-duty.js';
import { workerReport } from '../../testing/worker-report.js';
import { SettingsCache } from '../settings-cache.js';
import { createTimeouts, type Timeouts } from './create-timeouts.js';

const NOW_MS = Date.UTC(2026, 4, 4);
const adaptive: TimeoutsDocument = { queues: { pay: { timeoutMs: 10_000, adaptiveEnabled: true } } };

let store: MemorySettings;
let cache: SettingsCache;
let timeouts: Timeouts;
let nowMs: number;

beforeEach(async () => {
  store = new MemorySettings();
  nowMs = NOW_MS;
  await become(adaptive);
});

/** Another control plane over the same engine, with this configuration. */
async function become(config: TimeoutsDocument): Promise<void> {
  cache = new SettingsCache({ settings: store });
  await cache.refresh();
  timeouts = createTimeouts(cache, config);
}

async function tick(reports: readonly WorkerReport[], epoch = 1, afterMs = 5_000): Promise<void> {
  nowMs += afterMs;
  const fence = { name: 'monitor', epoch };
  const seen: LeaderTick = {
    ...{ snapshot: liveSnapshot(), reports, stored: reports, hosts: [], assignment: {} },
    nowMs,
    fence,
  };
  await timeouts.duty.run(seen);
}

function timed(
  names: Record<string, { count: number; ms: number; timedOut?: number }>,
  part: Partial<WorkerReport> = {},
) {
  const timings = Object.entries(names).map(([name, { count, ms, timedOut = 0 }]) => {
    const histogram = new Histogram(COARSE_BITS);
    for (let index = 0; index < count; index++) histogram.record(ms);
    return [name, { durations: Buffer.from(encodeHistogram(histogram)).toString('base64'), timedOut }];
  });
  return workerReport({ queueName: 'pay', startedAtMs: NOW_MS, timings: Object.fromEntries(timings), ...part });
}

const document = (key: string): SettingsDocument | undefined => store.documents.get(key);
const basis = () => document(timeoutBasisKey)?.value;
const shown = (queueName = 'pay') => timeouts.service.read([queueName]).config[queueName];

describe('the leader’s part in timeouts', () => {
  it('tells workers the configuration, once', async () => {
    await tick([]);
    await tick([]);
    expect(basis()).toEqual({ config: adaptive, adapted: {} });
    expect(document(timeoutBasisKey)?.version).toBe(1);
  });

  it('writes nothing where nobody speaks of timeouts', async () => {
    await become({ queues: {} });
    await tick([workerReport()]);
    expect(store.documents.size).toBe(0);
  });

  it('gives each job name a deadline from all workers together, the same for all', async () => {
    await tick([
      timed({ charge: { count: 60, ms: 2_000 }, export: { count: 100, ms: 9_000 } }),
      timed({ charge: { count: 60, ms: 2_000 } }, { workerId: 'w2' }),
    ]);
    const { charge = 0, export: slow = 0 } = shown()?.effective ?? {};
    expect(Math.abs(charge / 4_000 - 1)).toBeLessThan(0.07);
    expect(Math.abs(slow / 18_000 - 1)).toBeLessThan(0.07);
    expect(basis()).toMatchObject({ adapted: { pay: { charge, export: slow } } });
  });

  it('grows when attempts time out, and not again before new ones do', async () => {
    await tick([timed({ charge: { count: 100, ms: 1_000 } })]);
    const first = shown()?.effective?.charge ?? 0;
    const late = timed({ charge: { count: 110, ms: 1_000, timedOut: 10 } });
    await tick([late]);
    expect(shown()?.effective?.charge).toBe(2 * first);
    await tick([late]);
    expect(shown()?.effective?.charge).toBe(2 * first);
  });

  it('goes by what an admin changed', async () => {
    const report = timed({ charge: { count: 100, ms: 2_000 } });
    await tick([report]);
    await cache.put(timeoutsKey, { queues: { pay: { adaptiveEnabled: false } } });
    await tick([report]);
    expect(basis()).toEqual({ config: adaptive, adapted: {} });
    expect(shown()?.effective).toBeUndefined();
  });

  it('leaves the next leader its deadlines, which hold from the first tick', async () => {
    await tick([timed({ charge: { count: 100, ms: 2_000 } })]);
    const before = shown()?.effective;
    await become(adaptive);
    await tick([timed({ charge: { count: 3, ms: 2_000 } }, { workerId: 'young', startedAtMs: nowMs })], 2);
    expect(shown()?.effective).toEqual(before);
    expect(document(timeoutBasisKey)?.version).toBe(1);
  });

  it('does not write over another leader; its next tick sees what that wrote', async () => {
    await tick([]);
    await store.put(timeoutBasisKey, { config: { queues: {} }, adapted: {} });
    const report = timed({ charge: { count: 100, ms: 2_000 } });
    await tick([report]);
    expect(basis()).toEqual({ config: { queues: {} }, adapted: {} });
    await tick([report]);
    expect(basis()).toMatchObject({ adapted: { pay: { charge: expect.any(Number) } } });
  });
});

describe('what timeouts did', () => {
  const deadlines = (overdue: number, abandoned = 0) => ({ charge: { soft: overdue, overdue, abandoned } });
  const told = (counts: WorkerReport['deadlines'], part: Partial<WorkerReport> = {}) =>
    workerReport({ queueName: 'pay', startedAtMs: NOW_MS, ...(counts && { deadlines: counts }), ...part });

  it('is counted over workers and leaders, and shown since it began', async () => {
    await tick([told(deadlines(0))]);
    await tick([told(deadlines(2)), told(deadlines(1), { workerId: 'w2' })], 1, 10_000);
    expect(shown()?.activity).toEqual({
      since: new Date(nowMs),
      soft: 3,
      wouldHaveTimedOut: 3,
      abandoned: 0,
      byName: { charge: { soft: 3, wouldHaveTimedOut: 3, abandoned: 0 } },
    });
    await become(adaptive);
    await tick([told(deadlines(2)), told(deadlines(1), { workerId: 'w2' })], 2);
    await tick([told(deadlines(4, 1)), told(deadlines(1), { workerId: 'w2' })], 2, 10_000);
    expect(shown()?.activity).toMatchObject({ wouldHaveTimedOut: 5, abandoned: 1 });
  });

  it('begins anew with another policy', async () => {
    await tick([]);
    await tick([told(deadlines(2))], 1, 10_000);
    await cache.put(timeoutsKey, { queues: { pay: { timeoutMs: 20_000 } } });
    expect(shown()?.activity).toBeUndefined();
    await tick([told(deadlines(3))], 1, 10_000);
    expect(shown()?.activity?.wouldHaveTimedOut).toBe(1);
  });

  it('is written every ten seconds at most', async () => {
    await tick([]);
    await tick([told(deadlines(1))], 1, 10_000);
    await tick([told(deadlines(2))], 1, 5_000);
    expect(shown()?.activity?.wouldHaveTimedOut).toBe(1);
    await tick([told(deadlines(2))], 1, 5_000);
    expect(shown()?.activity?.wouldHaveTimedOut).toBe(2);
  });
});
