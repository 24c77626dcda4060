import {
  defaultMemoryLimits,
  defaultRetention,
  defaultThresholds,
  emptyFolded,
  SYSTEM_SERIES,
  zeroTotals,
} from '@drover/core';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { MemorySettings } from '../http/testing/memory-stores.js';
import { AlertRig, TestTime } from '../notifiers/testing/alert-rig.js';
import { emptyState, MemoryEngine } from '../testing/memory-engine.js';
import { workerReport } from '../testing/worker-report.js';
import { createScaling } from '../use-cases/scaling/create-scaling.js';
import { SettingsCache } from '../use-cases/settings-cache.js';
import { type Monitor, startMonitor } from './monitor.js';
import type { MonitorOptions } from './monitor-options.js';

const START = Date.UTC(2026, 10, 23, 12, 0, 0);
const monitors: Monitor[] = [];
let engine: MemoryEngine;

beforeEach(() => {
  vi.useFakeTimers({ now: START, toFake: ['setTimeout', 'clearTimeout', 'Date', 'performance'] });
  engine = new MemoryEngine(() => Date.now());
});

afterEach(async () => {
  const stopped = monitors.splice(0).map((monitor) => monitor.stop());
  await vi.advanceTimersByTimeAsync(10_000);
  await Promise.all(stopped);
  vi.useRealTimers();
});

/** A host that runs workers and wants these, present from now on. */
function joinHost(instanceId: string, wants: Record<string, number>): void {
  engine.hosts.push({
    host: `host-${instanceId}`,
    instanceId,
    pid: 1,
    version: '0.1.0',
    startedAtMs: START,
    runsWorkers: true,
    wants,
    totalMemoryMB: 1_000,
    freeMemoryMB: 500,
    queues: [],
  });
}

const scaling = (settings = new SettingsCache({ settings: new MemorySettings() })) =>
  createScaling({
    engine,
    settings,
    topics: { publish: () => undefined },
    nowMs: () => Date.now(),
    tickMs: 5_000,
    configured: new Map(),
  });

function start(
  instanceId: string,
  change: { steers?: boolean; alerts?: MonitorOptions['alerts']; settings?: SettingsCache } = {},
): Monitor {
  const monitor = startMonitor({
    engine,
    clock: { nowMs: () => Date.now(), monotonicMs: () => performance.now() },
    log: pino({ level: 'silent' }),
    instanceId,
    version: '0.1.0',
    environment: 'test',
    tickMs: 5_000,
    retention: defaultRetention,
    thresholdsFor: () => defaultThresholds,
    limitsFor: () => defaultMemoryLimits,
    steers: change.steers ?? true,
    ...(change.steers !== false && { scaling: scaling(change.settings).fleet }),
    ...(change.alerts && { alerts: change.alerts }),
  });
  monitors.push(monitor);
  return monitor;
}

const seconds = (count: number) => vi.advanceTimersByTimeAsync(count * 1_000);
const queue = (monitor: Monitor, name: string) => monitor.current()?.queues.find(({ queueName }) => queueName === name);

/** A worker that has completed `completed` jobs of 10 ms each so far. */
function work(completed: number, change: { workerId?: string; failed?: number } = {}): void {
  const failed = change.failed ?? 0;
  const workerId = change.workerId ?? 'w1';
  engine.reportsById.set(
    workerId,
    workerReport({
      workerId,
      startedAtMs: START + 1_000,
      reportedAtMs: Date.now(),
      totals: { ...zeroTotals, started: completed + failed, completed, failed },
      durationsMs: Array.from({ length: completed + failed }, () => 10),
    }),
  );
}

describe('the monitor', () => {
  it('shows what fires in the tick in which it fires, and counts exactly that', async () => {
    engine.queueStates.set('email', { ...emptyState('email'), waiting: 2_000 });
    const { watch } = new AlertRig(engine.records, new TestTime());
    const monitor = start('a', { alerts: watch });
    await seconds(58);
    // Health judges the instant; an alert needs its time.
    expect(queue(monitor, 'email')?.status).toBe('warning');
    expect(monitor.current()).toMatchObject({ alerts: [], dashboard: { activeAlerts: 0 } });
    await seconds(10);
    expect(monitor.current()).toMatchObject({
      alerts: [{ queueName: 'email', kind: 'queue_depth' }],
      dashboard: { activeAlerts: 1 },
      health: { queues: { activeAlerts: 1 } },
    });
    const replica = start('b');
    await seconds(3);
    expect(replica.current()?.alerts).toMatchObject([{ queueName: 'email' }]);
  });

  it('turns reports and counts into the guide’s metrics', async () => {
    engine.queueStates.set('email', { ...emptyState('email'), waiting: 7, active: 2, oldestWaitingMs: 1_500 });
    const monitor = start('a');
    await seconds(10);
    work(90, { failed: 10 });
    await seconds(6);
    expect(queue(monitor, 'email')?.metrics).toMatchObject({
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
    expect(queue(monitor, 'email')?.metrics.p95ProcessingTimeMs).toBeCloseTo(10, 0);
    expect(monitor.current()?.dashboard).toMatchObject({ totalQueues: 1, totalWaiting: 7, avgErrorRate: 10 });
  });

  it('says what it does not know instead of drawing zero', async () => {
    engine.queueStates.set('legacy', { ...emptyState('legacy'), waiting: 3 });
    const monitor = start('a');
    await seconds(6);
    expect(queue(monitor, 'legacy')?.watchedBy).toBe('other');
    expect(queue(monitor, 'legacy')?.metrics.unknown).toEqual(
      expect.arrayContaining(['jobsPerMinute', 'errorRate', 'p95ProcessingTimeMs', 'memoryUsageMB', 'workers']),
    );
  });

  it('does not call finished jobs zero before the engine has counted them', async () => {
    engine.queueStates.set('old', { ...emptyState('old'), uncounted: true });
    const monitor = start('a');
    await seconds(6);
    expect(queue(monitor, 'old')?.metrics.unknown).toEqual(expect.arrayContaining(['completed', 'failed']));
  });

  it('learns rates of plain BullMQ queues from the jobs that were kept', async () => {
    engine.queueStates.set('legacy', { ...emptyState('legacy'), completed: 50 });
    const sample = (finishedAtMs: number) => ({
      jobId: String(finishedAtMs),
      jobName: 'job',
      outcome: 'completed' as const,
      finishedAtMs,
      processingMs: 200,
      waitMs: 5,
    });
    const monitor = start('a');
    await seconds(3);
    engine.finished.set('legacy', [sample(Date.now() + 1_000), sample(Date.now() + 500), sample(START - 300_000)]);
    await seconds(6);
    expect(queue(monitor, 'legacy')?.metrics).toMatchObject({ jobsPerMinute: 2, timingSource: 'sampled' });
    expect(queue(monitor, 'legacy')?.metrics.p50ProcessingTimeMs).toBeCloseTo(200, -1);
  });

  it('shows one unreadable queue as such and goes on with the others', async () => {
    engine.queueStates.set('good', { ...emptyState('good'), waiting: 1 });
    engine.queueStates.set('bad', emptyState('bad'));
    engine.unreadable.add('bad');
    const monitor = start('a');
    await seconds(6);
    expect(queue(monitor, 'good')?.status).toBe('healthy');
    expect(queue(monitor, 'bad')?.issues).toEqual(['Cannot be read: wrong kind of value']);
  });

  it('keeps serving its last snapshot, marked, while the engine is away, and recovers by itself', async () => {
    engine.queueStates.set('email', emptyState('email'));
    const monitor = start('a');
    await seconds(6);
    const before = monitor.current();
    engine.away = true;
    await seconds(30);
    expect(monitor.current()?.timestamp).toEqual(before?.timestamp);
    expect(monitor.current()?.status.engine).toMatchObject({ healthy: false, message: 'the engine is away' });
    engine.away = false;
    await seconds(10);
    expect(monitor.current()?.status.engine.healthy).toBe(true);
    expect(monitor.current()?.seq).toBeGreaterThan(before?.seq ?? 0);
  });

  it('passes on what should be changed about the engine, on every replica', async () => {
    engine.warnings = ['maxmemory-policy is allkeys-lru: Redis may drop jobs. Set it to noeviction.'];
    const leader = start('a');
    const replica = start('b');
    await seconds(15);
    expect(leader.current()?.status.engine.warnings).toEqual(engine.warnings);
    expect(replica.current()?.status.engine.warnings).toEqual(engine.warnings);
  });

  it('has one leader; the replica serves the same numbers', async () => {
    engine.queueStates.set('email', { ...emptyState('email'), waiting: 4 });
    const first = start('a');
    const second = start('b');
    await seconds(12);
    expect([first.health().role, second.health().role]).toEqual(['leader', 'replica']);
    expect(second.current()?.queues).toEqual(JSON.parse(JSON.stringify(first.current()?.queues)));
    expect(second.current()?.status).toMatchObject({ instanceId: 'b', leader: 'a' });
  });

  it('is taken over within ten seconds when the leader vanishes, without losing a count', async () => {
    engine.queueStates.set('email', emptyState('email'));
    engine.leaseHolder = null;
    const first = start('a');
    await seconds(6);
    work(100);
    await seconds(6);
    expect(queue(first, 'email')?.metrics.completedTotal).toBe(100);
    // A leader that is killed releases nothing: its lease runs out.
    const killed = { ...(engine.leaseHolder ?? { holder: '', epoch: 0, untilMs: 0 }) };
    const stopping = first.stop();
    await seconds(6);
    await stopping;
    engine.leaseHolder = { ...killed, untilMs: Date.now() + 6_000 };
    work(130);
    const second = start('b');
    await seconds(10);
    expect(second.health().role).toBe('leader');
    expect(queue(second, 'email')?.metrics.completedTotal).toBe(130);
    // Of the jobs that ran between the leaders the times are not known; the others' are kept.
    const { counts, sumMs } = second.published()?.tallies?.email?.processing ?? emptyFolded;
    expect([counts[1], sumMs]).toEqual([100, 1_000]);
    expect(second.published()?.ticks?.counts.reduce((sum, count) => sum + count)).toBeGreaterThan(1);
    expect(queue(second, 'email')?.metrics.jobsPerMinute).toBeGreaterThan(0);
  });

  it('shows no counter before the engine holds it, or a successor could show a smaller one', async () => {
    engine.queueStates.set('email', emptyState('email'));
    const monitor = start('a');
    await seconds(6);
    work(100);
    await seconds(5);
    engine.snapshots.publish = async () => {
      throw new Error('the engine is away');
    };
    work(150);
    await seconds(5);
    expect(queue(monitor, 'email')?.metrics.completedTotal).toBe(150);
    expect(monitor.published()?.totals.email?.completed).toBe(100);
  });

  it('stops writing at once when it finds itself fenced', async () => {
    engine.queueStates.set('email', emptyState('email'));
    const monitor = start('a');
    await seconds(6);
    const seq = engine.published?.seq;
    engine.leaseHolder = { holder: 'other', epoch: 99, untilMs: Date.now() + 60_000 };
    await seconds(20);
    expect(engine.published?.seq).toBe(seq);
    expect(monitor.health().role).toBe('replica');
  });

  it('writes ten-second points and rolls them up by the minute', async () => {
    engine.queueStates.set('email', { ...emptyState('email'), waiting: 5 });
    start('a');
    await seconds(6);
    for (let tick = 1; tick <= 30; tick++) {
      work(tick * 10);
      await seconds(5);
    }
    const fine = engine.points.get('email/10000') ?? [];
    expect(fine.length).toBeGreaterThanOrEqual(14);
    expect(fine.at(-1)).toMatchObject({ waiting: 5, finished: 20 });
    const minutes = engine.points.get('email/60000') ?? [];
    expect(minutes.length).toBeGreaterThanOrEqual(2);
    expect(minutes.at(-1)?.finished).toBe(120);
    expect(engine.points.get(`${SYSTEM_SERIES}/60000`)?.at(-1)).toMatchObject({ waiting: 5, finished: 120 });
  });

  it('stops counting a worker that was killed within ten seconds, and keeps its counts', async () => {
    engine.queueStates.set('email', emptyState('email'));
    const monitor = start('a');
    await seconds(6);
    work(100);
    await seconds(6);
    expect(queue(monitor, 'email')?.workers?.ready).toBe(1);
    await seconds(10);
    expect(queue(monitor, 'email')?.workers?.ready).toBe(0);
    expect(monitor.current()?.workers.totalWorkers).toBe(0);
    expect(queue(monitor, 'email')?.metrics.completedTotal).toBe(100);
  });

  it('loses no slot of history to an engine that was away when it closed', async () => {
    engine.queueStates.set('email', { ...emptyState('email'), waiting: 5 });
    start('a');
    await seconds(6);
    const append = engine.metrics.append;
    engine.metrics.append = () => Promise.reject(new Error('no room'));
    await seconds(40);
    engine.metrics.append = append;
    await seconds(20);
    const slots = (engine.points.get('email/10000') ?? []).map(({ atMs }) => atMs);
    expect(slots.length).toBeGreaterThanOrEqual(5);
    slots.slice(1).forEach((atMs, index) => {
      expect(atMs - (slots[index] ?? 0)).toBe(10_000);
    });
  });

  it('sees jobs arrive that pile up while all workers are dead', async () => {
    engine.queueStates.set('email', emptyState('email'));
    const monitor = start('a');
    await seconds(6);
    work(10);
    await seconds(5);
    engine.reportsById.clear();
    await seconds(10);
    engine.queueStates.set('email', { ...emptyState('email'), waiting: 120 });
    await seconds(6);
    expect(queue(monitor, 'email')?.metrics.arrivalsPerMinute).toBeGreaterThanOrEqual(120);
  });

  it('assigns the wanted workers to the hosts that run workers', async () => {
    joinHost('a', { email: 2 });
    joinHost('b', { email: 2 });
    start('a');
    await seconds(6);
    expect(engine.assignment).toEqual({ email: { a: 1, b: 1 } });
  });

  it('assigns by the bounds of the policies, and again as soon as they are edited', async () => {
    joinHost('a', { email: 1, pay: 4 });
    const settings = new SettingsCache({ settings: new MemorySettings() });
    await settings.put('scaling/pay', { maxWorkers: 2 });
    start('a', { settings });
    await seconds(6);
    expect(engine.assignment).toEqual({ email: { a: 1 }, pay: { a: 2 } });
    const ticks = engine.calls.get('publish');
    await settings.put('scaling/email', { minWorkers: 3 });
    await vi.advanceTimersByTimeAsync(1);
    expect(engine.assignment).toEqual({ email: { a: 3 }, pay: { a: 2 } });
    expect(engine.calls.get('publish')).toBe(ticks);
    await seconds(5);
    expect(engine.calls.get('publish')).toBe((ticks ?? 0) + 1);
  });

  it('keeps the fleet as it is when the leader has no configuration of its own, or no host answers for a moment', async () => {
    engine.assignment = { email: { b: 2 } };
    joinHost('b', { email: 2 });
    start('leader-without-configuration');
    await seconds(6);
    expect(engine.assignment).toEqual({ email: { b: 2 } });
    engine.hosts = [];
    await seconds(30);
    expect(engine.assignment).toEqual({ email: { b: 2 } });
  });

  it('gives the workers of a host that is gone to another, but not of one that is late', async () => {
    joinHost('a', { email: 2 });
    joinHost('b', { email: 2 });
    start('a');
    await seconds(6);
    engine.hosts = engine.hosts.filter(({ instanceId }) => instanceId === 'a');
    await seconds(6);
    expect(engine.assignment).toEqual({ email: { a: 1, b: 1 } });
    await seconds(12);
    expect(engine.assignment).toEqual({ email: { a: 2 } });
  });

  it('leads as an observer only while no control plane that steers is there', async () => {
    engine.queueStates.set('email', emptyState('email'));
    const observer = start('observer', { steers: false });
    await seconds(6);
    expect(observer.health().role).toBe('leader');
    joinHost('b', {});
    const steering = start('b');
    await seconds(12);
    expect([observer.health().role, steering.health().role]).toEqual(['replica', 'leader']);
    expect(observer.current()?.queues).toHaveLength(1);
  });

  it('does for a queue without its workers what BullMQ leaves to workers, and for no other', async () => {
    engine.queueStates.set('ours', { ...emptyState('ours'), delayed: 1 });
    engine.queueStates.set('idle', emptyState('idle'));
    engine.queueStates.set('foreign', { ...emptyState('foreign'), delayed: 1 });
    joinHost('a', { ours: 1, idle: 1 });
    start('a');
    await seconds(6);
    expect(new Set(engine.tended)).toEqual(new Set(['ours']));
  });

  it('changes nothing when it only observes', async () => {
    engine.queueStates.set('ours', { ...emptyState('ours'), delayed: 1, active: 1 });
    start('a', { steers: false });
    await seconds(20);
    expect(engine.tended).toEqual([]);
    expect(engine.calls.get('assign')).toBeUndefined();
  });

  it('costs the engine the same number of calls whatever the number of queues', async () => {
    for (let index = 0; index < 300; index++) engine.queueStates.set(`q${index}`, emptyState(`q${index}`));
    start('a');
    await seconds(6);
    engine.calls.clear();
    await seconds(5);
    expect(engine.calls.get('readStates')).toBe(1);
    expect(engine.calls.get('readReports')).toBe(1);
    expect([...engine.calls.values()].reduce((sum, count) => sum + count, 0)).toBeLessThan(25);
  });
});
