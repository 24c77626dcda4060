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
 * kept until they have cost a few start-ups, and then the fleet goes down to what was enough on
 * the mean of that time. It needs no forecast, and costs at most a constant times what a plan that
 * knows the future would (Gandhi et al., "Optimality analysis of energy-performance trade-off for
 * server farm management", 2010, on delayed-off). Each recent turn shows that the load comes back,
 * and makes the next way down dearer.
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
  const priceMs = priceOf(load, history.turnsMs ?? [], startUpMs, tuning);
  if (current <= enough) return { workers: current, paidMs: 0, priceMs, looked: 0 };
  let paidMs = (current - enough) * lookMs;
  let sum = enough;
  let looked = 0;
  let laterMs = load.nowMs;
  for (let index = history.decisions.length - 1; index >= 0 && paidMs < priceMs; index--) {
    const decision = history.decisions[index];
    if (decision === undefined) break;
    const surplus = Math.min(current, decision.targetWorkers) - decision.enough;
    if (surplus <= 0) break;
    looked += 1;
    sum += decision.enough;
    paidMs += surplus * Math.max(0, Math.min(2 * lookMs, laterMs - decision.atMs));
    laterMs = decision.atMs;
  }
  const goal = Math.max(enough, Math.ceil(sum / (looked + 1) - 1e-9));
  const settleMs = Math.max(tuning.settleFloorMs, tuning.settleStartUps * startUpMs);
  const settled = load.nowMs - (history.lastUpMs ?? Number.NEGATIVE_INFINITY) >= settleMs;
  const step = current - goal;
  const goes = paidMs >= priceMs && settled && step >= Math.max(1, tuning.smallestStepDown * current);
  return { workers: goes ? goal : current, paidMs, priceMs, looked: looked + 1 };
}

function priceOf(load: QueueLoad, turnsMs: readonly number[], startUpMs: number, tuning: ScalingTuning): number {
  let recentTurns = 0;
  for (const turnMs of turnsMs) recentTurns += Math.exp((turnMs - load.nowMs) / tuning.turnMemoryMs);
  return (
    Math.max(tuning.surplusFloorMs, tuning.surplusStartUps * startUpMs) *
    Math.min(tuning.mostTurnPrice, tuning.turnPrice ** recentTurns) *
    Math.max(1, tuning.surplusFleetShare * load.currentWorkers)
  );
}
