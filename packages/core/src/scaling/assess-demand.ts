import type { Traffic } from './estimate-traffic.js';
import { type ExpectedBurst, expectBurst } from './expect-burst.js';
import type { QueueLoad } from './queue-load.js';
import type { PastDecision, ScalingHistory } from './scaling-history.js';
import type { ScalingTuning } from './scaling-tuning.js';
import { workersForTail } from './wait-formula.js';

/** How many workers the jobs ask for. Between `need` and `enough` nothing has to move. */
export interface Demand {
  /** Workers that the arriving jobs keep busy (Little's law). */
  readonly offeredLoad: number;
  readonly need: number;
  readonly enough: number;
  readonly predictedWaitMs: number;
  readonly burst: ExpectedBurst | null;
}

/** Starting workers whose request is not remembered are taken to be nearly as far from ready as a new one. */
const UNKNOWN_START_SHARE = 0.9;

export function assessDemand(
  load: QueueLoad,
  history: ScalingHistory,
  traffic: Traffic,
  objectiveMs: number,
  tuning: ScalingTuning,
): Demand {
  const slots = load.slotsPerWorker;
  const serviceMs = traffic.serviceMs ?? tuning.assumedServiceMs;
  const startUpMs = load.startUpMs ?? tuning.assumedStartUpMs;
  const rate = load.paused ? 0 : traffic.arrivalsPerMs;
  const waiting = load.paused ? 0 : load.depth + load.dueSoon;
  const offeredLoad = (rate * serviceMs) / slots;
  const drainMs = tuning.drainShare * objectiveMs;

  // Worker-time that stands in the queue when a worker asked for now would be ready.
  const sooner = doneByStarting(load, history.decisions, startUpMs, history.samples.at(-1)?.spanMs ?? 0);
  // Where help comes in time, what was not foreseen is met at the next look.
  const helpMs = startUpMs + (history.samples.at(-1)?.spanMs ?? 0);
  const inTime = helpMs <= drainMs + 1e-6;
  const caution = inTime ? 0 : tuning.caution;
  const arriving = rate * startUpMs;
  const spread = Math.sqrt((arriving + waiting) * (1 + traffic.variation)) * (serviceMs / slots);
  const meanMs = (waiting * serviceMs) / slots + (offeredLoad - load.readyWorkers) * startUpMs - sooner;
  const backlogMs = Math.max(0, meanMs + caution * spread);

  const burst = load.paused ? null : expectBurst(history.series, load.nowMs, startUpMs, tuning);
  const forBurst = burst === null ? 0 : offeredLoad + (burst.jobs * serviceMs) / slots / (tuning.burstLeadMs + drainMs);

  // More workers than jobs, here or due before the backlog is gone, can't help.
  const useful = Math.ceil((waiting + load.active + rate * (startUpMs + drainMs)) / slots);
  // Of nothing to do, rounding up makes a zero with a minus sign.
  const wanted = Math.max(0, Math.ceil(Math.max(backlogMs / drainMs, forBurst) - 1e-9));
  const need = Math.min(Math.max(useful, Math.ceil(forBurst)), wanted);
  const steady = workersForTail(
    offeredLoad * slots,
    slots,
    tuning.waitShare * objectiveMs,
    serviceMs,
    traffic.variation,
    inTime ? tuning.tailOnDemand : tuning.tail,
  );
  const predictedWaitMs = Math.max(0, meanMs) / Math.max(1, load.currentWorkers);
  return { offeredLoad, need, enough: Math.max(need, steady), predictedWaitMs, burst };
}

/** How long after it was asked for a worker may still be starting. */
export const startMemoryMs = (startUpMs: number, lookMs: number): number => 1.3 * startUpMs + lookMs;

/** Worker-time that starting workers give before one asked for now would: those asked for earlier are ready earlier. */
function doneByStarting(
  load: QueueLoad,
  decisions: readonly PastDecision[],
  startUpMs: number,
  lookMs: number,
): number {
  let unknown = load.startingWorkers;
  let sooner = 0;
  for (let index = decisions.length - 1; index >= 0 && unknown > 0; index--) {
    const decision = decisions[index];
    if (decision === undefined) break;
    const ageMs = load.nowMs - decision.atMs;
    if (ageMs > startMemoryMs(startUpMs, lookMs)) break;
    if (decision.action !== 'scale_up') continue;
    const asked = Math.min(unknown, decision.targetWorkers - decision.currentWorkers);
    unknown -= asked;
    sooner += asked * Math.min(startUpMs, ageMs);
  }
  return sooner + unknown * startUpMs * UNKNOWN_START_SHARE;
}
