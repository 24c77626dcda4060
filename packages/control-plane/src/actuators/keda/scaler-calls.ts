import { timingSafeEqual } from 'node:crypto';
import { Fault, isFault } from '@drover/core';
import type { ScalingTargets } from './scaling-targets.js';

/** As KEDA sends it: the trigger's metadata, with variables of the environment put in. */
export interface ScaledObjectRef {
  readonly scalerMetadata: Readonly<Record<string, string>>;
}

/** Name of the one metric that we serve. */
export const METRIC_NAME = 'drover-workers';

/**
 * What KEDA may ask. The metric is the decided number of workers and its target 1 each
 * (`AverageValue`), so that the HPA's own arithmetic, metric by target, ends at our decision.
 * An HPA knows no zero: from 0 to 1 and back KEDA itself goes, by `isActive`.
 */
export interface ScalerCalls {
  isActive(ref: ScaledObjectRef): Promise<boolean>;
  /** Calls back with the state now and each that differs from the one before, until unsubscribed. */
  followActive(ref: ScaledObjectRef, tell: (active: boolean) => void, fail: (error: unknown) => void): () => void;
  metricSpec(ref: ScaledObjectRef): Promise<{ metricName: string; target: number }>;
  metric(ref: ScaledObjectRef): Promise<{ metricName: string; value: number }>;
}

/** Faults: `invalid_input` without a `queueName`, `unauthenticated`, and those of the targets. */
export function createScalerCalls(targets: ScalingTargets, token: string | null): ScalerCalls {
  const queueOf = ({ scalerMetadata }: ScaledObjectRef): string => {
    // KEDA resolves `tokenFromEnv`, and passes it on under the name it had.
    const shown = scalerMetadata.token ?? scalerMetadata.tokenFromEnv ?? '';
    if (token !== null && !isSame(shown, token)) {
      throw new Fault('unauthenticated', "The trigger's metadata needs the token of actuators.keda (tokenFromEnv).");
    }
    const { queueName } = scalerMetadata;
    if (queueName) return queueName;
    throw new Fault('invalid_input', "The trigger's metadata needs a queueName.");
  };
  const isActive = async (ref: ScaledObjectRef): Promise<boolean> => (await targets.workers(queueOf(ref))) > 0;

  return {
    isActive,
    followActive(ref, tell, fail) {
      let told: boolean | null = null;
      let asking = false;
      let changed = false;
      let ended = false;
      const ask = async (): Promise<void> => {
        try {
          const active = await isActive(ref);
          if (active !== told && !ended) tell(active);
          told = active;
        } catch (error) {
          // Figures that are late come back; whatever else is wrong the caller has to know.
          if (!ended && !isFault(error, 'engine_unavailable')) fail(error);
        }
      };
      const look = async (): Promise<void> => {
        changed = true;
        if (asking) return;
        asking = true;
        // What changes while the answer is on its way is asked for again, or the last word would be lost.
        while (changed && !ended) {
          changed = false;
          await ask();
        }
        asking = false;
      };
      const unsubscribe = targets.subscribe(() => void look());
      void look();
      return () => {
        ended = true;
        unsubscribe();
      };
    },
    async metricSpec(ref) {
      queueOf(ref);
      return { metricName: METRIC_NAME, target: 1 };
    },
    async metric(ref) {
      return { metricName: METRIC_NAME, value: await targets.workers(queueOf(ref)) };
    },
  };
}

export function isSame(shown: string, expected: string): boolean {
  const [left, right] = [Buffer.from(shown), Buffer.from(expected)];
  return left.length === right.length && timingSafeEqual(left, right);
}
