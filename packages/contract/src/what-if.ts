import type { UpdateScalingPolicyRequest } from './types.js';

/** A draft of a policy, and what to replay it on. `POST /scaling/simulate`. */
export interface SimulateScalingRequest {
  /** The queue whose recorded arrivals and run times are replayed; its present policy is what the draft changes. */
  queueName?: string;
  /** Default: a day before `until`. At most seven days. */
  since?: Date | string;
  /** Default: now. */
  until?: Date | string;
  /** Arrivals to replay instead of recorded ones, in equal steps; fractions are expected values. */
  trace?: { stepMs: number; arrivals: number[] };
  /** The draft, as changes of the present policy; `null` removes a threshold. Absent: only the present one is replayed. */
  policy?: UpdateScalingPolicyRequest;
  /** How long jobs run, where it is not recorded or shall be another: mean, and coefficient of variation (1). */
  service?: { meanMs: number; cv?: number };
  /** From asking for a worker to its first job. Default: as observed, else 15 s. */
  startUpMs?: number;
  /** Jobs that one worker runs at a time. Default: as the queue's workers do, else 1. */
  slotsPerWorker?: number;
  /** In any currency: with it, replies have `cost`. */
  pricePerWorkerHour?: number;
}

/** What a policy would have done. */
export interface SimulatedOutcome {
  /** From the moment a worker is asked for until it exits. */
  workerHours: number;
  /** What the jobs themselves took of them. */
  busyHours: number;
  cost?: number;
  waitMs: { p50: number; p95: number; p99: number; max: number };
  /** How long a job may wait under this policy, and the share of jobs that waited longer. */
  objectiveMs: number;
  overObjectivePercent: number;
  /** Changes of the number of workers, and how many of them turned its direction. */
  actions: number;
  flips: number;
}

/** By step of `series`; workers on average, the others at their most. */
export interface SimulatedCourse {
  workers: number[];
  depth: number[];
  /** Longest wait of the jobs that were begun in the step. */
  waitMs: number[];
}

export interface SimulateScalingResponse {
  success: boolean;
  queueName?: string;
  since: Date;
  until: Date;
  /** What was replayed. */
  assumed: {
    arrivals: 'recorded' | 'posted';
    jobs: number;
    stepMs: number;
    /** Share of the time of which no arrivals are recorded; replayed as times without any. */
    unknownPercent: number;
    serviceMs: number;
    startUpMs: number;
    slotsPerWorker: number;
  };
  /** Under the draft; absent without one. */
  draft?: SimulatedOutcome;
  /** Under the policy that holds now; absent for a trace that belongs to no queue. */
  present?: SimulatedOutcome;
  /** What really happened, as far as it was recorded. */
  actual?: { workerHours: number; cost?: number; knownPercent: number; longestWaitMs: number | null };
  /** For a chart: at most 300 steps. `null` is unknown. */
  series: {
    stepMs: number;
    draft?: SimulatedCourse;
    present?: SimulatedCourse;
    actual?: { workers: (number | null)[]; depth: (number | null)[]; waitMs: (number | null)[] };
  };
}
