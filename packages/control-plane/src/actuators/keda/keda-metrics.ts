import { Fault } from '@drover/core';
import { isSame } from './scaler-calls.js';
import type { ScalingTargets } from './scaling-targets.js';

/**
 * For KEDA's trigger `metrics-api`: `{"value": workers}` to whoever shows the token. Faults as
 * the targets do, and with `unauthenticated`.
 */
export function createKedaMetrics(targets: ScalingTargets, token: string) {
  return async (queueName: string, authorization: string | null): Promise<{ value: number }> => {
    if (!isSame(authorization ?? '', `Bearer ${token}`)) {
      throw new Fault('unauthenticated', 'Send the token of actuators.keda as a bearer token.');
    }
    return { value: await targets.workers(queueName) };
  };
}

export type KedaMetrics = ReturnType<typeof createKedaMetrics>;
