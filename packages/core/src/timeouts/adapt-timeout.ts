import type { Histogram } from '../metrics/histogram.js';
import { effectiveTimeoutMs, type TimeoutPolicy } from './timeout-policy.js';

/** A deadline that turns out too long shrinks to half in this time, and not faster. */
export const SHRINK_HALF_LIFE_MS = 3_600_000;
/** Changes below these shares are not worth telling every worker. */
const GROW_STEP = 1.05;
const SHRINK_STEP = 0.9;
/** So many timeouts since the deadline was set, and so large a share of the attempts, are no stragglers. */
const MANY_TIMEOUTS = 3;
const MANY_TIMEOUTS_SHARE = 0.05;

export interface AdaptedTimeout {
  readonly timeoutMs: number;
  /** When it was set, wall clock. */
  readonly sinceMs: number;
}

/** Attempts of a name since its deadline was last set. */
export interface FreshAttempts {
  readonly finished: number;
  readonly timedOut: number;
}

export interface AdaptInput {
  readonly policy: TimeoutPolicy;
  /**
   * How long attempts of the name took: those that completed, and those that timed out, at
   * the deadline. Not those that failed: a service that refuses everything within a
   * millisecond would make every deadline short just before it is back.
   */
  readonly durations: Histogram;
  readonly fresh: FreshAttempts;
  /** The deadline until now; `null` before the first. */
  readonly previous: AdaptedTimeout | null;
  readonly nowMs: number;
}

/**
 * The adaptive deadline of one job name: percentile x factor, within floor and ceiling;
 * `null` while there are too few durations and there was no deadline before.
 *
 * A high percentile is the usual instant from which a call is taken for a straggler (Dean
 * and Barroso, "The Tail at Scale", 2013, hedge after the 95th); as a deadline kills, the
 * factor leaves room above it, as the multiple of the deviation does in TCP's
 * retransmission timer, whose doubling after a timeout is the third rule here (RFC 6298).
 *
 * It grows at once, by the distribution or, where that is too long to notice, by the factor
 * when one attempt in twenty times out. It shrinks to half in an hour, no faster: one quiet night
 * must not kill the busy morning.
 */
export function adaptTimeout({ policy, durations, fresh, previous, nowMs }: AdaptInput): AdaptedTimeout | null {
  const set = (timeoutMs: number): AdaptedTimeout => ({ timeoutMs, sinceMs: nowMs });
  const within = (timeoutMs: number): number => effectiveTimeoutMs(policy, Math.ceil(timeoutMs));
  const enough = durations.count >= policy.minSamples;
  const measuredMs = enough ? within((durations.quantile(policy.percentile / 100) ?? 0) * policy.factor) : null;
  if (previous === null) return measuredMs === null ? null : set(measuredMs);

  const heldMs = within(previous.timeoutMs);
  const wantedMs = Math.max(measuredMs ?? heldMs, isTooShort(fresh) ? within(heldMs * policy.factor) : 0);
  if (wantedMs >= heldMs * GROW_STEP) return set(wantedMs);
  // A clock that jumped back makes no deadline longer.
  const decay = 2 ** (-Math.max(0, nowMs - previous.sinceMs) / SHRINK_HALF_LIFE_MS);
  const shrunkMs = Math.max(wantedMs, Math.ceil(heldMs * decay));
  if (shrunkMs <= heldMs * SHRINK_STEP) return set(shrunkMs);
  // New bounds hold at once, however the deadline came about.
  return heldMs === previous.timeoutMs ? previous : set(heldMs);
}

function isTooShort({ finished, timedOut }: FreshAttempts): boolean {
  return timedOut >= MANY_TIMEOUTS && timedOut >= finished * MANY_TIMEOUTS_SHARE;
}
