import type { LimiterStanding } from '@drover/core';
import type { LimiterTotals } from './limiter-minutes.js';

export function totalsOf({ allowed, delayed, delayedMs }: LimiterStanding): LimiterTotals {
  return { allowed, delayed, delayedMs };
}

/** Counters that are smaller than they were began anew: the limiter was idle, or the engine lost it. */
export function difference(now: LimiterTotals, before: LimiterTotals): LimiterTotals {
  const anew = now.delayed < before.delayed || now.delayedMs < before.delayedMs;
  const from = anew ? { allowed: 0, delayed: 0, delayedMs: 0 } : before;
  return {
    // A release takes back what was counted a moment before; a minute with nothing else may seem negative.
    allowed: Math.max(0, now.allowed - from.allowed),
    delayed: now.delayed - from.delayed,
    delayedMs: now.delayedMs - from.delayedMs,
  };
}
