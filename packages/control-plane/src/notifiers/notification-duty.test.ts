import { Fault, type Fence } from '@drover/core';
import { beforeEach, describe, expect, it } from 'vitest';
import { MemoryRecords } from '../testing/memory-records.js';
import { DeliveryFailed } from './notifier.js';
import { AlertRig, FakeNotifier, TestTime } from './testing/alert-rig.js';

const first: Fence = { name: 'monitor', epoch: 1 };
const second: Fence = { name: 'monitor', epoch: 2 };

let time: TestTime;
let epoch: number;
let away: boolean;
let records: MemoryRecords;
let ops: FakeNotifier;
let rig: AlertRig;
beforeEach(() => {
  [time, epoch, away] = [new TestTime(), 1, false];
  records = new MemoryRecords(async (_call, fence) => {
    if (away) throw new Fault('engine_unavailable', 'away');
    if (fence && fence.epoch < epoch) throw new Fault('fenced', 'another leader took over');
  });
  ops = new FakeNotifier('ops');
  rig = new AlertRig(records, time, [ops]);
});

const toldStamp = () =>
  (records.all('alerts.notifiers')[0]?.value as { toldStamp: number } | undefined)?.toldStamp ?? 0;

describe('a notifier', () => {
  it('hears of an alert once, and once that it is over', async () => {
    await rig.tick(30, { email: 2_000 }, first);
    expect(ops.told()).toEqual(['fired email warning']);
    await rig.tick(30, { email: 0 }, first);
    expect(ops.told()).toEqual(['fired email warning', 'resolved email warning']);
    await rig.tick(100, { email: 0 }, first);
    expect(ops.received).toHaveLength(2);
  });

  it('that is away gets the same message until it has it, less and less often, then what happened meanwhile in one', async () => {
    ops.failure = new DeliveryFailed('It answered 500.');
    await rig.tick(10, { email: 2_000 }, first);
    await rig.tick(60, { email: 2_000, video: 9_000 }, first);
    await rig.tick(20, { email: 0, video: 9_000 }, first);
    expect(records.all('alerts.notifiers')).toMatchObject([
      { value: { lastError: 'It answered 500.', outgoing: { message: { counts: { fired: 1 } } } } },
    ]);
    // A try at every tick would be 80.
    expect(ops.attempts).toBeLessThan(10);
    ops.failure = null;
    await rig.tick(100, { email: 0, video: 9_000 }, first);
    expect(ops.told()).toEqual(['fired email warning', 'fired video critical, resolved email warning']);
  });

  it('is left alone for as long as it asks', async () => {
    ops.failure = new DeliveryFailed('It answered 429.', { retryAfterMs: 120_000 });
    await rig.tick(7, { email: 2_000 }, first);
    ops.failure = null;
    await rig.tick(23, { email: 2_000 }, first);
    expect(ops.received).toEqual([]);
    await rig.tick(1, { email: 2_000 }, first);
    expect(ops.received).toHaveLength(1);
  });

  it('that hangs keeps neither ticks nor other notifiers waiting, and gets nothing twice', async () => {
    const other = new FakeNotifier('other');
    rig = new AlertRig(records, time, [ops, other]);
    ops.hold();
    await rig.tick(40, { email: 2_000 }, first, false);
    expect(other.told()).toEqual(['fired email warning']);
    ops.release();
    await rig.duty.idle();
    await rig.tick(40, { email: 2_000 }, first);
    expect(ops.told()).toEqual(['fired email warning']);
  });

  it('hears nothing twice when the engine goes away just as its message arrives', async () => {
    ops.hold();
    await rig.tick(7, { email: 2_000 }, first, false);
    away = true;
    ops.release();
    await rig.duty.idle();
    await expect(rig.tick(3, { email: 2_000 }, first)).rejects.toMatchObject({ code: 'engine_unavailable' });
    away = false;
    await rig.tick(30, { email: 2_000 }, first);
    expect(ops.told()).toEqual(['fired email warning']);
    expect(records.all('alerts.notifiers')).toMatchObject([{ value: { outgoing: null, lastError: null } }]);
  });

  it('loses nothing to a change of leaders, at whatever tick it comes', async () => {
    for (let before = 1; before <= 24; before++) {
      records = new MemoryRecords(async () => undefined);
      ops = new FakeNotifier('ops');
      const story = [...Array<number>(12).fill(2_000), ...Array<number>(12).fill(0)];
      const leaders = [new AlertRig(records, time, [ops]), new AlertRig(records, time, [ops])] as const;
      for (const [at, count] of story.entries()) {
        const [leader, fence] = at < before ? [leaders[0], first] : [leaders[1], second];
        await leader.tick(1, { email: count }, fence);
      }
      await leaders[1].tick(40, { email: 0 }, second);
      expect({ before, told: ops.told() }).toSatisfy(
        ({ told }: { told: string[] }) =>
          told.join() === 'fired email warning,resolved email warning' ||
          // A pending alert that waits once more under the new leader may be over before it fires.
          (told.length === 0 && records.all('alerts.history').length === 0),
      );
    }
  });

  it('gets the message of a leader that was killed in the middle once more: later, under the same id, as a repeat', async () => {
    ops.hold();
    await rig.tick(7, { email: 2_000 }, first, false);
    expect(ops.attempts).toBe(1);
    epoch = 2;
    const next = new FakeNotifier('ops');
    const successor = new AlertRig(records, time, [next]);
    // The receiver may be about to answer: a second message now would meet the first on its way.
    await successor.tick(5, { email: 2_000 }, second);
    expect(next.attempts).toBe(0);
    ops.release();
    await rig.duty.idle();
    await successor.tick(3, { email: 2_000 }, second);
    expect([ops, next].map(({ received }) => received.map(({ id, repeat }) => ({ id, repeat })))).toEqual([
      [{ id: ops.received[0]?.id, repeat: false }],
      [{ id: ops.received[0]?.id, repeat: true }],
    ]);
    await successor.tick(30, { email: 2_000 }, second);
    expect(next.received).toHaveLength(1);
  });

  it('gets as a repeat what it took without an answer, and not what it refused', async () => {
    ops.failure = new DeliveryFailed('It answered 500.', { status: 500 });
    await rig.tick(4, { email: 2_000 }, first);
    ops.failure = null;
    ops.mute = true;
    await rig.tick(3, { email: 2_000 }, first);
    ops.mute = false;
    await rig.tick(20, { email: 2_000 }, first);
    expect(ops.received.map(({ repeat }) => repeat)).toEqual([false, true]);
  });

  it('with nothing to hear keeps up, so that a new leader need not look back', async () => {
    await rig.tick(1, { email: 0 }, first);
    const toldBefore = toldStamp();
    time.ms += 3_600_000;
    await rig.tick(1, { email: 0 }, first);
    expect(toldStamp()).toBeGreaterThanOrEqual(toldBefore + 3_600_000);
    await rig.tick(30, { email: 2_000 }, first);
    await rig.tick(30, { email: 0 }, first);
    expect(ops.told()).toEqual(['fired email warning', 'resolved email warning']);
  });

  it('that was added hears of all that fires already', async () => {
    await rig.tick(30, { email: 2_000 }, first);
    const chat = new FakeNotifier('chat');
    epoch = 2;
    await new AlertRig(records, time, [ops, chat]).tick(10, { email: 2_000 }, second);
    expect(chat.told()).toEqual(['fired email warning']);
    expect(ops.received).toHaveLength(1);
  });

  it('is told by nobody who no longer leads', async () => {
    await rig.tick(4, { email: 2_000 }, first);
    epoch = 2;
    await expect(rig.tick(5, { email: 2_000 }, first)).rejects.toMatchObject({ code: 'fenced' });
    expect(ops.received).toEqual([]);
  });
});
