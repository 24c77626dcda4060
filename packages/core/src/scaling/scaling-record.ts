import { startMemoryMs } from './assess-demand.js';
import { decideScaling, type ScalingQuestion } from './decide-scaling.js';
import { lookedAtSeries } from './expect-burst.js';
import { planShrink } from './plan-shrink.js';
import type { ArrivalSeries, PastDecision, ScalingAction, ScalingHistory, ScalingSample } from './scaling-history.js';
import { defaultScalingTuning, type ScalingTuning } from './scaling-tuning.js';
import type { ScalingEvidence, ScalingVerdict } from './scaling-verdict.js';

type SampleRow = readonly [
  ageMs: number,
  spanMs: number,
  arrivals: number,
  completions: number,
  serviceMs: number,
  serviceMsSquared: number,
];
type DecisionRow = readonly [ageMs: number, action: ScalingAction, target: number, current: number, enough: number];

/**
 * A question as it is stored beside its decision: `replayScaling` answers it again. It holds the
 * whole policy, load and tuning, and of the history only what the decision looked at, so that it
 * stays within a few KB.
 */
export interface StoredScalingQuestion {
  readonly v: 1;
  readonly policy: ScalingQuestion['policy'];
  readonly load: ScalingQuestion['load'];
  readonly samples: readonly SampleRow[];
  readonly decisions: readonly DecisionRow[];
  readonly lastUpMs?: number;
  readonly lastDownMs?: number;
  readonly turnsMs?: readonly number[];
  /** Counts of arrivals, oldest first; a negative number stands for so many zeros. */
  readonly series?: ArrivalSeries;
  /** The constants at the time: later defaults don't change what was decided. */
  readonly tuning: ScalingTuning;
}

/** What must be stored to make a decision again. */
export function storeScalingQuestion(question: ScalingQuestion, { enough }: ScalingEvidence): StoredScalingQuestion {
  const { policy, load, history, tuning = defaultScalingTuning } = question;
  const startUpMs = load.startUpMs ?? tuning.assumedStartUpMs;
  const { series, lastUpMs, lastDownMs, turnsMs } = history;
  return {
    v: 1,
    policy,
    load,
    samples: lookedAtSamples(history.samples, load.nowMs, tuning).map((sample) => [
      load.nowMs - sample.atMs,
      sample.spanMs,
      sample.arrivals,
      sample.completions,
      sample.serviceMs,
      sample.serviceMsSquared,
    ]),
    decisions: lookedAtDecisions(question, enough).map(({ atMs, action, targetWorkers, currentWorkers, enough }) => [
      load.nowMs - atMs,
      action,
      targetWorkers,
      currentWorkers,
      enough,
    ]),
    ...(lastUpMs !== undefined && { lastUpMs }),
    ...(lastDownMs !== undefined && { lastDownMs }),
    ...(turnsMs && { turnsMs }),
    ...(series && { series: packed(lookedAtSeries(series, load.nowMs, startUpMs, tuning)) }),
    tuning,
  };
}

/** Makes a stored decision again, from what was stored alone. */
export function replayScaling({
  policy,
  load,
  samples,
  decisions,
  series,
  ...rest
}: StoredScalingQuestion): ScalingVerdict {
  const { lastUpMs, lastDownMs, turnsMs, tuning } = rest;
  const history: ScalingHistory = {
    samples: samples.map(([ageMs, spanMs, arrivals, completions, serviceMs, serviceMsSquared]) => ({
      atMs: load.nowMs - ageMs,
      spanMs,
      arrivals,
      completions,
      serviceMs,
      serviceMsSquared,
    })),
    decisions: decisions.map(([ageMs, action, targetWorkers, currentWorkers, enough]) => ({
      atMs: load.nowMs - ageMs,
      action,
      targetWorkers,
      currentWorkers,
      enough,
    })),
    ...(series && { series: unpacked(series) }),
    ...(lastUpMs !== undefined && { lastUpMs }),
    ...(lastDownMs !== undefined && { lastDownMs }),
    ...(turnsMs && { turnsMs }),
  };
  return decideScaling({ policy, load, history, tuning });
}

/** The newest samples, as far back as the rate and the run times may look. */
function lookedAtSamples(
  samples: readonly ScalingSample[],
  nowMs: number,
  tuning: ScalingTuning,
): readonly ScalingSample[] {
  let completions = 0;
  let spanMs = 0;
  for (let index = samples.length - 1; index >= 0; index--) {
    const sample = samples[index];
    if (sample === undefined) break;
    completions += sample.completions;
    spanMs += sample.spanMs;
    const known = completions >= tuning.serviceJobs || nowMs - sample.atMs > tuning.serviceWindowMs;
    if (known && completions >= 20 && spanMs >= 2 * tuning.rateWindowMs) return samples.slice(index);
  }
  return samples;
}

function lookedAtDecisions(
  { load, history, tuning = defaultScalingTuning }: ScalingQuestion,
  enough: number,
): readonly PastDecision[] {
  const startUpMs = load.startUpMs ?? tuning.assumedStartUpMs;
  const { looked } = planShrink(load, history, enough, startUpMs, tuning);
  const sinceMs = load.nowMs - startMemoryMs(startUpMs, history.samples.at(-1)?.spanMs ?? 0);
  const starting = history.decisions.filter(({ atMs }) => atMs >= sinceMs).length;
  return history.decisions.slice(-Math.max(1, looked, starting));
}

function packed(series: ArrivalSeries): ArrivalSeries {
  const arrivals: number[] = [];
  for (const count of series.arrivals) {
    const last = arrivals.at(-1);
    if (count !== 0) arrivals.push(count);
    else if (last !== undefined && last < 0) arrivals[arrivals.length - 1] = last - 1;
    else arrivals.push(-1);
  }
  return { ...series, arrivals };
}

function unpacked(series: ArrivalSeries): ArrivalSeries {
  const arrivals = series.arrivals.flatMap((count) => (count < 0 ? new Array<number>(-count).fill(0) : [count]));
  return { ...series, arrivals };
}
