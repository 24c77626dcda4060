import type { Random } from '../seeded-random.js';

export type PaymentMode = 'normal' | 'slow' | 'broken';

/** What happens to one request to the payment service. */
export interface PaymentFate {
  /** `reply-lost`: the charge is made, and the caller never learns it. The case that idempotency keys are for. */
  readonly outcome: 'answered' | 'refused' | 'reply-lost' | 'unavailable' | 'silent';
  readonly latencyMs: number;
}

const medianLatencyMs = 250;
/** Of the logarithm: about one request in a hundred takes four times the median. */
const latencySigma = 0.6;
const slowFactor = 15;
/** How long a silent request is held: longer than any caller waits. */
const silenceMs = 20_000;

/** Draws a request's fate. */
export function drawFate(mode: PaymentMode, random: Random): PaymentFate {
  const latencyMs = Math.round(random.logNormal(medianLatencyMs, latencySigma));
  if (mode === 'broken') {
    return random.chance(0.25)
      ? { outcome: 'silent', latencyMs: silenceMs }
      : { outcome: 'unavailable', latencyMs: Math.min(latencyMs, 200) };
  }
  const dice = random.next();
  const outcome = dice < 0.012 ? 'unavailable' : dice < 0.016 ? 'reply-lost' : 'answered';
  return { outcome, latencyMs: mode === 'slow' ? latencyMs * slowFactor : latencyMs };
}
