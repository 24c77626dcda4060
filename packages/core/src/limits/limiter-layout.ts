import { encodeName } from '../fleet/layout.js';
import { type LimiterRequest, MAX_LIMITER_BATCH } from '../ports/rate-limiter-store.js';
import { largestWeight, limitsInOrder } from './limiter-windows.js';

/**
 * Where limiters are kept. Workers take from them and the control plane reads them, in
 * packages that do not know each other, so names and arguments live in one place.
 *
 * Redis: one hash per limiter, so that a Cluster has it in one slot. PostgreSQL: one row per
 * limiter and one per closed entry, behind functions in Drover's schema.
 */
export const limiterKey = (prefix: string, name: string): string => `${prefix}:limiter:{${encodeName(name)}}`;

/** PostgreSQL functions, within Drover's schema. */
export const limiterFunctions = {
  acquire: 'limiter_acquire',
  release: 'limiter_release',
  penalize: 'limiter_penalize',
} as const;

/** Counters are kept so long after the last use: longer than the longest window is needed. */
export const LIMITER_IDLE_MS = 172_800_000;

/** No service sends a caller away for longer. */
export const MAX_PENALTY_MS = 86_400_000;

/** Refuses what no engine could ever grant; a call that waits for it would wait for ever. */
export function checkLimiterRequest({ name, windows, weights }: LimiterRequest): void {
  if (weights.length === 0 || weights.length > MAX_LIMITER_BATCH) {
    throw new RangeError(`a call asks for 1 to ${MAX_LIMITER_BATCH} weights, not ${weights.length}`);
  }
  const largest = largestWeight(windows);
  for (const weight of weights) {
    if (Number.isInteger(weight) && weight >= 1 && weight <= largest) continue;
    throw new RangeError(`the limiter ${name} grants whole weights from 1 to ${largest}, not ${weight}`);
  }
}

/** Limits in order, `''` for none: Redis takes text. */
export function limitArguments(windows: LimiterRequest['windows']): readonly (number | '')[] {
  return limitsInOrder(windows).map((limit) => limit ?? '');
}
