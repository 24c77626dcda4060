import { decideScaling } from '../decide-scaling.js';
import { objectiveOf } from '../read-thresholds.js';
import { ScalingMemory } from '../scaling-memory.js';
import { drawJobs, type SimulatedJobs } from './draw-jobs.js';
import { type SimulatedLook, startFleet } from './run-fleet.js';
import type { SimulationRequest, SimulationResult } from './simulation.js';

const FIRST_MINUTES_MS = 300_000;

/**
 * What a policy would have done with a trace: the live decision, looked at and carried out on
 * simulated workers. A day of a quarter of a million jobs takes about a second.
 */
export function simulatePolicy(request: SimulationRequest): SimulationResult {
  const simulation = startSimulation(request);
  while (simulation.step());
  return simulation.result();
}

/** A simulation in steps of one look each, for a process that serves others meanwhile. */
export interface RunningSimulation {
  /** False when there was nothing left to do. */
  step(): boolean;
  /** Once there is no further step. */
  result(): SimulationResult;
}

export function startSimulation(request: SimulationRequest): RunningSimulation {
  const { trace, service, policy, startUpMs, slotsPerWorker = 1, lookMs = 5_000, seed = 1, startMs = 0 } = request;
  const jobs = drawJobs(trace, service, seed);
  const memory = new ScalingMemory();
  const scale = (look: SimulatedLook): number => {
    const nowMs = startMs + look.nowMs;
    const { spanMs, arrivals, completions, serviceMs, serviceMsSquared } = look;
    memory.pushSample({ atMs: nowMs, spanMs, arrivals, completions, serviceMs, serviceMsSquared });
    const verdict = decideScaling({
      policy,
      load: {
        nowMs,
        depth: look.depth,
        dueSoon: 0,
        active: look.active,
        oldestWaitMs: look.oldestWaitMs,
        currentWorkers: look.wantedWorkers,
        readyWorkers: look.readyWorkers,
        startingWorkers: look.startingWorkers,
        slotsPerWorker,
        startUpMs,
        cpuPercent: look.busyPercent,
        paused: false,
        sampleGapMs: 0,
      },
      history: memory.history,
      ...(request.tuning && { tuning: request.tuning }),
    });
    memory.pushDecision({ ...verdict, atMs: nowMs, enough: verdict.evidence.enough });
    return verdict.targetWorkers;
  };
  const { minWorkers, maxWorkers } = policy;
  const initial = request.initialWorkers ?? firstWorkers(jobs, slotsPerWorker);
  const initialWorkers = Math.max(minWorkers, Math.min(maxWorkers, initial));
  const fleet = startFleet({ jobs, startUpMs, slotsPerWorker, lookMs, initialWorkers, seed, scale });
  return {
    step: fleet.step,
    result() {
      const outcome = fleet.outcome();
      const objectiveMs = objectiveOf(policy);
      return {
        jobs: jobs.arrivalMs.length,
        workerHours: outcome.workerMs / 3_600_000,
        busyHours: outcome.busyMs / 3_600_000,
        ...waitFigures(outcome.waitMs, objectiveMs),
        objectiveMs,
        actions: outcome.actions,
        flips: outcome.flips,
        durationMs: jobs.durationMs,
        series: outcome.series,
      };
    },
  };
}

/** Workers that the first minutes keep busy, and one more. */
export function firstWorkers({ arrivalMs, serviceMs }: SimulatedJobs, slotsPerWorker: number): number {
  let workMs = 0;
  for (let job = 0; job < arrivalMs.length && (arrivalMs[job] ?? 0) <= FIRST_MINUTES_MS; job++) {
    workMs += serviceMs[job] ?? 0;
  }
  return Math.ceil((1.2 * workMs) / FIRST_MINUTES_MS / slotsPerWorker) + 1;
}

/** Percentiles by nearest rank; 0 without jobs. */
export function waitFigures(
  waitMs: Float64Array,
  objectiveMs: number,
): Pick<SimulationResult, 'waitMs' | 'overObjectivePercent'> {
  const sorted = waitMs.slice().sort();
  const at = (share: number): number => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
  let over = 0;
  for (const waited of waitMs) if (waited > objectiveMs) over += 1;
  return {
    waitMs: { p50: at(0.5), p95: at(0.95), p99: at(0.99), max: at(1) },
    overObjectivePercent: waitMs.length === 0 ? 0 : (100 * over) / waitMs.length,
  };
}
