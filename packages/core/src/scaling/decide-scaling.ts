import { applyGuards } from './apply-guards.js';
import { assessDemand, type Demand } from './assess-demand.js';
import { estimateTraffic, type Traffic } from './estimate-traffic.js';
import { atObservedPace } from './observe-pace.js';
import { planShrink, type Shrink } from './plan-shrink.js';
import type { ScalingPolicy } from './policy.js';
import type { QueueLoad } from './queue-load.js';
import { crossedThresholds, objectiveOf } from './read-thresholds.js';
import type { ScalingHistory } from './scaling-history.js';
import { defaultScalingTuning, type ScalingTuning } from './scaling-tuning.js';
import type { ScalingConfidence, ScalingVerdict, ScalingVote } from './scaling-verdict.js';
import { burstVote, demandVote, surplusVote, verdictReason } from './verdict-words.js';

/** All that a decision goes by: the same question has the same answer. */
export interface ScalingQuestion {
  readonly policy: ScalingPolicy;
  readonly load: QueueLoad;
  readonly history: ScalingHistory;
  readonly tuning?: ScalingTuning;
}

const TRUSTED_COMPLETIONS = 20;

/**
 * How many workers a queue shall have, and why.
 *
 * Below `need` the objective is about to be missed: the fleet goes to `enough` at once. Above
 * `enough` there is surplus: it goes down when the surplus has paid for it. In between nothing
 * moves. What the policy, a person, or a bottleneck elsewhere forbids is held back last.
 */
export function decideScaling({
  policy,
  load,
  history,
  tuning = defaultScalingTuning,
}: ScalingQuestion): ScalingVerdict {
  const objectiveMs = objectiveOf(policy);
  const startUpMs = load.startUpMs ?? tuning.assumedStartUpMs;
  const seen = estimateTraffic(history.samples, load.nowMs, startUpMs, tuning);
  const traffic = atObservedPace(seen, load, history, startUpMs, tuning);
  const demand = assessDemand(load, history, traffic, objectiveMs, tuning);
  const shrink = planShrink(load, history, demand.enough, startUpMs, tuning);
  const votes = collectVotes(policy, load, demand, shrink, objectiveMs, history.samples.length > 0);

  const current = load.currentWorkers;
  const most = Math.max(...votes.map(({ workers }) => workers));
  const wish = most > current ? most : shrink.workers;
  const { targetWorkers, clampedBy, cooldownLeftMs } = applyGuards({ wish, policy, load, history, tuning });
  const verdict: Omit<ScalingVerdict, 'reason'> = {
    action: targetWorkers > current ? 'scale_up' : targetWorkers < current ? 'scale_down' : 'maintain',
    targetWorkers,
    currentWorkers: current,
    evidence: {
      arrivalsPerSecond: traffic.arrivalsPerMs * 1_000,
      serviceMs: traffic.serviceMs,
      serviceVariation: traffic.variation,
      offeredLoad: demand.offeredLoad,
      need: demand.need,
      enough: demand.enough,
      predictedWaitMs: demand.predictedWaitMs,
      objectiveMs,
      votes,
      clampedBy,
      cooldownLeftMs,
      confidence: confidenceIn(traffic, history),
    },
  };
  return { ...verdict, reason: verdictReason(verdict, wish, load) };
}

function collectVotes(
  { scaleUpThreshold }: ScalingPolicy,
  load: QueueLoad,
  demand: Demand,
  shrink: Shrink,
  objectiveMs: number,
  isKnown: boolean,
): ScalingVote[] {
  const current = load.currentWorkers;
  const votes: ScalingVote[] = [demandVote(load, demand, objectiveMs), surplusVote(load, demand, shrink, isKnown)];
  if (demand.burst) votes.push(burstVote(load, demand, demand.burst));
  for (const { field, why } of crossedThresholds(load, scaleUpThreshold)) {
    // One step at a time: what is starting has yet to show what it changes.
    votes.push({ rule: field, workers: load.startingWorkers > 0 ? current : current + 1, why });
  }
  return votes;
}

function confidenceIn({ completions }: Traffic, { samples }: ScalingHistory): ScalingConfidence {
  if (samples.length === 0 || completions === 0) return { level: 'none', completions };
  return { level: completions < TRUSTED_COMPLETIONS ? 'low' : 'good', completions };
}
