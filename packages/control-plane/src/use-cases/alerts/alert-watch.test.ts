import { Fault, type Fence, type FiringAlert } from '@drover/core';
import { beforeEach, expect, it } from 'vitest';
import { AlertRig, TestTime } from '../../notifiers/testing/alert-rig.js';
import { MemoryRecords } from '../../testing/memory-records.js';
import { AlertsService } from './alerts-service.js';

const fence: Fence = { name: 'monitor', epoch: 1 };

let time: TestTime;
let failures: string[];
let calls: string[];
let beforeWrite: () => Promise<void>;
let records: MemoryRecords;
let rig: AlertRig;
let service: AlertsService;
beforeEach(() => {
  [time, failures, calls] = [new TestTime(), [], []];
  beforeWrite = async () => undefined;
  records = new MemoryRecords(async (call) => {
    calls.push(call);
    if (call === 'records.write') await beforeWrite();
    if (failures.includes(call)) throw new Fault('engine_unavailable', 'away');
  });
  rig = new AlertRig(records, time);
  service = new AlertsService({
    records,
    snapshot: () => null,
    topics: { publish: () => undefined },
    nowMs: time.nowMs,
  });
});

const firing = () => records.all('alerts.active').map(({ value }) => value as FiringAlert);

it('stores an alert when it fires and when it changes, and reads once a tick otherwise', async () => {
  await rig.tick(5, { email: 2_000 }, fence);
  expect(firing()).toMatchObject([{ queueName: 'email', kind: 'queue_depth', severity: 'warning' }]);
  calls.length = 0;
  await rig.tick(10, { email: 2_100 }, fence);
  expect(calls).toEqual(Array.from({ length: 10 }, () => 'records.query'));
});

it('moves an alert that resolves into the history, in one write', async () => {
  await rig.tick(5, { email: 2_000 }, fence);
  const [alert] = firing();
  await rig.tick(7, { email: 0 }, fence);
  expect(firing()).toEqual([]);
  expect(records.all('alerts.history')).toMatchObject([
    { id: alert?.id, subject: 'email', value: { resolvedBecause: 'cleared', resolvedAtMs: time.ms } },
  ]);
});

it('tells the live stream of each step', async () => {
  await rig.tick(5, { email: 2_000 }, fence);
  await rig.tick(6, { email: 9_000 }, fence);
  await rig.tick(8, { email: 0 }, fence);
  expect(rig.events.map(({ type }) => type)).toEqual(['alert.fired', 'alert.raised', 'alert.resolved']);
});

it('judges anew when somebody acknowledges between its reading and its writing', async () => {
  await rig.tick(5, { email: 2_000 }, fence);
  const [alert] = firing();
  await rig.tick(4, { email: 9_000 }, fence);
  beforeWrite = async () => {
    beforeWrite = async () => undefined;
    await service.acknowledge(alert?.id ?? '', 'ada');
  };
  await rig.tick(1, { email: 9_000 }, fence);
  expect(firing()).toMatchObject([{ severity: 'critical', acknowledged: null }]);
  expect(firing()[0]?.events.map(({ what }) => what)).toEqual(['fired', 'acknowledged', 'raised']);
});

it('has one alert, not two, when the answer to its write was lost', async () => {
  await rig.tick(4, { email: 2_000 }, fence);
  const write = records.write.bind(records);
  records.write = async (changes, by) => {
    await write(changes, by);
    records.write = write;
    throw new Fault('engine_timeout', 'the answer never came');
  };
  await rig.tick(10, { email: 2_000 }, fence);
  expect(firing()).toHaveLength(1);
});

it('keeps what fires through an outage, and shows it meanwhile', async () => {
  await rig.tick(5, { email: 2_000 }, fence);
  failures = ['records.query', 'records.write', 'records.get'];
  const shown = await rig.watch.watch([], time.ms, fence);
  expect(shown.map(({ queueName }) => queueName)).toEqual(['email']);
  expect(rig.watch.standing()).toBeNull();
  failures = [];
  await rig.tick(3, { email: 2_000 }, fence);
  expect(firing()).toHaveLength(1);
});

it('writes a storm in parts, each of whole alerts', async () => {
  const storm = Object.fromEntries(Array.from({ length: 450 }, (_, at) => [`q${at}`, 2_000]));
  await rig.tick(5, storm, fence);
  expect(firing()).toHaveLength(450);
  calls.length = 0;
  await rig.tick(7, Object.fromEntries(Object.keys(storm).map((name) => [name, 0])), fence);
  expect(calls.filter((call) => call === 'records.write')).toHaveLength(3);
  expect(firing()).toEqual([]);
  expect(records.all('alerts.history')).toHaveLength(450);
});

it('goes on beside a record that is no alert, and a queue whose name cannot be stored', async () => {
  const record = { kind: 'put', collection: 'alerts.active', id: 'x', subject: '', atMs: 0 } as const;
  await records.write([{ ...record, value: { kind: 'of a later version' } }]);
  await rig.tick(5, { email: 2_000, 'broken\0': 2_000, ['x'.repeat(600)]: 2_000 }, fence);
  const stored = records.all('alerts.active').map(({ subject }) => subject);
  expect(stored).toEqual(['email', '']);
});

it('forgets history after 30 days', async () => {
  await rig.tick(5, { email: 2_000 }, fence);
  await rig.tick(7, { email: 0 }, fence);
  time.ms += 29 * 86_400_000;
  await rig.tick(1, { email: 0 }, fence);
  expect(records.all('alerts.history')).toHaveLength(1);
  time.ms += 2 * 86_400_000;
  await rig.tick(1, { email: 0 }, fence);
  expect(records.all('alerts.history')).toEqual([]);
});
