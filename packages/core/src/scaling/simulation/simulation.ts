import type { ScalingPolicy } from '../policy.js';
import type { ScalingTuning } from '../scaling-tuning.js';

/** Arrivals in equal steps; fractions are expected values, from which whole jobs are drawn. */
export interface ArrivalTrace {
  readonly spanMs: number;
  readonly arrivals: readonly number[];
}

/** How long jobs run: log-normal by mean and coefficient of variation, or as observed. */
export type ServiceTimes =
  | { readonly meanMs: number; readonly cv?: number }
  | { readonly histogram: readonly { readonly ms: number; readonly count: number }[] };

export interface SimulationRequest {
  readonly trace: ArrivalTrace;
  readonly service: ServiceTimes;
  readonly policy: ScalingPolicy;
  /** From asking for a worker to its first job. */
  readonly startUpMs: number;
  /** 1 by default. */
  readonly slotsPerWorker?: number;
  /** How often a decision is made; 5 s by default. */
  readonly lookMs?: number;
  /** Workers at the start, ready at once; by default what the first five minutes of the trace need. */
  readonly initialWorkers?: number;
  /** The wall clock at the start of the trace: bursts at full hours are known by it. 0 by default. */
  readonly startMs?: number;
  /** 1 by default. The same seed has the same result. */
  readonly seed?: number;
  readonly tuning?: ScalingTuning;
}

/** The fleet and the queue over time: one entry a `stepMs`, the first at its end. */
export interface SimulationSeries {
  readonly stepMs: number;
  /** Workers asked for, and those ready. */
  readonly wantedWorkers: readonly number[];
  readonly readyWorkers: readonly number[];
  readonly depth: readonly number[];
  /** The longest wait of the jobs that were begun in the step. */
  readonly waitMs: readonly number[];
}

export interface SimulationResult {
  readonly jobs: number;
  /** From the moment a worker is asked for until it exits. */
  readonly workerHours: number;
  /** What the jobs themselves took of them. */
  readonly busyHours: number;
  readonly waitMs: { readonly p50: number; readonly p95: number; readonly p99: number; readonly max: number };
  readonly objectiveMs: number;
  readonly overObjectivePercent: number;
  /** Changes of the number of workers, and how many of them turned its direction. */
  readonly actions: number;
  readonly flips: number;
  readonly durationMs: number;
  readonly series: SimulationSeries;
}
