import type { ScalingAction } from './scaling-history.js';

/** The rules that have a say in each decision. */
export type ScalingRule =
  | 'objective'
  | 'surplus'
  | 'recurrence'
  | 'queueDepth'
  | 'queueLatencyMs'
  | 'cpuPercent'
  | 'memoryPercent';

/** One rule's opinion. */
export interface ScalingVote {
  readonly rule: ScalingRule;
  /** How many workers this rule alone asks for. */
  readonly workers: number;
  /** With its figures. */
  readonly why: string;
}

/** What may hold a wish back or correct it. */
export type ScalingGuard =
  | 'min_workers'
  | 'max_workers'
  | 'scale_up_cooldown'
  | 'scale_down_cooldown'
  | 'scale_up_threshold'
  | 'scale_down_threshold'
  | 'active_jobs'
  | 'no_data'
  | 'paused'
  | 'engine'
  | 'rate_limit'
  | 'crash_loop'
  | 'hold'
  | 'host_memory';

export interface ScalingClamp {
  readonly by: ScalingGuard;
  readonly from: number;
  readonly to: number;
  readonly why: string;
}

/** How much the figures can be trusted: `none` without any, `low` under 20 finished jobs. */
export interface ScalingConfidence {
  readonly level: 'none' | 'low' | 'good';
  /** Finished jobs that the service time rests on. */
  readonly completions: number;
}

/** Why a decision is what it is, in figures. JSON as it stands. */
export interface ScalingEvidence {
  readonly arrivalsPerSecond: number;
  /** Mean run time of a job; `null` before the first finished. */
  readonly serviceMs: number | null;
  /** Squared coefficient of variation of the run times. */
  readonly serviceVariation: number;
  /** Workers that the arriving jobs keep busy: rate times run time, by slots. */
  readonly offeredLoad: number;
  /** With fewer workers the objective is about to be missed. */
  readonly need: number;
  /** With more workers there is surplus. */
  readonly enough: number;
  /** Wait of the jobs that stand in the queue when a worker asked for now would be ready. */
  readonly predictedWaitMs: number;
  readonly objectiveMs: number;
  readonly votes: readonly ScalingVote[];
  readonly clampedBy: readonly ScalingClamp[];
  /** Until a further step in each direction is allowed; 0 when it is. */
  readonly cooldownLeftMs: { readonly up: number; readonly down: number };
  readonly confidence: ScalingConfidence;
}

export interface ScalingVerdict {
  readonly action: ScalingAction;
  readonly targetWorkers: number;
  readonly currentWorkers: number;
  /** One sentence with figures, for whoever is woken by it. */
  readonly reason: string;
  readonly evidence: ScalingEvidence;
}
