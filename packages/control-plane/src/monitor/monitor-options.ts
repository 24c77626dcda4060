import type { Clock, Engine, Retention } from '@drover/core';
import type { Logger } from 'pino';
import type { AlertWatch } from '../use-cases/alerts/alert-watch.js';
import type { LimiterFigures } from '../use-cases/rate-limits/limiter-figures.js';
import type { FleetScaling } from '../use-cases/scaling/fleet-scaling.js';
import type { LeaderDuty } from './leader-duty.js';
import type { LimitsFor } from './memory-figures.js';
import type { ThresholdsFor } from './queue-figures.js';

export interface MonitorOptions {
  readonly engine: Engine;
  readonly clock: Clock;
  readonly log: Logger;
  readonly instanceId: string;
  readonly version: string;
  readonly environment: string;
  readonly tickMs: number;
  readonly retention: readonly Retention[];
  /** 90 unless told. */
  readonly keepAuditDays?: number;
  readonly thresholdsFor: ThresholdsFor;
  readonly limitsFor: LimitsFor;
  /**
   * False to leave the engine as it is: nothing is assigned, tended or put back, and this
   * instance leads only while no host that runs or serves a fleet is there.
   */
  readonly steers: boolean;
  /** Sizes the fleet; without it nothing is assigned. */
  readonly scaling?: FleetScaling;
  /** Follows what is wrong over time, before each snapshot; without it no alert ever fires. */
  readonly alerts?: Pick<AlertWatch, 'watch'>;
  readonly duties?: readonly LeaderDuty[];
  /** How limiters stood when a duty looked last; they travel with the tick. */
  readonly limiterFigures?: {
    restore(last: readonly LimiterFigures[] | undefined): void;
    current(): readonly LimiterFigures[];
  };
  /** Counts attempts by job name as well, for metrics. */
  readonly tallyJobNames?: boolean;
}
