import type { FleetMember } from '@drover/core';
import type { EngineConnection } from '@drover/engines';
import type { IQueueBackend, Processor } from 'bullmq';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { type WorkerEngine, workerEngines } from '../testing/worker-engine.js';
import { Worker } from '../worker.js';
import { joinFleet } from './join-fleet.js';
import type { WorkerSettings } from './worker-settings.js';

const names = { statePrefix: 'drover', droverSchema: 'drover' };

/** The drop-in Worker with its settings in the open, as this package's own classes see them. */
class OpenWorker extends Worker<unknown, unknown, string, IQueueBackend, never, EngineConnection> {
  get seen(): WorkerSettings {
    return this.settings;
  }
}

describe.each(Object.entries(workerEngines))('a worker’s look at the fleet on %s', (_, startEngine) => {
  let engine: WorkerEngine;
  const open: OpenWorker[] = [];

  beforeAll(async () => {
    engine = await startEngine();
  });
  afterAll(() => engine.close());
  afterEach(async () => {
    await Promise.all(open.splice(0).map((worker) => worker.close()));
  });

  function work(processor: Processor = async () => {}): OpenWorker {
    const { options, backendFactory } = engine.workerArgs();
    const worker = new OpenWorker('looked', processor, options, backendFactory);
    open.push(worker);
    return worker;
  }

  async function member(): Promise<FleetMember> {
    const worker = work();
    await worker.waitUntilReady();
    return joinFleet(worker.backend, names);
  }

  it('reads the workers’ documents, and no other, when a revision is new', async () => {
    const { settings } = engine.control;
    await settings.put('timeouts', { default: { timeout: 1 } });
    await settings.put('users/admin', { secret: true });
    const fleet = await member();
    const first = await fleet.look({ workerId: 'w', settingsRevision: -1 });
    expect(first.documents).toEqual({ timeouts: '{"default":{"timeout":1}}' });
    const again = { workerId: 'w', settingsRevision: first.settingsRevision };
    expect((await fleet.look(again)).documents).toBeNull();
    await settings.delete('timeouts');
    const last = await fleet.look(again);
    expect(last.documents).toEqual({});
    expect(last.settingsRevision).toBeGreaterThan(first.settingsRevision);
  });

  it('reads the desired state of the worker that it is asked for', async () => {
    const fleet = await member();
    const desired = await engine.control.fleet.setDesired('a:b {c}', { run: 'drain', reason: 'why', graceMs: 5 });
    const look = { settingsRevision: 0 };
    expect((await fleet.look({ ...look, workerId: 'a:b {c}' })).desired).toEqual(desired);
    expect((await fleet.look({ ...look, workerId: 'other' })).desired).toBeNull();
    expect((await fleet.look({ ...look, workerId: null })).desired).toBeNull();
  });

  it('has a setting in force within a second of its writing, also in an application’s process', async () => {
    const worker = work();
    await worker.seen.loaded;
    for (const value of [1, 2, 3]) {
      const changed = new Promise((resolve) => worker.seen.subscribe(() => resolve(performance.now())));
      const writtenAtMs = performance.now();
      await engine.control.settings.put('limiters', { value });
      expect(((await changed) as number) - writtenAtMs).toBeLessThan(1_000);
      expect(worker.seen.get('limiters')).toEqual({ value });
    }
  });

  it('keeps its settings while the engine is away, and has the new ones soon after', async () => {
    const worker = work();
    worker.on('error', () => undefined);
    await worker.waitUntilReady();
    const fleet = await joinFleet(worker.backend, names);
    await engine.control.settings.put('memory', { softLimitMB: 1 });
    await vi.waitFor(() => expect(worker.seen.get('memory')).toEqual({ softLimitMB: 1 }), 5_000);
    // A command that leaves before the loss is noticed is kept, and sent again when the engine is back.
    const lost = new Promise((resolve) => worker.once('error', resolve));
    await engine.halt();
    await lost;
    const away = expect.objectContaining({ code: 'engine_unavailable' });
    await expect(fleet.look({ workerId: null, settingsRevision: 0 })).rejects.toEqual(away);
    expect(worker.seen.get('memory')).toEqual({ softLimitMB: 1 });
    await engine.resume();
    await vi.waitFor(() => engine.control.settings.put('memory', { softLimitMB: 2 }), 20_000);
    await vi.waitFor(() => expect(worker.seen.get('memory')).toEqual({ softLimitMB: 2 }), 25_000);
  });

  it('drains no worker that lives in an application’s process', async () => {
    const worker = work();
    await worker.seen.loaded;
    await engine.control.fleet.setDesired(worker.workerId, { run: 'drain', reason: 'no', graceMs: 0 });
    await engine.control.settings.put('limiters', { seen: true });
    await vi.waitFor(() => expect(worker.seen.get('limiters')).toEqual({ seen: true }), 5_000);
    expect(worker.isRunning()).toBe(true);
    expect(worker.closing).toBeUndefined();
  });
});
