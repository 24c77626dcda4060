import { emptyFolded } from '@drover/core';
import { describe, expect, it } from 'vitest';
import { emptyState } from '../testing/memory-engine.js';
import { MonitorRig, queueOf } from './testing/monitor-rig.js';

const rig = new MonitorRig();

describe('the monitor over several control planes and outages', () => {
  it('keeps serving its last snapshot, marked, while the engine is away, and recovers by itself', async () => {
    rig.engine.queueStates.set('email', emptyState('email'));
    const monitor = rig.start('a');
    await rig.seconds(6);
    const before = monitor.current();
    rig.engine.away = true;
    await rig.seconds(30);
    expect(monitor.current()?.timestamp).toEqual(before?.timestamp);
    expect(monitor.current()?.status.engine).toMatchObject({ healthy: false, message: 'the engine is away' });
    rig.engine.away = false;
    await rig.seconds(10);
    expect(monitor.current()?.status.engine.healthy).toBe(true);
    expect(monitor.current()?.seq).toBeGreaterThan(before?.seq ?? 0);
  });

  it('passes on what should be changed about the engine, on every replica', async () => {
    rig.engine.warnings = ['maxmemory-policy is allkeys-lru: Redis may drop jobs. Set it to noeviction.'];
    const leader = rig.start('a');
    const replica = rig.start('b');
    await rig.seconds(15);
    expect(leader.current()?.status.engine.warnings).toEqual(rig.engine.warnings);
    expect(replica.current()?.status.engine.warnings).toEqual(rig.engine.warnings);
  });

  it('has one leader; the replica serves the same numbers', async () => {
    rig.engine.queueStates.set('email', { ...emptyState('email'), waiting: 4 });
    const first = rig.start('a');
    const second = rig.start('b');
    await rig.seconds(12);
    expect([first.health().role, second.health().role]).toEqual(['leader', 'replica']);
    expect(second.current()?.queues).toEqual(JSON.parse(JSON.stringify(first.current()?.queues)));
    expect(second.current()?.status).toMatchObject({ instanceId: 'b', leader: 'a' });
  });

  it('is taken over within ten seconds when the leader vanishes, without losing a count', async () => {
    rig.engine.queueStates.set('email', emptyState('email'));
    rig.engine.leaseHolder = null;
    const first = rig.start('a');
    await rig.seconds(6);
    rig.work(100);
    await rig.seconds(6);
    expect(queueOf(first, 'email')?.metrics.completedTotal).toBe(100);
    // A leader that is killed releases nothing: its lease runs out.
    const killed = { ...(rig.engine.leaseHolder ?? { holder: '', epoch: 0, untilMs: 0 }) };
    const stopping = first.stop();
    await rig.seconds(6);
    await stopping;
    rig.engine.leaseHolder = { ...killed, untilMs: Date.now() + 6_000 };
    rig.work(130);
    const second = rig.start('b');
    await rig.seconds(10);
    expect(second.health().role).toBe('leader');
    expect(queueOf(second, 'email')?.metrics.completedTotal).toBe(130);
    // Of the jobs that ran between the leaders the times are not known; the others' are kept.
    const { counts, sumMs } = second.published()?.tallies?.email?.processing ?? emptyFolded;
    expect([counts[1], sumMs]).toEqual([100, 1_000]);
    expect(second.published()?.ticks?.counts.reduce((sum, count) => sum + count)).toBeGreaterThan(1);
    expect(queueOf(second, 'email')?.metrics.jobsPerMinute).toBeGreaterThan(0);
  });

  it('shows no counter before the engine holds it, or a successor could show a smaller one', async () => {
    rig.engine.queueStates.set('email', emptyState('email'));
    const monitor = rig.start('a');
    await rig.seconds(6);
    rig.work(100);
    await rig.seconds(5);
    rig.engine.snapshots.publish = async () => {
      throw new Error('the engine is away');
    };
    rig.work(150);
    await rig.seconds(5);
    expect(queueOf(monitor, 'email')?.metrics.completedTotal).toBe(150);
    expect(monitor.published()?.totals.email?.completed).toBe(100);
  });

  it('stops writing at once when it finds itself fenced', async () => {
    rig.engine.queueStates.set('email', emptyState('email'));
    const monitor = rig.start('a');
    await rig.seconds(6);
    const seq = rig.engine.published?.seq;
    rig.engine.leaseHolder = { holder: 'other', epoch: 99, untilMs: Date.now() + 60_000 };
    await rig.seconds(20);
    expect(rig.engine.published?.seq).toBe(seq);
    expect(monitor.health().role).toBe('replica');
  });
});
