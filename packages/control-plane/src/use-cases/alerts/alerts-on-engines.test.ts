import type { Engine, Fence, FiringAlert } from '@drover/core';
import { describeEngines } from '@drover/testkit';
import { beforeEach, expect, it } from 'vitest';
import { AlertRig, FakeNotifier, TestTime } from '../../notifiers/testing/alert-rig.js';
import { loadFiring } from './alert-records.js';
import { AlertsService, type HistoryWish } from './alerts-service.js';

const all: HistoryWish = {
  limit: 100,
  cursor: undefined,
  sinceMs: undefined,
  untilMs: undefined,
  queueName: undefined,
  severity: undefined,
  kind: undefined,
};

/** What alerts stand on, where it may differ by engine: versions, fences, moves, pages. */
describeEngines('alerts', (_kind, open) => {
  let leader: Engine;
  let replica: Engine;
  let time: TestTime;
  let ops: FakeNotifier;
  let service: AlertsService;
  beforeEach(async () => {
    const opened = await open();
    leader = opened.engine;
    replica = await opened.replica();
    time = new TestTime();
    ops = new FakeNotifier('ops');
    const topics = { publish: () => undefined };
    service = new AlertsService({ records: replica.records, snapshot: () => null, topics, nowMs: time.nowMs });
  });

  const lead = async (engine: Engine, holder: string): Promise<Fence> => {
    const grant = await engine.lease.acquire('monitor', holder, 60_000);
    if (!grant) throw new Error(`${holder} cannot lead`);
    return { name: grant.name, epoch: grant.epoch };
  };
  const firing = async (): Promise<FiringAlert[]> => (await loadFiring(leader.records)).map(({ value }) => value);

  it('go on under another leader: the same alert, acknowledged, told once, resolved once', async () => {
    const first = new AlertRig(leader.records, time, [ops]);
    const firstFence = await lead(leader, 'one');
    await first.tick(10, { 'a/b ü%': 2_000 }, firstFence);
    const [alert] = await firing();
    await service.acknowledge(alert?.id ?? '', 'ada');

    await leader.lease.release('monitor', 'one');
    const second = new AlertRig(replica.records, time, [ops]);
    const secondFence = await lead(replica, 'two');
    await second.tick(10, { 'a/b ü%': 2_000 }, secondFence);
    expect(await firing()).toMatchObject([{ id: alert?.id, acknowledged: { by: 'ada' }, firedAtMs: alert?.firedAtMs }]);

    // The old leader wakes up, late: it may neither write nor tell.
    await expect(first.tick(10, { 'a/b ü%': 9_000 }, firstFence)).rejects.toMatchObject({ code: 'fenced' });

    await second.tick(30, { 'a/b ü%': 0 }, secondFence);
    expect(await firing()).toEqual([]);
    expect((await service.history(all)).alerts).toMatchObject([
      { id: alert?.id, acknowledgedBy: 'ada', resolvedBecause: 'cleared' },
    ]);
    expect(ops.told()).toEqual(['fired a/b ü% warning', 'resolved a/b ü% warning']);
  });

  it('are acknowledged once, by whoever was first, while the leader changes them', async () => {
    const rig = new AlertRig(leader.records, time);
    const fence = await lead(leader, 'one');
    await rig.tick(5, { email: 2_000 }, fence);
    const [alert] = await firing();
    const [results] = await Promise.all([
      Promise.all(Array.from({ length: 10 }, (_, at) => service.acknowledge(alert?.id ?? '', `user-${at}`))),
      rig.tick(2, { email: 2_000 }, fence),
    ]);
    expect(results.filter(({ fresh }) => fresh)).toHaveLength(1);
    expect(new Set(results.map(({ alert: { acknowledgedBy } }) => acknowledgedBy)).size).toBe(1);
  });

  it('resolve in order also while somebody acknowledges them: in one collection, never in both', async () => {
    const rig = new AlertRig(leader.records, time);
    const fence = await lead(leader, 'one');
    await rig.tick(5, Object.fromEntries(Array.from({ length: 40 }, (_, at) => [`q${at}`, 2_000])), fence);
    const ids = (await firing()).map(({ id }) => id);
    const calm = Object.fromEntries(Array.from({ length: 40 }, (_, at) => [`q${at}`, 0]));
    await rig.tick(6, calm, fence);
    await Promise.all([service.acknowledgeMany({ ids }, 'ada'), rig.tick(3, calm, fence)]);
    expect(await firing()).toEqual([]);
    expect((await service.history(all)).alerts.map(({ id }) => id).sort()).toEqual([...ids].sort());
  });

  it('page through their history by queue and range', async () => {
    const rig = new AlertRig(leader.records, time);
    const fence = await lead(leader, 'one');
    for (let round = 0; round < 5; round++) {
      await rig.tick(5, { email: 2_000, video: 9_000 }, fence);
      await rig.tick(7, { email: 0, video: 0 }, fence);
    }
    const found: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await service.history({ ...all, limit: 2, queueName: 'video', cursor });
      found.push(...page.alerts.map(({ id }) => id));
      cursor = page.nextCursor;
    } while (cursor !== undefined);
    expect(new Set(found).size).toBe(5);
    const recent = await service.history({ ...all, sinceMs: time.ms, severity: 'critical' });
    expect(recent.alerts.map(({ queueName }) => queueName)).toEqual(['video']);
  });
});
