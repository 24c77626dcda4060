import type { HostPresence } from '@drover/core';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { OpenTestEngine } from '../engines/describe-engines.js';
import type { TestEngine } from '../engines/test-engine.js';
import { takeOver } from './take-over.js';
import { workerReport } from './worker-report.js';

const LONG_MS = 60_000;

function presence(part: Partial<HostPresence> = {}): HostPresence {
  return {
    host: 'host-1',
    instanceId: 'instance-1',
    pid: 1,
    version: '0.1.0',
    startedAtMs: 1_000,
    runsWorkers: true,
    wants: { email: 2 },
    totalMemoryMB: 16_000,
    freeMemoryMB: 8_000,
    queues: [{ queueName: 'emails', desired: 2, starting: 1, ready: 1, draining: 0, crashLoop: null, startUpMs: 230 }],
    ...part,
  };
}

export function fleetRegistrySuite(open: OpenTestEngine): void {
  let test: TestEngine;
  beforeEach(async () => {
    test = await open();
  });

  describe('reports', () => {
    it('are read as the workers last wrote them, whatever their ids hold', async () => {
      const odd = 'a:b.{c} ä/%';
      await test.report(workerReport({ workerId: odd, active: 1 }), LONG_MS);
      await test.report(workerReport({ workerId: odd, active: 2 }), LONG_MS);
      await test.report(workerReport({ workerId: 'other' }), LONG_MS);
      const reports = await test.engine.fleet.readReports();
      expect([...reports].sort((a, b) => b.active - a.active)).toEqual([
        workerReport({ workerId: odd, active: 2 }),
        workerReport({ workerId: 'other' }),
      ]);
    });

    it('are all read when there are more than one page of them', async () => {
      const ids = Array.from({ length: 750 }, (_, index) => `worker-${index}`);
      await Promise.all(ids.map((workerId) => test.report(workerReport({ workerId }), LONG_MS)));
      const found = await test.engine.fleet.readReports();
      expect(found.map(({ workerId }) => workerId).sort()).toEqual([...ids].sort());
    });

    it('fade when their worker falls silent, and come back with it', async () => {
      await test.report(workerReport(), 30);
      await vi.waitFor(async () => expect(await test.engine.fleet.readReports()).toEqual([]));
      await test.report(workerReport(), LONG_MS);
      expect(await test.engine.fleet.readReports()).toHaveLength(1);
    });

    it('leave out what does not read as a report', async () => {
      await test.reportText('damaged', '{"format":', LONG_MS);
      await test.reportText('foreign', '{"hello":"world"}', LONG_MS);
      await test.report(workerReport({ workerId: 'sound' }), LONG_MS);
      expect((await test.engine.fleet.readReports()).map(({ workerId }) => workerId)).toEqual(['sound']);
    });

    it('go at once when forgotten, and the desired state with them', async () => {
      await test.report(workerReport({ workerId: 'gone' }), LONG_MS);
      await test.report(workerReport({ workerId: 'kept' }), LONG_MS);
      await test.engine.fleet.setDesired('gone', { run: 'drain', reason: 'test', graceMs: 1000 });
      await test.engine.fleet.forget('gone');
      await test.engine.fleet.forget('never seen');
      expect((await test.engine.fleet.readReports()).map(({ workerId }) => workerId)).toEqual(['kept']);
      expect(await test.desired('gone')).toBeNull();
    });
  });

  describe('desired state', () => {
    it('reaches the worker with a version that grows with every change', async () => {
      const first = await test.engine.fleet.setDesired('w', { run: 'drain', reason: 'scaled down', graceMs: 30_000 });
      expect(await test.desired('w')).toEqual(first);
      expect(first).toMatchObject({ run: 'drain', reason: 'scaled down', graceMs: 30_000 });
      const second = await test.engine.fleet.setDesired('w', {
        run: 'run',
        reason: 'needed again',
        graceMs: 0,
        supervisorPid: 4711,
      });
      expect(second).toMatchObject({ run: 'run', supervisorPid: 4711 });
      expect(second.version).toBeGreaterThan(first.version);
      expect(await test.desired('w')).toEqual(second);
    });

    it('has a larger version even after the worker was forgotten', async () => {
      const before = await test.engine.fleet.setDesired('w', { run: 'drain', reason: 'x', graceMs: 0 });
      await test.engine.fleet.forget('w');
      const after = await test.engine.fleet.setDesired('w', { run: 'run', reason: 'x', graceMs: 0 });
      expect(after.version).toBeGreaterThan(before.version);
    });

    it('is unknown to a worker for which none was set', async () => {
      expect(await test.desired('nobody')).toBeNull();
    });
  });

  describe('hosts', () => {
    it('are known while they announce themselves', async () => {
      const second = presence({ instanceId: 'instance-2', host: 'host-2', runsWorkers: false, queues: [] });
      await test.engine.fleet.announceHost(presence(), LONG_MS);
      await test.engine.fleet.announceHost(second, LONG_MS);
      await test.engine.fleet.announceHost(presence({ freeMemoryMB: 7_000 }), LONG_MS);
      const hosts = await test.engine.fleet.readHosts();
      expect([...hosts].sort((a, b) => (a.instanceId < b.instanceId ? -1 : 1))).toEqual([
        presence({ freeMemoryMB: 7_000 }),
        second,
      ]);
    });

    it('fade when they fall silent', async () => {
      await test.engine.fleet.announceHost(presence(), 30);
      await test.engine.fleet.announceHost(presence({ instanceId: 'alive' }), LONG_MS);
      await vi.waitFor(async () => {
        expect((await test.engine.fleet.readHosts()).map(({ instanceId }) => instanceId)).toEqual(['alive']);
      });
    });

    it('go at once when withdrawn', async () => {
      await test.engine.fleet.announceHost(presence(), LONG_MS);
      await test.engine.fleet.withdrawHost('instance-1');
      await test.engine.fleet.withdrawHost('never seen');
      expect(await test.engine.fleet.readHosts()).toEqual([]);
    });
  });

  describe('assignment', () => {
    it('is empty at first, then what the leader wrote last', async () => {
      expect(await test.engine.fleet.readAssignment()).toEqual({});
      const { current } = await takeOver(test.engine, 'leader');
      await test.engine.fleet.assign({ emails: { 'instance-1': 1 } }, current);
      await test.engine.fleet.assign({ emails: { 'instance-1': 2, 'instance-2': 1 } }, current);
      const replica = await test.replica();
      expect(await replica.fleet.readAssignment()).toEqual({ emails: { 'instance-1': 2, 'instance-2': 1 } });
    });

    it('is not taken from a leader who was succeeded', async () => {
      const { stale, current } = await takeOver(test.engine, 'leader');
      await test.engine.fleet.assign({ emails: { one: 1 } }, current);
      await expect(test.engine.fleet.assign({ emails: { one: 9 } }, stale)).rejects.toMatchObject({ code: 'fenced' });
      expect(await test.engine.fleet.readAssignment()).toEqual({ emails: { one: 1 } });
    });
  });
}
