/** Additions of Drover to the guide's scaling. */

/** `dry_run`: decisions are made and told, and nobody acts on them. `off`: the count stays at minWorkers. */
export type ScalingMode = 'auto' | 'dry_run' | 'off';

/** One rule's opinion: how many workers it alone asks for. */
export interface ScalingVote {
  rule: string;
  workers: number;
  why: string;
}

/** What held a wish back or corrected it. */
export interface ScalingClamp {
  by: string;
  from: number;
  to: number;
  why: string;
}

/** Why a decision is what it is, in figures. */
export interface ScalingEvidence {
  arrivalsPerSecond: number;
  /** Mean run time of a job; `null` before the first finished. */
  serviceMs: number | null;
  /** Squared coefficient of variation of the run times. */
  serviceVariation: number;
  /** Workers that the arriving jobs keep busy. */
  offeredLoad: number;
  /** With fewer workers the objective is about to be missed. */
  need: number;
  /** With more workers there is surplus. */
  enough: number;
  predictedWaitMs: number;
  objectiveMs: number;
  votes: ScalingVote[];
  clampedBy: ScalingClamp[];
  cooldownLeftMs: { up: number; down: number };
  confidence: { level: 'none' | 'low' | 'good'; completions: number };
}

/** Somebody's order that a queue keeps a number of workers for a while. */
export interface ScalingHold {
  workers: number;
  until: Date;
  reason: string;
  by: string;
  since: Date;
}

/** Sets a hold. One of `until` and `seconds`; at most 30 days. */
export interface SetScalingHoldRequest {
  workers: number;
  until?: string;
  seconds?: number;
  reason?: string;
}

export interface ScalingHoldReply {
  success: boolean;
  queueName: string;
  /** Absent once it was taken away. */
  hold?: ScalingHold;
  /** For `If-Match`. */
  version: number;
}

/** What became of a change of the count. */
export interface ScalingOutcome {
  /** As many workers as were decided were ready, or had gone. */
  reached: boolean;
  afterMs: number;
  reason?: string;
}

export interface ScalingHistoryAdditions {
  /** False for an entry that tells why nothing was changed. Absent in entries of earlier versions: true. */
  executed?: boolean;
  dryRun?: boolean;
  /** Absent while it is not known. */
  outcome?: ScalingOutcome;
}
