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

export function estimateTraffic(samples: readonly ScalingSample[], nowMs: number, tuning: ScalingTuning): Traffic {
  return { arrivalsPerMs: recentRate(samples, tuning), ...recentService(samples, nowMs, tuning) };
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
 * Jobs per millisecond over the longest window whose newest 1, 2, 4 and 8 samples agree with the
 * whole: a change shows within two samples, and a steady rate is known from all of the window.
 * Arrivals are taken as Poisson: a count of n over t has a rate's standard error of sqrt(rate / t).
 */
function recentRate(
  samples: readonly ScalingSample[],
  { rateWindowMs, riseErrors, fallErrors }: ScalingTuning,
): number {
  let arrivals = 0;
  let spanMs = 0;
  const newest: { readonly arrivals: number; readonly spanMs: number }[] = [];
  for (let taken = 1; taken <= samples.length && spanMs < rateWindowMs; taken++) {
    const sample = samples[samples.length - taken];
    if (sample === undefined) break;
    const wider = arrivals + sample.arrivals;
    const widerMs = spanMs + sample.spanMs;
    if (widerMs <= 0) continue;
    const rate = wider / widerMs;
    const floor = Math.max(rate, 1 / widerMs);
    const agrees = newest.every((part) => {
      const off = part.arrivals / part.spanMs - rate;
      const error = Math.sqrt(floor * Math.max(0, 1 / part.spanMs - 1 / widerMs));
      return off <= riseErrors * error && -off <= fallErrors * error;
    });
    if (!agrees) break;
    arrivals = wider;
    spanMs = widerMs;
    if (spanMs > 0 && (taken === 1 || taken === 2 || taken === 4 || taken === 8)) newest.push({ arrivals, spanMs });
  }
  return spanMs > 0 ? arrivals / spanMs : 0;
}
