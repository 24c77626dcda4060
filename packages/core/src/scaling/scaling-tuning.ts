/** The constants of the decision. Each has a reason; none is fitted to one workload. */
export interface ScalingTuning {
  /** Share of the objective within which the backlog must be gone once help is ready: the rest is for surprises. */
  readonly drainShare: number;
  /** Standard deviations of the work to come that `need` allows for, where help comes later than the objective. */
  readonly caution: number;
  /** Share of jobs that may wait longer than `waitShare` of the objective in a steady state. */
  readonly tail: number;
  /** The same where help comes in time: a worker asked for when jobs already wait still keeps the objective. */
  readonly tailOnDemand: number;
  readonly waitShare: number;
  /** Longest window of the arrival rate; it shrinks to the part that agrees with the newest samples. */
  readonly rateWindowMs: number;
  /** Standard errors at which a rise and a fall of the rate end the window. */
  readonly riseErrors: number;
  readonly fallErrors: number;
  /** The rate of the whole window counts as seen for this many start-ups more ... */
  readonly priorStartUps: number;
  /** ... half of it where the newest samples are off by this many standard errors, less beyond. */
  readonly priorErrors: number;
  /** Run times come from this many of the newest jobs, not older than the window. */
  readonly serviceJobs: number;
  readonly serviceWindowMs: number;
  /** The run time of a queue of which no job has finished. */
  readonly assumedServiceMs: number;
  /** The start-up time before one was observed. */
  readonly assumedStartUpMs: number;
  /** Surplus that is paid for before going down, as multiples of the start-up it would cost to come back. */
  readonly surplusStartUps: number;
  /** Worker-time that is always paid first, however short the start-up. */
  readonly surplusFloorMs: number;
  /** Each turn of direction in the last half hour makes the next way down dearer by this factor, up to the limit. */
  readonly turnPrice: number;
  readonly mostTurnPrice: number;
  readonly turnMemoryMs: number;
  /** In larger fleets the surplus grows with this share of the workers. */
  readonly surplusFleetShare: number;
  /** After an addition nothing is taken away for this many start-ups, and at least for the floor. */
  readonly settleStartUps: number;
  readonly settleFloorMs: number;
  /** Smallest step down, as a share of the fleet. */
  readonly smallestStepDown: number;
  /** Periods at which bursts are looked for. */
  readonly burstPeriodsMs: readonly number[];
  /** How far ahead of a start-up a burst is looked for. */
  readonly burstLeadMs: number;
  /** A burst is this many times the level before it. */
  readonly burstRatio: number;
  /** Figures older than this, and than three looks, are no figures. */
  readonly staleMs: number;
}

export const defaultScalingTuning: ScalingTuning = {
  drainShare: 0.8,
  caution: 0.3,
  tail: 0.1,
  tailOnDemand: 0.2,
  waitShare: 0.8,
  rateWindowMs: 120_000,
  riseErrors: 3,
  fallErrors: 2,
  priorStartUps: 2 / 3,
  priorErrors: 4,
  serviceJobs: 2_000,
  serviceWindowMs: 1_800_000,
  assumedServiceMs: 5_000,
  assumedStartUpMs: 15_000,
  surplusStartUps: 3,
  surplusFloorMs: 60_000,
  turnPrice: 1.1,
  mostTurnPrice: 10,
  turnMemoryMs: 1_800_000,
  surplusFleetShare: 0.05,
  settleStartUps: 2,
  settleFloorMs: 15_000,
  smallestStepDown: 0.05,
  burstPeriodsMs: [3_600_000],
  burstLeadMs: 30_000,
  burstRatio: 3,
  staleMs: 30_000,
};
