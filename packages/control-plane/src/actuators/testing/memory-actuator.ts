import type { Actuator, ActuatorTrouble } from '@drover/core';
import { OrderBook } from '../order-book.js';
import { nothingKnown, outcomeOf, superseded, trouble } from '../outcomes.js';

export interface MemoryActuator extends Actuator {
  /** Every call meets it, until `null`. */
  fault: ActuatorTrouble['code'] | 'hangs' | null;
  /** Orders that changed a count. */
  changes: number;
  workers(queueName: string): number | null;
  setByHand(queueName: string, workers: number): void;
  /** Lets as many workers be up as were asked for. */
  settle(): void;
}

/** A platform that is no more than two numbers for each queue. */
export function createMemoryActuator(queueNames: readonly string[]): MemoryActuator {
  const fleets = new Map(queueNames.map((queueName) => [queueName, { desired: 0, ready: 0 }]));
  const orders = new OrderBook();
  const met = (): ActuatorTrouble | null => {
    if (memory.fault === null) return null;
    if (memory.fault === 'hangs') return trouble('unavailable', 'The platform did not answer within 0 s.');
    return trouble(memory.fault, `The platform is ${memory.fault}.`);
  };
  const memory: MemoryActuator = {
    kind: 'memory',
    fault: null,
    changes: 0,
    workers: (queueName) => fleets.get(queueName)?.desired ?? null,
    setByHand(queueName, workers) {
      fleets.set(queueName, { desired: workers, ready: 0 });
    },
    settle() {
      for (const fleet of fleets.values()) fleet.ready = fleet.desired;
    },
    async observe(queueName) {
      const fleet = met() === null ? fleets.get(queueName) : undefined;
      return { ...nothingKnown, ...fleet, trouble: met() };
    },
    async scale(queueName, order) {
      if (!orders.admit(queueName, order)) return superseded;
      const problem = met();
      const fleet = fleets.get(queueName);
      if (problem) return outcomeOf(problem);
      if (!fleet) return outcomeOf(trouble('not_found', `There is no fleet for the queue ${queueName}.`));
      if (fleet.desired !== order.workers) memory.changes += 1;
      fleet.desired = order.workers;
      fleet.ready = Math.min(fleet.ready, order.workers);
      return { kind: 'applied', workers: order.workers };
    },
  };
  return memory;
}
