/** What happened to a queue between two looks at it. Counts and sums, so spans of any length add up. */
export interface ScalingSample {
  /** The end of the span. */
  readonly atMs: number;
  readonly spanMs: number;
  /** Jobs that became ready to run: added, came due, or retried. */
  readonly arrivals: number;
  readonly completions: number;
  /** Sum over the completions of how long each ran. */
  readonly serviceMs: number;
  /** Sum of the squares of the same, in ms²: how much the lengths of jobs vary. */
  readonly serviceMsSquared: number;
}

/** One evaluation, whether it moved anything or not: what the next ones need to know of it. */
export interface PastDecision {
  readonly atMs: number;
  readonly action: ScalingAction;
  readonly targetWorkers: number;
  readonly currentWorkers: number;
  /** Workers above this number were surplus at that time. */
  readonly enough: number;
}

export type ScalingAction = 'scale_up' | 'scale_down' | 'maintain';

/** Arrivals in equal steps over hours: coarse enough to keep, fine enough to show what comes again. */
export interface ArrivalSeries {
  readonly stepMs: number;
  /** The end of the last step; a multiple of `stepMs` on the wall clock. */
  readonly endMs: number;
  /** Oldest first. */
  readonly arrivals: readonly number[];
}

/**
 * What a decision remembers; `ScalingMemory` keeps it in a bounded size. Everything is oldest
 * first, and its last sample and decision are those before the present one (the sample of the
 * present look included).
 */
export interface ScalingHistory {
  readonly samples: readonly ScalingSample[];
  readonly decisions: readonly PastDecision[];
  /** Hours of arrivals, in which a burst that comes again can be seen; none without it. */
  readonly series?: ArrivalSeries;
  /** When workers were last added and taken away; they outlive `decisions`, so that long cooldowns hold. */
  readonly lastUpMs?: number;
  readonly lastDownMs?: number;
  /** When the direction of scaling last changed, over the last hours. */
  readonly turnsMs?: readonly number[];
}
