import { countInWords, durationInWords, jobsInWords } from '../health/words.js';
import type { ScalingPolicy } from './policy.js';
import type { QueueLoad } from './queue-load.js';
import { crossedThresholds, fewestUnderThresholds } from './read-thresholds.js';
import type { ScalingHistory } from './scaling-history.js';
import type { ScalingTuning } from './scaling-tuning.js';
import type { ScalingClamp, ScalingGuard } from './scaling-verdict.js';
import { missingInWords, workersInWords } from './words.js';

export interface Guarded {
  readonly targetWorkers: number;
  readonly clampedBy: readonly ScalingClamp[];
  readonly cooldownLeftMs: { readonly up: number; readonly down: number };
}

export interface GuardQuestion {
  readonly wish: number;
  readonly policy: ScalingPolicy;
  readonly load: QueueLoad;
  readonly history: ScalingHistory;
  readonly tuning: ScalingTuning;
}

/**
 * Holds a wish within what may be done. Later guards are stronger: thresholds, then what more
 * workers can't help, cooldowns, somebody's order, the policy's bounds, and memory last.
 * A refusal stays where the fleet is, within the bounds.
 */
export function applyGuards({ wish, policy, load, history, tuning }: GuardQuestion): Guarded {
  const { minWorkers, maxWorkers } = policy;
  const stay = Math.max(minWorkers, Math.min(maxWorkers, load.currentWorkers));
  const clampedBy: ScalingClamp[] = [];
  let target = wish;
  const move = (to: number, by: ScalingGuard, why: string): void => {
    if (to === target) return;
    clampedBy.push({ by, from: target, to, why });
    target = to;
  };

  // A fleet below its minimum is raised by that bound, not kept from shrinking.
  if (target < Math.min(stay, load.currentWorkers))
    guardShrink(move, () => target, stay, { wish, policy, load, history, tuning });
  if (target !== stay && isStale(load, history, tuning)) {
    move(stay, 'no_data', `the newest figures are ${durationInWords(load.sampleGapMs)} old`);
  }
  const refusal = refuseGrowth(load);
  if (target > stay && refusal) move(stay, ...refusal);
  if (target < stay && load.engineTrouble) move(stay, 'engine', `the engine is in trouble: ${load.engineTrouble}`);

  const cooldownLeftMs = cooldownLeft(policy, load, history);
  if (target > stay && cooldownLeftMs.up > 0) {
    const { scaleUp } = policy.cooldownSeconds;
    move(stay, 'scale_up_cooldown', `${durationInWords(cooldownLeftMs.up)} of its cooldown of ${scaleUp} s are left`);
  }
  if (target < stay && cooldownLeftMs.down > 0) {
    const { scaleDown } = policy.cooldownSeconds;
    const why = `${durationInWords(cooldownLeftMs.down)} of its cooldown of ${scaleDown} s are left`;
    move(stay, 'scale_down_cooldown', why);
  }

  const { hold } = load;
  if (hold && load.nowMs < hold.untilMs) {
    const left = durationInWords(hold.untilMs - load.nowMs);
    move(hold.workers, 'hold', `${hold.by} holds it at ${workersInWords(hold.workers)} for another ${left}`);
  }
  move(Math.max(minWorkers, target), 'min_workers', `minWorkers is ${minWorkers}`);
  move(Math.min(maxWorkers, target), 'max_workers', `maxWorkers is ${maxWorkers}`);
  if (load.room !== undefined && target > load.currentWorkers) {
    const most = load.currentWorkers + Math.max(0, Math.floor(load.room));
    const why = `the hosts have memory for ${most === load.currentWorkers ? 'no more' : `${most} in all`}`;
    move(Math.min(target, most), 'host_memory', why);
  }
  return { targetWorkers: target, clampedBy, cooldownLeftMs };
}

type Move = (to: number, by: ScalingGuard, why: string) => void;

function guardShrink(move: Move, target: () => number, stay: number, question: GuardQuestion): void {
  const { policy, load, history } = question;
  const [crossed] = crossedThresholds(load, policy.scaleUpThreshold);
  if (crossed) move(stay, 'scale_up_threshold', crossed.why);
  const [above] = crossedThresholds(load, policy.scaleDownThreshold);
  if (above && target() < stay) move(stay, 'scale_down_threshold', above.why);
  const fewest = fewestUnderThresholds(load, policy);
  if (target() < fewest) {
    const why = `below ${fewest} the workers' CPU would be over ${policy.scaleUpThreshold.cpuPercent ?? 0} %`;
    move(Math.min(stay, fewest), 'scale_up_threshold', why);
  }
  if (history.samples.length === 0 && target() < stay) move(stay, 'no_data', missingInWords(load));
  const working = load.active > 0 || (!load.paused && load.depth + load.dueSoon > 0);
  if (target() === 0 && working) {
    const why =
      load.active > 0 ? `${jobsInWords(load.active)} still run` : `${jobsInWords(load.depth + load.dueSoon)} wait`;
    move(1, 'active_jobs', why);
  }
}

/** Why more workers would not help, or would harm. */
function refuseGrowth(load: QueueLoad): readonly [ScalingGuard, string] | null {
  if (load.engineTrouble) return ['engine', `the engine is in trouble: ${load.engineTrouble}`];
  if (load.paused) return ['paused', 'the queue is paused'];
  if (load.crashLoop) return ['crash_loop', `its workers keep dying: ${load.crashLoop}`];
  if (load.limitedBy) {
    const { limiter, waiting } = load.limitedBy;
    return ['rate_limit', `${countInWords(waiting)} jobs wait for the rate limit of ${limiter}, not for workers`];
  }
  return null;
}

/** Figures that stopped coming say nothing, least of all that nothing arrives. */
function isStale(load: QueueLoad, history: ScalingHistory, tuning: ScalingTuning): boolean {
  const lookMs = history.samples.at(-1)?.spanMs ?? 0;
  return load.sampleGapMs > Math.max(tuning.staleMs, 3 * lookMs);
}

function cooldownLeft(
  { cooldownSeconds }: ScalingPolicy,
  load: QueueLoad,
  { lastUpMs, lastDownMs }: ScalingHistory,
): Guarded['cooldownLeftMs'] {
  const since = (atMs: number | undefined) => load.nowMs - (atMs ?? Number.NEGATIVE_INFINITY);
  const sinceUp = since(lastUpMs);
  return {
    up: Math.max(0, cooldownSeconds.scaleUp * 1_000 - sinceUp),
    down: Math.max(0, cooldownSeconds.scaleDown * 1_000 - Math.min(sinceUp, since(lastDownMs))),
  };
}
