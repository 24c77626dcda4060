import { describe, expect, it, vi } from 'vitest';
import { MemorySettings } from '../http/testing/memory-stores.js';
import { emptyState } from '../testing/memory-engine.js';
import { SettingsCache } from '../use-cases/settings-cache.js';
import { MonitorRig } from './testing/monitor-rig.js';

const rig = new MonitorRig();

describe('the monitor and its fleet', () => {
  it('assigns the wanted workers to the hosts that run workers', async () => {
    rig.joinHost('a', { email: 2 });
    rig.joinHost('b', { email: 2 });
    rig.start('a');
    await rig.seconds(6);
    expect(rig.engine.assignment).toEqual({ email: { a: 1, b: 1 } });
  });

  it('assigns by the bounds of the policies, and again as soon as they are edited', async () => {
    rig.joinHost('a', { email: 1, pay: 4 });
    const settings = new SettingsCache({ settings: new MemorySettings() });
    await settings.put('scaling/pay', { maxWorkers: 2 });
    rig.start('a', { settings });
    await rig.seconds(6);
    expect(rig.engine.assignment).toEqual({ email: { a: 1 }, pay: { a: 2 } });
    const ticks = rig.engine.calls.get('publish');
    await settings.put('scaling/email', { minWorkers: 3 });
    await vi.advanceTimersByTimeAsync(1);
    expect(rig.engine.assignment).toEqual({ email: { a: 3 }, pay: { a: 2 } });
    expect(rig.engine.calls.get('publish')).toBe(ticks);
    await rig.seconds(5);
    expect(rig.engine.calls.get('publish')).toBe((ticks ?? 0) + 1);
  });

  it('keeps the fleet as it is when the leader has no configuration of its own, or no host answers for a moment', async () => {
    rig.engine.assignment = { email: { b: 2 } };
    rig.joinHost('b', { email: 2 });
    rig.start('leader-without-configuration');
    await rig.seconds(6);
    expect(rig.engine.assignment).toEqual({ email: { b: 2 } });
    rig.engine.hosts = [];
    await rig.seconds(30);
    expect(rig.engine.assignment).toEqual({ email: { b: 2 } });
  });

  it('gives the workers of a host that is gone to another, but not of one that is late', async () => {
    rig.joinHost('a', { email: 2 });
    rig.joinHost('b', { email: 2 });
    rig.start('a');
    await rig.seconds(6);
    rig.engine.hosts = rig.engine.hosts.filter(({ instanceId }) => instanceId === 'a');
    await rig.seconds(6);
    expect(rig.engine.assignment).toEqual({ email: { a: 1, b: 1 } });
    await rig.seconds(12);
    expect(rig.engine.assignment).toEqual({ email: { a: 2 } });
  });

  it('leads as an observer only while no control plane that steers is there', async () => {
    rig.engine.queueStates.set('email', emptyState('email'));
    const observer = rig.start('observer', { steers: false });
    await rig.seconds(6);
    expect(observer.health().role).toBe('leader');
    rig.joinHost('b', {});
    const steering = rig.start('b');
    await rig.seconds(12);
    expect([observer.health().role, steering.health().role]).toEqual(['replica', 'leader']);
    expect(observer.current()?.queues).toHaveLength(1);
  });

  it('does for a queue without its workers what BullMQ leaves to workers, and for no other', async () => {
    rig.engine.queueStates.set('ours', { ...emptyState('ours'), delayed: 1 });
    rig.engine.queueStates.set('idle', emptyState('idle'));
    rig.engine.queueStates.set('foreign', { ...emptyState('foreign'), delayed: 1 });
    rig.joinHost('a', { ours: 1, idle: 1 });
    rig.start('a');
    await rig.seconds(6);
    expect(new Set(rig.engine.tended)).toEqual(new Set(['ours']));
  });

  it('changes nothing when it only observes', async () => {
    rig.engine.queueStates.set('ours', { ...emptyState('ours'), delayed: 1, active: 1 });
    rig.start('a', { steers: false });
    await rig.seconds(20);
    expect(rig.engine.tended).toEqual([]);
    expect(rig.engine.calls.get('assign')).toBeUndefined();
  });
});
