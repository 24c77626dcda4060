import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FleetAssignment } from '../ports/fleet.js';
import { HOST_GONE_AFTER_MS, HostAbsence } from './host-absence.js';
import { desiredWorkers, planAssignment, sameAssignment } from './plan-assignment.js';

const host = (instanceId: string, wants: Record<string, number>, runsWorkers = true) => ({
  instanceId,
  wants,
  runsWorkers,
});
const none = new Set<string>();
const total = (counts: Readonly<Record<string, number>> | undefined) =>
  Object.values(counts ?? {}).reduce((sum, count) => sum + count, 0);

describe('planAssignment', () => {
  it('gives a single host everything', () => {
    expect(planAssignment([host('a', { email: 2, pay: 1 })], none, {})).toEqual({ email: { a: 2 }, pay: { a: 1 } });
  });

  it('spreads single workers of many queues over the hosts', () => {
    const wants = { a: 1, b: 1, c: 1, d: 1 };
    const plan = planAssignment([host('x', wants), host('y', wants)], none, {});
    expect(Object.values(plan).reduce((sum, counts) => sum + (counts.x ?? 0), 0)).toBe(2);
  });

  it('goes by the bounds of a policy before what the hosts are configured for', () => {
    const hosts = [host('a', { email: 2, pay: 3, sms: 1 })];
    const bounds: Record<string, object> = {
      email: { minWorkers: 4 },
      pay: { maxWorkers: 1 },
      other: { minWorkers: 9 },
    };
    const before = planAssignment(hosts, none, {});
    const plan = planAssignment(
      hosts,
      none,
      before,
      desiredWorkers(hosts, (queueName) => bounds[queueName] ?? {}),
    );
    expect(plan).toEqual({ email: { a: 4 }, pay: { a: 1 }, sms: { a: 1 } });
    expect(planAssignment(hosts, none, plan)).toEqual(before);
  });

  it('leaves workers where they are when a host joins', () => {
    const before = planAssignment([host('a', { email: 4 })], none, {});
    expect(planAssignment([host('a', { email: 4 }), host('b', { email: 4 })], none, before)).toEqual({
      email: { a: 4, b: 0 },
    });
  });

  it('moves the workers of a dead host to the living', () => {
    const before = planAssignment([host('a', { email: 4 }), host('b', { email: 4 })], none, {});
    expect(before).toEqual({ email: { a: 2, b: 2 } });
    expect(planAssignment([host('b', { email: 4 })], none, before)).toEqual({ email: { b: 4 } });
  });

  it('leaves a host that has not answered for a moment its share', () => {
    const before = { email: { a: 2, b: 2 } };
    expect(planAssignment([host('b', { email: 4 })], new Set(['a']), before)).toEqual(before);
  });

  it('changes nothing while no host answers', () => {
    const before = { email: { a: 2 } };
    expect(planAssignment([], none, before)).toEqual(before);
  });

  it('keeps the fleet when a host without workers or configuration is present', () => {
    const replica = host('serves', {}, false);
    expect(planAssignment([replica, host('a', { email: 2 })], none, { email: { a: 2 } })).toEqual({ email: { a: 2 } });
    expect(planAssignment([replica], new Set(['a']), { email: { a: 2 } })).toEqual({ email: { a: 2 } });
  });

  it('gives a queue only to hosts that know how to run it, and as many as the most demanding asks for', () => {
    const plan = planAssignment([host('old', { email: 1 }), host('new', { email: 3, tax: 2 })], none, {});
    expect(plan.tax).toEqual({ new: 2 });
    expect(total(plan.email)).toBe(3);
  });

  it('starts no worker where its memory is not there, and takes a host that has it', () => {
    const hosts = [host('a', { big: 0, small: 0 }), host('b', { big: 0, small: 0 })];
    const needMB: Record<string, number> = { big: 60, small: 30 };
    const budgetMB: Record<string, number> = { a: 100, b: 70 };
    const takenMB = (instanceId: string, assigned: FleetAssignment) =>
      Object.entries(assigned).reduce(
        (sum, [name, counts]) => sum + (counts[instanceId] ?? 0) * (needMB[name] ?? 0),
        0,
      );
    const plan = planAssignment(hosts, none, {}, { big: 3, small: 3 }, (instanceId, name, assigned) => {
      return takenMB(instanceId, assigned) + (needMB[name] ?? 0) <= (budgetMB[instanceId] ?? 0);
    });
    expect(plan).toEqual({ big: { a: 1, b: 1 }, small: { a: 1, b: 0 } });
  });

  it('stops a queue that no configuration names any more', () => {
    expect(planAssignment([host('a', { email: 1 })], none, { email: { a: 1 }, old: { a: 3 } })).toEqual({
      email: { a: 1 },
    });
  });

  it('assigns exactly what is wanted, whatever came before, and then holds still', () => {
    const wants = fc.dictionary(fc.constantFrom('q1', 'q2', 'q3'), fc.nat(20));
    const hosts = fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd'), { minLength: 1 });
    const counts = fc.dictionary(fc.constantFrom('a', 'b', 'z'), fc.nat(20));
    const previous = fc.dictionary(fc.constantFrom('q1', 'q2', 'q3'), counts);
    fc.assert(
      fc.property(wants, hosts, previous, (wanted, ids, before) => {
        const present = ids.map((id) => host(id, wanted));
        const plan = planAssignment(present, none, before);
        for (const [queueName, count] of Object.entries(desiredWorkers(present))) {
          expect(total(plan[queueName])).toBe(count);
        }
        expect(sameAssignment(planAssignment(present, none, plan), plan)).toBe(true);
      }),
    );
  });
});

describe('HostAbsence', () => {
  it('waits for a late host and gives up a dead one', () => {
    const absence = new HostAbsence();
    expect([...absence.lingering(['a', 'b'], new Set(['b']), 0)]).toEqual(['a']);
    expect([...absence.lingering(['a', 'b'], new Set(['b']), HOST_GONE_AFTER_MS - 1)]).toEqual(['a']);
    expect([...absence.lingering(['a', 'b'], new Set(['b']), HOST_GONE_AFTER_MS)]).toEqual([]);
  });

  it('starts anew when the host spoke, or when nobody could', () => {
    const absence = new HostAbsence();
    absence.lingering(['a'], none, 0);
    absence.lingering(['a'], new Set(['a']), 9_000);
    expect([...absence.lingering(['a'], none, 12_000)]).toEqual(['a']);
    absence.forgive();
    expect([...absence.lingering(['a'], none, 60_000)]).toEqual(['a']);
  });
});

describe('sameAssignment', () => {
  it('does not mind the order of keys', () => {
    expect(sameAssignment({ b: { y: 1, x: 2 }, a: {} }, { a: {}, b: { x: 2, y: 1 } })).toBe(true);
    expect(sameAssignment({ a: { x: 1 } }, { a: { x: 2 } })).toBe(false);
  });
});
