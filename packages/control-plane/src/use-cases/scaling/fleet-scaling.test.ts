import { defaultMemoryLimits, defaultRetention, defaultThresholds, Fault, replayScaling } from '@drover/core';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { MemorySettings } from '../../http/testing/memory-stores.js';
import { type Monitor, startMonitor } from '../../monitor/monitor.js';
import { MemoryEngine } from '../../testing/memory-engine.js';
import { SettingsCache } from '../settings-cache.js';
import { createScaling, type Scaling } from './create-scaling.js';
import type { StoredDecision } from './scaling-history.js';
import { SimulatedFleet } from './testing/simulated-fleet.js';

const START = Date.UTC(2026, 10, 23, 12, 0, 0);
const OBJECTIVE = { objective: { waitMs: 5_000 }, cooldownSeconds: { scaleUp: 0, scaleDown: 0 } };

let engine: MemoryEngine;
let fleet: SimulatedFleet;
let settings: SettingsCache;
const running: { readonly monitor: Monitor; readonly scaling: Scaling }[] = [];

beforeEach(() => {
  vi.useFakeTimers({ now: START, toFake: ['setTimeout', 'clearTimeout', 'Date', 'performance'] });
  engine = new MemoryEngine(() => Date.now());
  fleet = new SimulatedFleet(engine);
  settings = new SettingsCache({ settings: new MemorySettings() });
});
afterEach(async () => {
  const stopped = running.splice(0).map(({ monitor }) => monitor.stop());
  await vi.advanceTimersByTimeAsync(10_000);
  await Promise.all(stopped);
  vi.useRealTimers();
});

function start(instanceId = 'a') {
  const scaling = createScaling({
    engine,
    settings,
    topics: { publish: () => undefined },
    nowMs: () => Date.now(),
    tickMs: 5_000,
    configured: new Map(),
  });
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
    steers: true,
    scaling: scaling.fleet,
  });
  const plane = { monitor, scaling };
  running.push(plane);
  return plane;
}

/** Lets time pass; `perSecond` jobs come in meanwhile. */
async function pass(spanMs: number, queueName?: string, perSecond = 0): Promise<void> {
  for (let at = 0; at < spanMs; at += SimulatedFleet.stepMs) {
    const before = Math.floor((at * perSecond) / 1_000);
    const jobs = Math.floor(((at + SimulatedFleet.stepMs) * perSecond) / 1_000) - before;
    if (queueName && jobs > 0) fleet.add(queueName, jobs);
    fleet.step();
    await vi.advanceTimersByTimeAsync(SimulatedFleet.stepMs);
  }
}

const assigned = (queueName = 'mail') =>
  Object.values(engine.assignment[queueName] ?? {}).reduce((sum, count) => sum + count, 0);
const history = (queueName = 'mail') =>
  engine.records
    .all('scaling.history')
    .filter(({ subject }) => subject === queueName)
    .sort((a, b) => a.atMs - b.atMs)
    .map(({ value }) => value as StoredDecision);
const counted = (queueName = 'mail') =>
  history(queueName)
    .filter(({ executed }) => executed)
    .map(({ currentWorkers, targetWorkers }) => `${currentWorkers}>${targetWorkers}`);

describe('the fleet of a queue', () => {
  it('grows when more comes than it can do, keeps the objective, and shrinks by itself', async () => {
    await settings.put('scaling/mail', OBJECTIVE);
    fleet.join('a', { mail: {} });
    start();
    await pass(60_000, 'mail', 1);
    expect(assigned()).toBe(1);
    fleet.waitsMs.length = 0;
    await pass(120_000, 'mail', 8);
    expect(assigned()).toBeGreaterThanOrEqual(4);
    const late = fleet.waitsMs.filter((waitMs) => waitMs > 10_000).length;
    expect(late / fleet.waitsMs.length).toBeLessThan(0.1);
    await pass(400_000, 'mail', 1);
    expect(assigned()).toBeLessThanOrEqual(2);
    const steps = counted();
    expect(steps[0]).toBe('0>1');
    // Each entry begins where the one before it ended.
    for (const [index, step] of steps.entries()) {
      if (index > 0) expect(step.split('>')[0]).toBe(steps[index - 1]?.split('>')[1]);
    }
  });

  it('tells of each change whether it was reached, and from what it can be made again', async () => {
    await settings.put('scaling/mail', OBJECTIVE);
    fleet.join('a', { mail: {} });
    start();
    await pass(30_000, 'mail', 1);
    await pass(60_000, 'mail', 9);
    const told = history();
    expect(told.length).toBeGreaterThan(1);
    expect(told[1]?.outcome).toMatchObject({ reached: true });
    for (const { question, action, targetWorkers, reason, evidence } of told) {
      const stored = JSON.parse(JSON.stringify(question));
      const again = replayScaling(stored);
      expect({ ...again, evidence: JSON.parse(JSON.stringify(again.evidence)) }).toMatchObject({
        action,
        targetWorkers,
        reason,
        evidence: JSON.parse(JSON.stringify(evidence)),
      });
      expect(JSON.stringify(question).length).toBeLessThan(16_000);
    }
  });

  it('says of workers that do not come that they did not', async () => {
    fleet.join('a', { mail: { minWorkers: 0 } });
    fleet.startUpMs = 1e9;
    start();
    await pass(10_000);
    fleet.add('mail', 5);
    await pass(90_000);
    expect(history()[0]).toMatchObject({ action: 'scale_up', outcome: { reached: false, reason: expect.any(String) } });
  });

  it('is zero while nothing is to do, and wakes by the event of its first job', async () => {
    fleet.join('a', { mail: { minWorkers: 0 } });
    start();
    await pass(12_000);
    expect([assigned(), [...engine.watched]]).toEqual([0, [['mail', 1]]]);
    fleet.add('mail', 1);
    engine.tellDemand('mail');
    await vi.advanceTimersByTimeAsync(1);
    expect(assigned()).toBeGreaterThan(0);
    expect(engine.watched.has('mail')).toBe(false);
    await pass(3_000);
    expect(fleet.waitsMs[0]).toBeLessThan(fleet.startUpMs + 500);
    await pass(320_000);
    expect(assigned()).toBe(0);
    expect(counted()[0]).toMatch(/^0>/);
    expect(counted().at(-1)).toMatch(/>0$/);
  });

  it('is there before a delayed job comes due, and stays while a job runs', async () => {
    fleet.join('a', { mail: { minWorkers: 0 } });
    start();
    await pass(12_000);
    const dueAtMs = Date.now() + 60_000;
    const state = engine.queueStates.get('mail');
    if (state) engine.queueStates.set('mail', { ...state, delayed: 1 });
    engine.dueAtMs.set('mail', [dueAtMs]);
    await pass(40_000);
    expect(assigned()).toBe(0);
    await pass(19_900);
    expect(fleet.ready('mail')).toBe(1);
    engine.dueAtMs.clear();
    const due = engine.queueStates.get('mail');
    if (due) engine.queueStates.set('mail', { ...due, delayed: 0 });
    fleet.serviceMs = 600_000;
    fleet.add('mail', 1);
    await pass(500_000);
    expect(assigned()).toBe(1);
  });

  it('is looked at between two ticks where a tick counts, and only then', async () => {
    await settings.put('scaling/quick', { objective: { waitMs: 3_000 } });
    fleet.join('a', { quick: {}, slow: {} });
    start();
    await pass(12_000);
    expect([...engine.watched.keys()]).toEqual(['quick']);
  });
});

describe('people', () => {
  it('hold a fleet, within a second, until they said', async () => {
    fleet.join('a', { mail: { maxWorkers: 4 } });
    start();
    await pass(12_000);
    await settings.put('scaling-hold/mail', {
      ...{ workers: 3, untilMs: Date.now() + 60_000, reason: 'a sale', by: 'ada', sinceMs: Date.now() },
    });
    await vi.advanceTimersByTimeAsync(1);
    expect(assigned()).toBe(3);
    expect(history().at(-1)).toMatchObject({ reason: expect.stringContaining('ada holds it at 3 workers') });
    await pass(55_000);
    expect(assigned()).toBe(3);
    await pass(300_000);
    expect(assigned()).toBe(1);
  });

  it('see in a dry run what would be done, and nothing is', async () => {
    await settings.put('scaling/mail', { ...OBJECTIVE, mode: 'dry_run' });
    fleet.join('a', { mail: {} });
    start();
    await pass(60_000, 'mail', 8);
    expect([assigned(), counted()]).toEqual([1, ['0>1']]);
    expect(history().filter(({ dryRun }) => dryRun)[0]).toMatchObject({ action: 'scale_up', executed: false });
    expect(history().length).toBeLessThan(15);
  });

  it('switch the scaler off', async () => {
    await settings.put('scaling/mail', { ...OBJECTIVE, mode: 'off' });
    fleet.join('a', { mail: { minWorkers: 2 } });
    start();
    await pass(60_000, 'mail', 10);
    expect([assigned(), counted()]).toEqual([2, ['0>2']]);
  });
});

describe('the memory of hosts', () => {
  it('is never oversold: the queue with the larger priority grows, and the other says why it does not', async () => {
    for (const name of ['checkout', 'reports']) await settings.put(`scaling/${name}`, OBJECTIVE);
    fleet.rssMB = 200;
    fleet.join('a', { checkout: { priority: 10 }, reports: {} }, { workerBudgetMB: 1_500 });
    start();
    await pass(20_000);
    for (let second = 0; second < 90; second++) {
      fleet.add('checkout', 7);
      fleet.add('reports', 7);
      await pass(1_000);
      expect((assigned('checkout') + assigned('reports')) * 250).toBeLessThanOrEqual(1_500);
    }
    expect(assigned('checkout')).toBeGreaterThan(assigned('reports'));
    const cut = history('reports').find(({ evidence }) => evidence?.clampedBy.some(({ by }) => by === 'host_memory'));
    expect(cut?.reason).toMatch(/memory/);
  });

  it('has a place for a queue’s first worker before another’s next, whatever their priority', async () => {
    for (const name of ['checkout', 'reports']) await settings.put(`scaling/${name}`, OBJECTIVE);
    fleet.rssMB = 200;
    fleet.join('a', { checkout: { priority: 10 }, reports: { minWorkers: 0 } }, { workerBudgetMB: 800 });
    start();
    await pass(20_000, 'checkout', 1);
    fleet.add('reports', 1);
    await pass(15_000, 'checkout', 12);
    expect([assigned('reports'), assigned('checkout')]).toEqual([1, 2]);
  });

  it('does not keep a policy from its smallest fleet where no budget is set', async () => {
    fleet.join('a', { mail: { minWorkers: 6 } }, { totalMemoryMB: 512, freeMemoryMB: 100 });
    start();
    await pass(12_000);
    expect(assigned()).toBe(6);
  });
});

describe('another leader', () => {
  it('goes on after one that died between writing a step down and taking it, and tells it once', async () => {
    await settings.put('scaling/mail', OBJECTIVE);
    fleet.join('a', { mail: {} });
    const first = start('a');
    await pass(30_000, 'mail', 1);
    const { assign } = engine.fleet;
    const died = vi.spyOn(engine.fleet, 'assign').mockRejectedValue(new Fault('engine_unavailable', 'killed'));
    await pass(6_000, 'mail', 9);
    expect(died).toHaveBeenCalled();
    expect(assigned()).toBe(1);
    void first.monitor.stop();
    if (engine.leaseHolder) engine.leaseHolder = { ...engine.leaseHolder, untilMs: 0 };
    died.mockRestore();
    expect(engine.fleet.assign).toBe(assign);
    running.splice(0, 1);
    start('b');
    await pass(20_000, 'mail', 9);
    expect(assigned()).toBeGreaterThan(2);
    const steps = counted();
    expect(new Set(steps).size).toBe(steps.length);
    expect(steps.at(-1)?.endsWith(`>${assigned()}`)).toBe(true);
  });

  it('knows the past: it neither forgets the rate nor acts on nothing', async () => {
    await settings.put('scaling/mail', OBJECTIVE);
    fleet.join('a', { mail: {} });
    start('a');
    await pass(120_000, 'mail', 8);
    const before = assigned();
    const [plane] = running.splice(0, 1);
    void plane?.monitor.stop();
    start('b');
    await pass(30_000, 'mail', 8);
    expect(Math.abs(assigned() - before)).toBeLessThanOrEqual(1);
  });

  it('knows with its first look of a rush that began while nobody led', async () => {
    await settings.put('scaling/mail', OBJECTIVE);
    fleet.join('a', { mail: {} });
    start('a');
    await pass(60_000, 'mail', 1);
    const [plane] = running.splice(0, 1);
    void plane?.monitor.stop();
    await pass(6_000, 'mail', 12);
    const { scaling } = start('b');
    let verdict = scaling.fleet.verdicts.get('mail');
    for (let steps = 0; verdict === undefined && steps < 50; steps++) {
      await pass(SimulatedFleet.stepMs, 'mail', 12);
      verdict = scaling.fleet.verdicts.get('mail');
    }
    expect(verdict?.evidence.arrivalsPerSecond).toBeGreaterThan(6);
  });
});

it('asks the engine for nothing more in a tick of a thousand queues that nobody runs', async () => {
  for (let index = 0; index < 1_000; index++) {
    engine.queueStates.set(`q${index}`, {
      ...{ queueName: `q${index}`, waiting: 1, prioritized: 0, active: 0, delayed: 1, completed: 0, failed: 0 },
      ...{ waitingChildren: 0, paused: false, oldestWaitingMs: 5 },
    });
  }
  start();
  await vi.advanceTimersByTimeAsync(12_000);
  expect([engine.calls.get('countDue'), engine.calls.get('records.write')]).toEqual([undefined, undefined]);
});
