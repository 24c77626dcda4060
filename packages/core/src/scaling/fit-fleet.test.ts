import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type FleetWish, fitFleet } from './fit-fleet.js';
import { decide, loadOf } from './testing/scaling-scenario.js';

const wish = (queueName: string, current: number, target: number, part: Partial<FleetWish> = {}): FleetWish => ({
  queueName,
  verdict: { ...decide({ load: loadOf({ currentWorkers: current }) }), targetWorkers: target },
  minWorkers: 0,
  workerMB: 100,
  priority: 1,
  ...part,
});
const fitted = (wishes: readonly FleetWish[], budgetMB: number) =>
  Object.fromEntries([...fitFleet(wishes, budgetMB)].map(([name, { targetWorkers }]) => [name, targetWorkers]));

describe('a fleet on a memory budget', () => {
  it('is left as it is where it fits', () => {
    const wishes = [wish('mail', 1, 3), wish('pdf', 2, 1)];
    expect([...fitFleet(wishes, 400).values()]).toEqual(wishes.map(({ verdict }) => verdict));
  });

  it('grows by priority, in turn among equals, and says what was cut', () => {
    const wishes = [wish('a', 1, 9, { priority: 2 }), wish('b', 1, 5), wish('c', 1, 5)];
    expect(fitted(wishes, 1_300)).toEqual({ a: 9, b: 2, c: 2 });
    const cut = fitFleet(wishes, 1_300).get('b');
    expect(cut?.evidence.clampedBy.at(-1)).toMatchObject({ by: 'host_memory', from: 5, to: 2 });
    expect(cut?.reason).toMatch(
      /^2 workers instead of 5: at 100 MB a worker, the hosts' 1300 MB have no place for more/,
    );
  });

  it('serves the least of every queue before more of any', () => {
    expect(fitted([wish('a', 0, 9, { priority: 2 }), wish('b', 0, 2, { minWorkers: 2 })], 400)).toEqual({ a: 2, b: 2 });
  });

  it('gives up the lowest priority first when the budget shrinks', () => {
    const wishes = [wish('a', 5, 5, { priority: 2 }), wish('b', 5, 5, { minWorkers: 1 })];
    expect(fitted(wishes, 700)).toEqual({ a: 5, b: 2 });
    expect(fitted(wishes, 400)).toEqual({ a: 3, b: 1 });
    expect(fitted(wishes, 0)).toEqual({ a: 0, b: 0 });
  });

  it('is never larger than the budget, nor larger than wanted', () => {
    const member = fc.record({
      now: fc.nat(9),
      to: fc.nat(9),
      min: fc.nat(3),
      mb: fc.integer({ min: 1, max: 400 }),
      at: fc.nat(3),
    });
    fc.assert(
      fc.property(fc.array(member, { maxLength: 8 }), fc.nat(5_000), (members, budgetMB) => {
        const wishes = members.map(({ now, to, min, mb, at }, index) =>
          wish(`q${index}`, now, to, { minWorkers: Math.min(min, to), workerMB: mb, priority: at }),
        );
        const targets = fitted(wishes, budgetMB);
        const usedMB = wishes.reduce((sum, { queueName, workerMB }) => sum + (targets[queueName] ?? 0) * workerMB, 0);
        expect(usedMB).toBeLessThanOrEqual(budgetMB);
        for (const { queueName, verdict } of wishes) {
          expect(targets[queueName]).toBeLessThanOrEqual(verdict.targetWorkers);
        }
      }),
    );
  });
});
