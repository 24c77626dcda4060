import type { BoundsFor, Clock, Engine, Retention } from '@drover/core';
import type { Logger } from 'pino';
import type { AlertWatch } from '../use-cases/alerts/alert-watch.js';
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
  /** What admins set over the hosts' configuration; a change is assigned at once, not with the next tick. */
  readonly policies?: { readonly boundsFor: BoundsFor; onBounds(listener: () => void): () => void };
  /** Follows what is wrong over time, before each snapshot; without it no alert ever fires. */
  readonly alerts?: Pick<AlertWatch, 'watch'>;
  readonly duties?: readonly LeaderDuty[];
}
