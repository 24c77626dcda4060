import { drawNormal, drawPoisson, type Random, seededRandom } from './random.js';
import type { ArrivalTrace, ServiceTimes } from './simulation.js';

export interface SimulatedJobs {
  /** When each arrives, ascending, from the start of the trace. */
  readonly arrivalMs: Float64Array;
  readonly serviceMs: Float64Array;
  readonly durationMs: number;
}

/** Jobs of a trace: each at a random instant of its step, whole counts as they are, fractions by Poisson. */
export function drawJobs(trace: ArrivalTrace, service: ServiceTimes, seed: number): SimulatedJobs {
  const random = seededRandom(seed);
  const drawServiceMs = serviceSampler(service, seededRandom(seed + 1));
  const arrivals: number[] = [];
  for (const [step, expected] of trace.arrivals.entries()) {
    const count = Number.isInteger(expected) ? expected : drawPoisson(random, expected);
    for (let job = 0; job < count; job++) arrivals.push((step + random()) * trace.spanMs);
  }
  const arrivalMs = Float64Array.from(arrivals).sort();
  return { arrivalMs, serviceMs: arrivalMs.map(drawServiceMs), durationMs: trace.arrivals.length * trace.spanMs };
}

function serviceSampler(service: ServiceTimes, random: Random): () => number {
  if ('histogram' in service) return histogramSampler(service.histogram, random);
  const { meanMs, cv = 1 } = service;
  if (cv === 0) return () => meanMs;
  const variance = Math.log(1 + cv * cv);
  const [centre, width] = [Math.log(meanMs) - variance / 2, Math.sqrt(variance)];
  return () => Math.exp(centre + width * drawNormal(random));
}

function histogramSampler(bars: readonly { readonly ms: number; readonly count: number }[], random: Random) {
  const total = bars.reduce((sum, { count }) => sum + count, 0);
  return () => {
    let left = random() * total;
    for (const { ms, count } of bars) {
      left -= count;
      if (left < 0) return ms;
    }
    return bars.at(-1)?.ms ?? 0;
  };
}
