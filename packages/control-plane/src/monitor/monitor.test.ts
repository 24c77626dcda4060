import { SYSTEM_SERIES } from '@drover/core';
import { describe, expect, it } from 'vitest';
import { AlertRig, TestTime } from '../notifiers/testing/alert-rig.js';
import { emptyState } from '../testing/memory-engine.js';
import { MonitorRig, queueOf, START } from './testing/monitor-rig.js';

const rig = new MonitorRig();

describe('the monitor', () => {
  it('shows what fires in the tick in which it fires, and counts exactly that', async () => {
    rig.engine.queueStates.set('email', { ...emptyState('email'), waiting: 2_000 });
    const { watch } = new AlertRig(rig.engine.records, new TestTime());
    const monitor = rig.start('a', { alerts: watch });
    await rig.seconds(58);
    // Health judges the instant; an alert needs its time.
    expect(queueOf(monitor, 'email')?.status).toBe('warning');
    expect(monitor.current()).toMatchObject({ alerts: [], dashboard: { activeAlerts: 0 } });
    await rig.seconds(10);
    expect(monitor.current()).toMatchObject({
      alerts: [{ queueName: 'email', kind: 'queue_depth' }],
      dashboard: { activeAlerts: 1 },
      health: { queues: { activeAlerts: 1 } },
    });
    const replica = rig.start('b');
    await rig.seconds(3);
    expect(replica.current()?.alerts).toMatchObject([{ queueName: 'email' }]);
  });

  it('turns reports and counts into the guide’s metrics', async () => {
    rig.engine.queueStates.set('email', { ...emptyState('email'), waiting: 7, active: 2, oldestWaitingMs: 1_500 });
    const monitor = rig.start('a');
    await rig.seconds(10);
    rig.work(90, { failed: 10 });
    await rig.seconds(6);
    expect(queueOf(monitor, 'email')?.metrics).toMatchObject({
      waiting: 7,
      active: 2,
      oldestWaitingMs: 1_500,
      jobsPerMinute: 100,
      errorRate: 10,
      timeoutRate: 0,
      completedTotal: 90,
      failedTotal: 10,
      timingSource: 'workers',
      memoryUsageMB: 100,
    });
    expect(queueOf(monitor, 'email')?.metrics.p95ProcessingTimeMs).toBeCloseTo(10, 0);
    expect(monitor.current()?.dashboard).toMatchObject({ totalQueues: 1, totalWaiting: 7, avgErrorRate: 10 });
  });

  it('says what it does not know instead of drawing zero', async () => {
    rig.engine.queueStates.set('legacy', { ...emptyState('legacy'), waiting: 3 });
    const monitor = rig.start('a');
    await rig.seconds(6);
    expect(queueOf(monitor, 'legacy')?.watchedBy).toBe('other');
    expect(queueOf(monitor, 'legacy')?.metrics.unknown).toEqual(
      expect.arrayContaining(['jobsPerMinute', 'errorRate', 'p95ProcessingTimeMs', 'memoryUsageMB', 'workers']),
    );
  });

  it('does not call finished jobs zero before the engine has counted them', async () => {
    rig.engine.queueStates.set('old', { ...emptyState('old'), uncounted: true });
    const monitor = rig.start('a');
    await rig.seconds(6);
    expect(queueOf(monitor, 'old')?.metrics.unknown).toEqual(expect.arrayContaining(['completed', 'failed']));
  });

  it('learns rates of plain BullMQ queues from the jobs that were kept', async () => {
    rig.engine.queueStates.set('legacy', { ...emptyState('legacy'), completed: 50 });
    const sample = (finishedAtMs: number) => ({
      jobId: String(finishedAtMs),
      jobName: 'job',
      outcome: 'completed' as const,
      finishedAtMs,
      processingMs: 200,
      waitMs: 5,
    });
    const monitor = rig.start('a');
    await rig.seconds(3);
    rig.engine.finished.set('legacy', [sample(Date.now() + 1_000), sample(Date.now() + 500), sample(START - 300_000)]);
    await rig.seconds(6);
    expect(queueOf(monitor, 'legacy')?.metrics).toMatchObject({ jobsPerMinute: 2, timingSource: 'sampled' });
    expect(queueOf(monitor, 'legacy')?.metrics.p50ProcessingTimeMs).toBeCloseTo(200, -1);
  });

  it('shows one unreadable queue as such and goes on with the others', async () => {
    rig.engine.queueStates.set('good', { ...emptyState('good'), waiting: 1 });
    rig.engine.queueStates.set('bad', emptyState('bad'));
    rig.engine.unreadable.add('bad');
    const monitor = rig.start('a');
    await rig.seconds(6);
    expect(queueOf(monitor, 'good')?.status).toBe('healthy');
    expect(queueOf(monitor, 'bad')?.issues).toEqual(['Cannot be read: wrong kind of value']);
  });

  it('writes ten-second points and rolls them up by the minute', async () => {
    rig.engine.queueStates.set('email', { ...emptyState('email'), waiting: 5 });
    rig.start('a');
    await rig.seconds(6);
    for (let tick = 1; tick <= 30; tick++) {
      rig.work(tick * 10);
      await rig.seconds(5);
    }
    const fine = rig.engine.points.get('email/10000') ?? [];
    expect(fine.length).toBeGreaterThanOrEqual(14);
    expect(fine.at(-1)).toMatchObject({ waiting: 5, finished: 20 });
    const minutes = rig.engine.points.get('email/60000') ?? [];
    expect(minutes.length).toBeGreaterThanOrEqual(2);
    expect(minutes.at(-1)?.finished).toBe(120);
    expect(rig.engine.points.get(`${SYSTEM_SERIES}/60000`)?.at(-1)).toMatchObject({ waiting: 5, finished: 120 });
  });

  it('stops counting a worker that was killed within ten seconds, and keeps its counts', async () => {
    rig.engine.queueStates.set('email', emptyState('email'));
    const monitor = rig.start('a');
    await rig.seconds(6);
    rig.work(100);
    await rig.seconds(6);
    expect(queueOf(monitor, 'email')?.workers?.ready).toBe(1);
    await rig.seconds(10);
    expect(queueOf(monitor, 'email')?.workers?.ready).toBe(0);
    expect(monitor.current()?.workers.totalWorkers).toBe(0);
    expect(queueOf(monitor, 'email')?.metrics.completedTotal).toBe(100);
  });

  it('loses no slot of history to an engine that was away when it closed', async () => {
    rig.engine.queueStates.set('email', { ...emptyState('email'), waiting: 5 });
    rig.start('a');
    await rig.seconds(6);
    const append = rig.engine.metrics.append;
    rig.engine.metrics.append = () => Promise.reject(new Error('no room'));
    await rig.seconds(40);
    rig.engine.metrics.append = append;
    await rig.seconds(20);
    const slots = (rig.engine.points.get('email/10000') ?? []).map(({ atMs }) => atMs);
    expect(slots.length).toBeGreaterThanOrEqual(5);
    slots.slice(1).forEach((atMs, index) => {
      expect(atMs - (slots[index] ?? 0)).toBe(10_000);
    });
  });

  it('sees jobs arrive that pile up while all workers are dead', async () => {
    rig.engine.queueStates.set('email', emptyState('email'));
    const monitor = rig.start('a');
    await rig.seconds(6);
    rig.work(10);
    await rig.seconds(5);
    rig.engine.reportsById.clear();
    await rig.seconds(10);
    rig.engine.queueStates.set('email', { ...emptyState('email'), waiting: 120 });
    await rig.seconds(6);
    expect(queueOf(monitor, 'email')?.metrics.arrivalsPerMinute).toBeGreaterThanOrEqual(120);
  });

  it('costs the engine the same number of calls whatever the number of queues', async () => {
    for (let index = 0; index < 300; index++) rig.engine.queueStates.set(`q${index}`, emptyState(`q${index}`));
    rig.start('a');
    await rig.seconds(6);
    rig.engine.calls.clear();
    await rig.seconds(5);
    expect(rig.engine.calls.get('readStates')).toBe(1);
    expect(rig.engine.calls.get('readReports')).toBe(1);
    expect([...rig.engine.calls.values()].reduce((sum, count) => sum + count, 0)).toBeLessThan(25);
  });
});
