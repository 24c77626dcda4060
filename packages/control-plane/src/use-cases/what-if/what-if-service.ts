import type { SimulatedCourse, SimulatedOutcome, SimulateScalingResponse } from '@drover/contract';
import {
  type ArrivalTrace,
  basePolicy,
  chooseResolution,
  defaultScalingTuning,
  effectivePolicy,
  Fault,
  type MetricStore,
  type PolicyOverride,
  policyProblems,
  type RecordedLoad,
  type Retention,
  recordedLoad,
  type ScalingPolicy,
  type ServiceTimes,
  type SimulationResult,
  settledPolicy,
  slotStart,
  thinSeries,
} from '@drover/core';
import type { ScalingPolicies } from '../scaling/scaling-policies.js';
import type { SimulationTurns } from './simulation-turns.js';

export interface WhatIfRequest {
  readonly queueName?: string | undefined;
  readonly since?: Date | undefined;
  readonly until?: Date | undefined;
  readonly trace?: { readonly stepMs: number; readonly arrivals: readonly number[] } | undefined;
  readonly policy?: PolicyOverride | undefined;
  readonly service?: { readonly meanMs: number; readonly cv?: number | undefined } | undefined;
  readonly startUpMs?: number | undefined;
  readonly slotsPerWorker?: number | undefined;
  readonly pricePerWorkerHour?: number | undefined;
}

export interface WhatIfService {
  /**
   * Replays a queue's past, or a posted trace, under a draft and under the present policy.
   * Faults: `not_found` for an unknown queue, `invalid_input` where figures are missing or the
   * draft contradicts itself, `too_large` for more jobs than one call may replay, `rate_limited`
   * while others wait for theirs.
   */
  simulate(request: WhatIfRequest, signal: AbortSignal): Promise<SimulateScalingResponse>;
}

/** A queue's workers, as a simulation needs them; `null` is unknown. */
export interface WorkerFigures {
  readonly startUpMs: number | null;
  readonly slotsPerWorker: number | null;
}

export interface WhatIfDependencies {
  readonly metrics: Pick<MetricStore, 'range'>;
  readonly retention: readonly Retention[];
  readonly policies: Pick<ScalingPolicies, 'for'>;
  readonly turns: SimulationTurns;
  isKnown(queueName: string): boolean;
  workersOf(queueName: string): Promise<WorkerFigures>;
  nowMs(): number;
}

const DAY_MS = 86_400_000;
const LONGEST_MS = 7 * DAY_MS;
const MOST_POINTS = 20_000;
/** A quarter of a minute of computing, in slices; a shorter range says as much. */
const MOST_JOBS = 1_000_000;
const CHART_STEPS = 300;
const TRACE_BOUNDS = { minWorkers: 1, maxWorkers: 10 };

/** What is replayed. */
interface Load {
  readonly sinceMs: number;
  readonly trace: ArrivalTrace;
  readonly service: ServiceTimes;
  readonly serviceMs: number;
  /** `null` for a posted trace. */
  readonly recorded: RecordedLoad | null;
}

export function createWhatIfService(deps: WhatIfDependencies): WhatIfService {
  return {
    async simulate(request, signal) {
      const { queueName, pricePerWorkerHour: price } = request;
      if (queueName !== undefined && !deps.isKnown(queueName)) {
        throw new Fault('not_found', `There is no queue named "${queueName}".`, { details: { queueName } });
      }
      const present = queueName === undefined ? null : deps.policies.for(queueName);
      const draft = request.policy === undefined ? null : draftOf(present, request.policy);
      const load = await readLoad(deps, request);
      const { startUpMs, slotsPerWorker } = await workerFigures(deps, request);
      const { trace, service, sinceMs, recorded } = load;
      const play = async (policy: ScalingPolicy | null): Promise<SimulationResult | null> =>
        policy && deps.turns.play({ trace, service, policy, startUpMs, slotsPerWorker, startMs: sinceMs }, signal);
      const [drafted, kept] = [await play(draft), await play(present)];
      const durationMs = trace.spanMs * trace.arrivals.length;
      // Whole steps of what is recorded and of what is simulated.
      const chartStepMs = Math.ceil(durationMs / CHART_STEPS / trace.spanMs) * trace.spanMs;
      return {
        success: true,
        ...(queueName !== undefined && { queueName }),
        since: new Date(sinceMs),
        until: new Date(sinceMs + durationMs),
        assumed: {
          arrivals: recorded ? 'recorded' : 'posted',
          jobs: drafted?.jobs ?? kept?.jobs ?? 0,
          stepMs: trace.spanMs,
          unknownPercent: recorded?.unknownPercent ?? 0,
          serviceMs: load.serviceMs,
          startUpMs,
          slotsPerWorker,
        },
        ...(drafted && { draft: outcomeOf(drafted, price) }),
        ...(kept && { present: outcomeOf(kept, price) }),
        ...(recorded && { actual: actualOf(recorded, price) }),
        series: {
          stepMs: chartStepMs,
          ...(drafted && { draft: courseOf(drafted, chartStepMs, durationMs) }),
          ...(kept && { present: courseOf(kept, chartStepMs, durationMs) }),
          ...(recorded && { actual: actualCourse(recorded, chartStepMs / trace.spanMs) }),
        },
      };
    },
  };
}

function draftOf(present: ScalingPolicy | null, change: PolicyOverride): ScalingPolicy {
  const base = present ?? basePolicy(TRACE_BOUNDS);
  const draft = effectivePolicy(base, change);
  const [first, ...rest] = policyProblems(draft);
  if (first === undefined) return settledPolicy(draft, change);
  const fields = [first, ...rest].map(({ path, message }) => ({ in: 'body', path: `policy.${path}`, message }));
  throw new Fault('invalid_input', `policy.${first.path}: ${first.message}.`, { details: { fields } });
}

async function readLoad(deps: WhatIfDependencies, request: WhatIfRequest): Promise<Load> {
  const { queueName, trace, service } = request;
  const nowMs = deps.nowMs();
  const untilMs = request.until?.getTime() ?? nowMs;
  const given = service && { service: { meanMs: service.meanMs, cv: service.cv ?? 1 }, serviceMs: service.meanMs };
  const recorded = queueName === undefined ? null : await readRecorded(deps, queueName, request, untilMs);
  const observed = recorded?.service && { service: recorded.service, serviceMs: recorded.meanServiceMs ?? 0 };
  const times = given ?? observed;
  if (!times) {
    throw refusal('service', 'no job of this queue finished in that time: say how long one runs');
  }
  if (trace === undefined && recorded) {
    refuseTooManyJobs(recorded.trace);
    return { ...times, recorded, trace: recorded.trace, sinceMs: rangeOf(deps, request, untilMs).sinceMs };
  }
  const posted = { spanMs: trace?.stepMs ?? 0, arrivals: trace?.arrivals ?? [] };
  refuseTooManyJobs(posted);
  const durationMs = posted.spanMs * posted.arrivals.length;
  if (durationMs > LONGEST_MS) throw refusal('trace', 'must not be longer than seven days');
  return { ...times, recorded: null, trace: posted, sinceMs: untilMs - durationMs };
}

async function readRecorded(
  deps: WhatIfDependencies,
  queueName: string,
  request: WhatIfRequest,
  untilMs: number,
): Promise<RecordedLoad> {
  const range = rangeOf(deps, request, untilMs);
  const points = await deps.metrics.range(queueName, range.resolutionMs, range.sinceMs, range.untilMs);
  return recordedLoad(points, range);
}

function rangeOf({ retention, nowMs }: WhatIfDependencies, { since }: WhatIfRequest, untilMs: number) {
  const sinceMs = since?.getTime() ?? untilMs - DAY_MS;
  if (sinceMs >= untilMs) throw refusal('since', 'must be before until');
  if (untilMs - sinceMs > LONGEST_MS) throw refusal('since', 'must not be more than seven days before until');
  const resolutionMs = chooseResolution(retention, { sinceMs, untilMs, nowMs: nowMs() }, MOST_POINTS);
  return { sinceMs: slotStart(sinceMs, resolutionMs), untilMs, resolutionMs };
}

function refuseTooManyJobs({ arrivals }: ArrivalTrace): void {
  const jobs = arrivals.reduce((sum, count) => sum + count, 0);
  if (jobs <= MOST_JOBS) return;
  const message = `${Math.round(jobs)} jobs arrived in that time; one call replays ${MOST_JOBS} at most: choose a shorter one.`;
  throw new Fault('too_large', message, { details: { jobs: Math.round(jobs), most: MOST_JOBS } });
}

async function workerFigures({ workersOf }: WhatIfDependencies, request: WhatIfRequest) {
  const { queueName, startUpMs, slotsPerWorker } = request;
  const isGiven = startUpMs !== undefined && slotsPerWorker !== undefined;
  const observed = isGiven || queueName === undefined ? null : await workersOf(queueName);
  return {
    startUpMs: startUpMs ?? observed?.startUpMs ?? defaultScalingTuning.assumedStartUpMs,
    slotsPerWorker: slotsPerWorker ?? observed?.slotsPerWorker ?? 1,
  };
}

function outcomeOf(result: SimulationResult, price: number | undefined): SimulatedOutcome {
  const { workerHours, busyHours, waitMs, objectiveMs, overObjectivePercent, actions, flips } = result;
  const cost = price === undefined ? {} : { cost: price * workerHours };
  return { workerHours, busyHours, ...cost, waitMs, objectiveMs, overObjectivePercent, actions, flips };
}

function actualOf({ actual }: RecordedLoad, price: number | undefined) {
  const { workerHours, knownPercent, longestWaitMs } = actual;
  return { workerHours, ...(price !== undefined && { cost: price * workerHours }), knownPercent, longestWaitMs };
}

/** Without the time that the last jobs took beyond the trace. */
function courseOf({ series }: SimulationResult, stepMs: number, durationMs: number): SimulatedCourse {
  const by = stepMs / series.stepMs;
  const within = (values: readonly number[]) => values.slice(0, Math.ceil(durationMs / series.stepMs));
  const thin = (values: readonly number[], fold: 'mean' | 'most') =>
    thinSeries(within(values), by, fold).map((value) => value ?? 0);
  return {
    workers: thin(series.readyWorkers, 'mean'),
    depth: thin(series.depth, 'most'),
    waitMs: thin(series.waitMs, 'most'),
  };
}

function actualCourse({ actual }: RecordedLoad, by: number) {
  return {
    workers: thinSeries(actual.workers, by, 'mean'),
    depth: thinSeries(actual.depth, by, 'most'),
    waitMs: thinSeries(actual.waitMs, by, 'most'),
  };
}

function refusal(path: string, message: string): Fault {
  return new Fault('invalid_input', `${path}: ${message}.`, { details: { fields: [{ in: 'body', path, message }] } });
}
