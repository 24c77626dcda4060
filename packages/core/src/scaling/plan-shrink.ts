import type { QueueLoad } from './queue-load.js';
import type { ScalingHistory } from './scaling-history.js';
import type { ScalingTuning } from './scaling-tuning.js';

/** How far the surplus of a fleet has paid for going down. */
export interface Shrink {
  /** `currentWorkers` while nothing may go. */
  readonly workers: number;
  readonly paidMs: number;
  readonly priceMs: number;
  /** How many of the newest decisions were looked at. */
  readonly looked: number;
}

/**
 * Ski rental: to take a worker away and bring it back costs its start-up, so surplus workers are
 * kept until they have cost a few start-ups, and then the fleet goes down to the most that was
 * enough in all that time. It needs no forecast, and costs at most a constant times what a plan
 * that knows the future would (Gandhi et al., "Optimality analysis of energy-performance
 * trade-off for server farm management", 2010, on delayed-off).
 */
export function planShrink(
  load: QueueLoad,
  history: ScalingHistory,
  enough: number,
  startUpMs: number,
  tuning: ScalingTuning,
): Shrink {
  const current = load.currentWorkers;
  const lookMs = history.samples.at(-1)?.spanMs ?? 0;
  const priceMs =
    Math.max(tuning.surplusFloorMs, tuning.surplusStartUps * startUpMs) *
    Math.max(1, tuning.surplusFleetShare * current);
  if (current <= enough) return { workers: current, paidMs: 0, priceMs, looked: 0 };
  let paidMs = (current - enough) * lookMs;
  let most = enough;
  let laterMs = load.nowMs;
  let looked = 0;
  for (let index = history.decisions.length - 1; index >= 0 && paidMs < priceMs; index--) {
    const decision = history.decisions[index];
    if (decision === undefined) break;
    looked += 1;
    const surplus = Math.min(current, decision.targetWorkers) - decision.enough;
    if (surplus <= 0) break;
    most = Math.max(most, decision.enough);
    paidMs += surplus * Math.max(0, Math.min(2 * lookMs, laterMs - decision.atMs));
    laterMs = decision.atMs;
  }
  const settleMs = Math.max(tuning.settleFloorMs, tuning.settleStartUps * startUpMs);
  const settled = load.nowMs - (history.lastUpMs ?? Number.NEGATIVE_INFINITY) >= settleMs;
  const step = current - most;
  const goes = paidMs >= priceMs && settled && step >= Math.max(1, tuning.smallestStepDown * current);
  return { workers: goes ? most : current, paidMs, priceMs, looked };
}
