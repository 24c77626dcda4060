import type { LiveSnapshot } from '@drover/contract';
import { Fault } from '@drover/core';

/** The decided size of each queue's fleet, for those who come and ask; on any replica. */
export interface ScalingTargets {
  /** Faults: `not_found`, and `engine_unavailable` while the figures are too old to act on. */
  workers(queueName: string): Promise<number>;
  /** Calls back whenever a target may have changed. */
  subscribe(listener: () => void): () => void;
}

export interface ScalingTargetsOptions {
  /** The live decision; faults with `not_found`. */
  readonly decision: (queueName: string) => Promise<{ readonly targetWorkers: number }>;
  readonly reads: {
    current(): Pick<LiveSnapshot, 'timestamp'> | null;
    subscribe(listener: () => void): () => void;
  };
  readonly nowMs: () => number;
  /** Figures older than this are not acted on: no data is not idleness. */
  readonly staleMs: number;
}

export function createScalingTargets({ decision, reads, nowMs, staleMs }: ScalingTargetsOptions): ScalingTargets {
  return {
    async workers(queueName) {
      const snapshot = reads.current();
      if (snapshot === null || nowMs() - snapshot.timestamp.getTime() > staleMs) {
        const message = 'The newest figures are too old to scale by; leave the workers as they are.';
        throw new Fault('engine_unavailable', message, { retryAfterMs: 5_000 });
      }
      return (await decision(queueName)).targetWorkers;
    },
    subscribe: (listener) => reads.subscribe(listener),
  };
}
