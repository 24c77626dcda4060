import type { ActuatorTrouble, FleetObservation, ScaleOutcome } from '@drover/core';

/** When to ask again where the platform did not say. */
const RETRY_MS = 5_000;

export const nothingKnown: FleetObservation = { desired: null, ready: null, startUpMs: null, trouble: null };

export function trouble(code: ActuatorTrouble['code'], message: string): ActuatorTrouble {
  return { code, message };
}

/** What came of an order that met trouble: troubles that pass are worth another try. */
export function outcomeOf(met: ActuatorTrouble, retryAfterMs: number | null = null): ScaleOutcome {
  if (met.code !== 'busy' && met.code !== 'unavailable') return { kind: 'refused', trouble: met };
  return { kind: 'unavailable', trouble: met, retryAfterMs: retryAfterMs ?? RETRY_MS };
}

export const superseded: ScaleOutcome = {
  kind: 'refused',
  trouble: trouble('fenced', 'A later leader decides for this queue; this order is dropped.'),
};
