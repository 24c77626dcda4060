import type { LiveSnapshot } from '@drover/contract';
import { Fault, type FleetAssignment } from '@drover/core';
import { platformId } from '../actuator-duty.js';

/** The size that was ordered of each queue's fleet, for KEDA, who comes and asks; on any replica. */
export interface ScalingTargets {
  /** Faults: `not_found`, and `engine_unavailable` while the figures are too old to act on. */
  workers(queueName: string): Promise<number>;
  /** Calls back whenever a target may have changed. */
  subscribe(listener: () => void): () => void;
}

export interface ScalingTargetsOptions {
  readonly readAssignment: () => Promise<FleetAssignment>;
  readonly current: () => Pick<LiveSnapshot, 'timestamp'> | null;
  readonly nowMs: () => number;
  /** Figures older than this are not acted on: no data is not idleness. */
  readonly staleMs: number;
}

/** The first job of a queue at zero is ordered for between two ticks; a stream tells of it this soon. */
const LOOK_EVERY_MS = 500;

export function createScalingTargets({
  readAssignment,
  current,
  nowMs,
  staleMs,
}: ScalingTargetsOptions): ScalingTargets {
  const keda = platformId('keda');
  let held: { readonly atMs: number; readonly read: Promise<FleetAssignment> } | null = null;
  /** Many triggers ask at once: one reading serves them. */
  const assignment = (): Promise<FleetAssignment> => {
    if (held && Math.abs(nowMs() - held.atMs) < LOOK_EVERY_MS / 2) return held.read;
    const read = readAssignment();
    held = { atMs: nowMs(), read };
    read.catch(() => {
      held = null;
    });
    return read;
  };

  return {
    async workers(queueName) {
      const snapshot = current();
      if (snapshot === null || nowMs() - snapshot.timestamp.getTime() > staleMs) {
        const message = 'The newest figures are too old to scale by; leave the workers as they are.';
        throw new Fault('engine_unavailable', message, { retryAfterMs: 5_000 });
      }
      const workers = (await assignment())[queueName]?.[keda];
      if (workers !== undefined) return workers;
      throw new Fault('not_found', `Nothing is decided for KEDA on a queue named "${queueName}".`);
    },
    subscribe(listener) {
      const timer = setInterval(listener, LOOK_EVERY_MS);
      timer.unref();
      return () => clearInterval(timer);
    },
  };
}
