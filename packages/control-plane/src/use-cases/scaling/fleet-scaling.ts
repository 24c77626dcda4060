import type { LiveSnapshot } from '@drover/contract';
import { type Engine, type Fence, type FleetAssignment, type ScalingVerdict, sameAssignment } from '@drover/core';
import type { Scaler, ScalingLook, ScalingPlan } from './scaler.js';
import type { ScalingRecorder } from './scaling-recorder.js';

export interface FleetScalingOptions {
  readonly engine: Pick<Engine, 'fleet' | 'demand'>;
  readonly scaler: Scaler;
  readonly recorder: ScalingRecorder;
  /** Calls back when a policy or a hold was edited. */
  readonly onEdit: (listener: () => void) => () => void;
}

/**
 * Makes the fleet follow decisions: decide, record, act; the next look verifies. A leader that
 * dies in between leaves what was recorded and not done to the next one, which decides again
 * by the fleet as it finds it: counts are absolute, so nothing is done twice.
 */
export class FleetScaling {
  readonly #options: FleetScalingOptions;
  /** Of the lease under which what earlier leaders left was read; `null` when it has to be read again. */
  #epoch: number | null = null;
  #demands: ReadonlyMap<string, number> = new Map();

  constructor(options: FleetScalingOptions) {
    this.#options = options;
  }

  /** One look at all queues, or between two ticks at some. Answers what is assigned from now on. */
  async follow(
    look: ScalingLook,
    snapshot: LiveSnapshot | null,
    fence: Fence,
    only?: ReadonlySet<string>,
  ): Promise<FleetAssignment> {
    const { engine, scaler, recorder } = this.#options;
    if (this.#epoch !== fence.epoch) {
      scaler.restore(await recorder.read(), snapshot);
      this.#epoch = fence.epoch;
    }
    // Nobody is there to run anything, or an outage silenced them all: no wish to change.
    if (look.hosts.length === 0) return look.previous;
    const plan = await scaler.plan(look, only);
    try {
      await recorder.record({ plan, snapshot, workers: look.workers, fence });
    } catch (error) {
      // What was written is not known.
      this.#epoch = null;
      throw error;
    }
    if (!sameAssignment(plan.assignment, look.previous)) await engine.fleet.assign(plan.assignment, fence);
    scaler.settle(plan);
    this.#watch(plan, only);
    return plan.assignment;
  }

  /** Watches no queue any more: another instance leads. */
  rest(): void {
    if (this.#demands.size > 0) this.#options.engine.demand.watch(new Map());
    this.#demands = new Map();
    this.#epoch = null;
  }

  get verdicts(): ReadonlyMap<string, ScalingVerdict> {
    return this.#options.scaler.verdicts;
  }

  /** Calls back with queues that should be looked at now; `null` is all of them. */
  onCall(listener: (queueNames: readonly string[] | null) => void): () => void {
    const stops = [this.#options.engine.demand.onDemand(listener), this.#options.onEdit(() => listener(null))];
    return () => {
      for (const stop of stops) stop();
    };
  }

  #watch(plan: ScalingPlan, only: ReadonlySet<string> | undefined): void {
    const demands = this.#options.scaler.demands(plan);
    // Looked at between two ticks, and still without help: its call would come again at once.
    const others = only ? [...this.#demands].filter(([queueName]) => !only.has(queueName)) : [...demands];
    this.#demands = new Map(others);
    this.#options.engine.demand.watch(this.#demands);
  }
}
