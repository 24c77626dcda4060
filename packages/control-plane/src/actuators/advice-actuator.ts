import type { Actuator } from '@drover/core';
import { OrderBook } from './order-book.js';
import { nothingKnown, superseded } from './outcomes.js';

const advice = {
  none: 'Advice only: nobody was told. Whoever runs the workers reads the decision and acts on it.',
  keda: "KEDA reads the decision, and the HPA that it keeps acts on it: see the ScaledObject's events.",
} as const;

/**
 * Tells nobody: people, or KEDA, read the decision for themselves. How many workers there are is
 * known from the workers' own reports.
 */
export function createAdviceActuator(kind: keyof typeof advice): Actuator {
  const orders = new OrderBook();
  return {
    kind,
    observe: async () => nothingKnown,
    scale: async (queueName, order) =>
      orders.admit(queueName, order) ? { kind: 'advised', message: advice[kind] } : superseded,
  };
}
