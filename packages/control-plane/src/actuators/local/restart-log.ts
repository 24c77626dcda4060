import {
  afterDeath,
  type Clock,
  defaultRestartLimits,
  hasRecovered,
  type RestartLimits,
  type RestartState,
  type SupervisedMember,
} from '@drover/core';
import type { SupervisorLog } from './local-supervisor-options.js';
import type { WorkerExit } from './worker-child.js';

export interface RestartLogOptions {
  readonly clock: Clock;
  readonly log: SupervisorLog;
  readonly restartLimits?: Partial<RestartLimits>;
  readonly random?: () => number;
}

/** The unwanted deaths of each queue's workers, and what follows from them. */
export class RestartLog {
  readonly states = new Map<string, RestartState>();
  private readonly options: RestartLogOptions;
  private readonly limits: RestartLimits;

  constructor(options: RestartLogOptions) {
    this.options = options;
    this.limits = { ...defaultRestartLimits, ...options.restartLimits };
  }

  died(queueName: string, livedMs: number, { error, misconfigured }: WorkerExit): void {
    const { log, clock, random = Math.random } = this.options;
    const death = { livedMs, error, misconfigured };
    const restart = afterDeath(this.states.get(queueName), death, clock.monotonicMs(), random(), this.limits);
    this.states.set(queueName, restart);
    const waitMs = Math.round(restart.nextStartAtMs - restart.lastDeathAtMs);
    const message = restart.looping ? 'worker keeps dying' : 'worker died';
    log.error({ queue: queueName, livedMs: Math.round(livedMs), deaths: restart.earlyDeaths, waitMs, error }, message);
  }

  forgetRecovered(members: readonly SupervisedMember[]): void {
    const nowMs = this.options.clock.monotonicMs();
    for (const [queueName, restart] of this.states) {
      const ofQueue = members.filter((member) => member.queueName === queueName);
      if (hasRecovered(restart, ofQueue, nowMs, this.limits)) this.states.delete(queueName);
    }
  }
}
