import type { Engine, WorkerBounds } from '@drover/core';
import type { LiveTopics } from '../live-topics.js';
import type { SettingsCache } from '../settings-cache.js';
import { FleetScaling } from './fleet-scaling.js';
import { Scaler } from './scaler.js';
import { ScalingHistory } from './scaling-history.js';
import { ScalingHolds } from './scaling-holds.js';
import { ScalingPolicies } from './scaling-policies.js';
import { ScalingRecorder } from './scaling-recorder.js';
import { createScalingService, type ScalingService, type ScalingServiceDependencies } from './scaling-service.js';

export interface ScalingOptions {
  readonly engine: Pick<Engine, 'queues' | 'metrics' | 'records' | 'fleet' | 'demand'>;
  readonly settings: SettingsCache;
  readonly topics: LiveTopics;
  readonly nowMs: () => number;
  readonly tickMs: number;
  /** The configuration's bounds by queue. */
  readonly configured: ReadonlyMap<string, WorkerBounds>;
}

export interface Scaling {
  readonly policies: ScalingPolicies;
  /** What the leader sizes the fleet with. */
  readonly fleet: FleetScaling;
  service(deps: Pick<ScalingServiceDependencies, 'reads' | 'verdicts'>): ScalingService;
}

/** Policies, holds, the decisions made by them, and the history of those. */
export function createScaling({ engine, settings, topics, nowMs, tickMs, configured }: ScalingOptions): Scaling {
  const policies = new ScalingPolicies({ settings, configured: (queueName) => configured.get(queueName) });
  const holds = new ScalingHolds(settings, nowMs);
  const history = new ScalingHistory(engine.records, nowMs);
  const fleet = new FleetScaling({
    engine,
    scaler: new Scaler({ engine, policies, holds, tickMs }),
    recorder: new ScalingRecorder({ records: engine.records, topics }),
    onEdit: (listener) => {
      const stops = [policies.onChange(listener), holds.onChange(listener)];
      return () => {
        for (const stop of stops) stop();
      };
    },
  });
  const configuredQueues = [...configured.keys()];
  return {
    policies,
    fleet,
    service: (deps) =>
      createScalingService({ ...deps, policies, holds, history, fleet: engine.fleet, configuredQueues, nowMs }),
  };
}
