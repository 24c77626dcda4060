import type { ScalingSample } from './scaling-history.js';
import type { ScalingTuning } from './scaling-tuning.js';

/** What arrives and what it costs, as the newest samples show it. */
export interface Traffic {
  readonly arrivalsPerMs: number;
  /** `null` before a job finished. */
  readonly serviceMs: number | null;
  readonly variation: number;
  readonly completions: number;
}

/** Above this a few very long jobs in the window would rule the estimate. */
const MOST_VARIATION = 16;
const TRUSTED_COMPLETIONS = 20;
const SETTLED_SPAN_MS = 120_000;

/** `startUpMs`: how long help takes, over which the rate will be extrapolated. */
export function estimateTraffic(
  samples: readonly ScalingSample[],
  nowMs: number,
  startUpMs: number,
  tuning: ScalingTuning,
): Traffic {
  return { arrivalsPerMs: recentRate(samples, startUpMs, tuning), ...recentService(samples, nowMs, tuning) };
}

function recentService(
  samples: readonly ScalingSample[],
  nowMs: number,
  { serviceJobs, serviceWindowMs }: ScalingTuning,
): Omit<Traffic, 'arrivalsPerMs'> {
  let completions = 0;
  let sum = 0;
  let squares = 0;
  for (let index = samples.length - 1; index >= 0; index--) {
    const sample = samples[index];
    if (sample === undefined) break;
    const ageMs = nowMs - sample.atMs;
    if (ageMs > serviceWindowMs && completions >= TRUSTED_COMPLETIONS) break;
    completions += sample.completions;
    sum += sample.serviceMs;
    squares += sample.serviceMsSquared;
    if (completions >= serviceJobs && ageMs > SETTLED_SPAN_MS) break;
  }
  if (completions === 0) return { serviceMs: null, variation: 1, completions };
  const serviceMs = Math.max(sum / completions, 1e-3);
  const variation = completions > 5 ? squares / completions / serviceMs ** 2 - 1 : 1;
  return { serviceMs, variation: Math.max(0, Math.min(MOST_VARIATION, variation)), completions };
}

/**
 * Jobs per millisecond over the longest window whose newest 1, 2, 4, 8, ... samples agree with the
 * whole: a change shows within two samples, and a steady rate is known from all of the window.
 * Arrivals are taken as Poisson: a count of n over t has a rate's standard error of sqrt(rate / t).
 */
function recentRate(samples: readonly ScalingSample[], startUpMs: number, tuning: ScalingTuning): number {
  const { rateWindowMs, riseErrors, fallErrors } = tuning;
  const whole = { arrivals: 0, spanMs: 0 };
  const agreeing = { arrivals: 0, spanMs: 0 };
  let stillAgrees = true;
  const newest: Count[] = [];
  for (let taken = 1; taken <= samples.length && whole.spanMs < rateWindowMs; taken++) {
    const sample = samples[samples.length - taken];
    if (sample === undefined) break;
    whole.arrivals += sample.arrivals;
    whole.spanMs += sample.spanMs;
    stillAgrees &&= newest.every((part) => agrees(part, whole, riseErrors, fallErrors));
    if (!stillAgrees) continue;
    agreeing.arrivals = whole.arrivals;
    agreeing.spanMs = whole.spanMs;
    if (isPowerOfTwo(taken)) newest.push({ ...whole });
  }
  return tempered(agreeing, whole, startUpMs * tuning.priorStartUps, tuning.priorErrors);
}

interface Count {
  readonly arrivals: number;
  readonly spanMs: number;
}

function agrees(part: Count, whole: Count, riseErrors: number, fallErrors: number): boolean {
  const rate = whole.arrivals / whole.spanMs;
  const floor = Math.max(rate, 1 / whole.spanMs);
  const off = part.arrivals / part.spanMs - rate;
  const error = Math.sqrt(floor * Math.max(0, 1 / part.spanMs - 1 / whole.spanMs));
  return off <= riseErrors * error && -off <= fallErrors * error;
}

/**
 * A rate seen for a few seconds regresses to that of the minutes before, and help that takes long
 * is asked for on the strength of it: the longer the start-up, the more the former rate counts,
 * as if seen for `priorMs` more. A change far beyond chance is believed at once.
 */
function tempered(newest: Count, before: Count, priorMs: number, priorErrors: number): number {
  if (before.spanMs <= 0) return 0;
  const rate = before.arrivals / before.spanMs;
  const expected = rate * newest.spanMs;
  const errors = (newest.arrivals - expected) / Math.sqrt(expected + 1);
  const weightMs = priorMs / (1 + (errors / priorErrors) ** 2);
  return (newest.arrivals + weightMs * rate) / (newest.spanMs + weightMs);
}

const isPowerOfTwo = (count: number): boolean => (count & (count - 1)) === 0;
