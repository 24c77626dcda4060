import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planAssignment } from './plan-assignment.js';

const host = (instanceId: string, runsWorkers = true) => ({ instanceId, runsWorkers });
const total = (counts: Readonly<Record<string, number>> | undefined) =>
  Object.values(counts ?? {}).reduce((sum, count) => sum + count, 0);

describe('planAssignment', () => {
  it('gives a single host everything', () => {
    expect(planAssignment({ email: 2, pay: 1 }, [host('a')], {})).toEqual({ email: { a: 2 }, pay: { a: 1 } });
  });

  it('spreads single workers of many queues over the hosts', () => {
    const plan = planAssignment({ a: 1, b: 1, c: 1, d: 1 }, [host('x'), host('y')], {});
    const onX = Object.values(plan).reduce((sum, counts) => sum + (counts.x ?? 0), 0);
    expect(onX).toBe(2);
  });

  it('leaves workers where they are when a host joins', () => {
    const before = planAssignment({ email: 4 }, [host('a')], {});
    expect(planAssignment({ email: 4 }, [host('a'), host('b')], before)).toEqual({ email: { a: 4, b: 0 } });
  });

  it('moves the workers of a dead host to the living', () => {
    const before = planAssignment({ email: 4 }, [host('a'), host('b')], {});
    expect(before).toEqual({ email: { a: 2, b: 2 } });
    expect(planAssignment({ email: 4 }, [host('b')], before)).toEqual({ email: { b: 4 } });
  });

  it('gives nothing to replicas that only serve', () => {
    expect(planAssignment({ email: 2 }, [host('a', false), host('b')], {})).toEqual({ email: { b: 2 } });
  });

  it('assigns exactly what is wanted, whatever came before', () => {
    const hosts = fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd'), { minLength: 1 });
    const desired = fc.dictionary(fc.constantFrom('q1', 'q2', 'q3'), fc.nat(20));
    const previous = fc.dictionary(
      fc.constantFrom('q1', 'q2', 'q3'),
      fc.dictionary(fc.constantFrom('a', 'b', 'z'), fc.nat(20)),
    );
    fc.assert(
      fc.property(desired, hosts, previous, (wanted, ids, before) => {
        const plan = planAssignment(
          wanted,
          ids.map((id) => host(id)),
          before,
        );
        for (const [queueName, count] of Object.entries(wanted)) expect(total(plan[queueName])).toBe(count);
        expect(
          planAssignment(
            wanted,
            ids.map((id) => host(id)),
            plan,
          ),
        ).toEqual(plan);
      }),
    );
  });
});
