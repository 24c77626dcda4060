import type { RecordStore, WorkerBounds } from '@drover/core';
import type { LeaderDuty } from '../../monitor/leader-duty.js';
import type { LiveTopics } from '../live-topics.js';
import type { SettingsCache } from '../settings-cache.js';
import { ScalingHistory } from './scaling-history.js';
import { ScalingPolicies } from './scaling-policies.js';
import { ScalingRecorder } from './scaling-recorder.js';
import { createScalingService, type ScalingService, type ScalingServiceDependencies } from './scaling-service.js';

export interface ScalingOptions {
  readonly records: RecordStore;
  readonly settings: SettingsCache;
  readonly topics: LiveTopics;
  readonly nowMs: () => number;
  /** The configuration's bounds by queue. */
  readonly configured: ReadonlyMap<string, WorkerBounds>;
}

export interface Scaling {
  /** What the leader assigns by. */
  readonly policies: ScalingPolicies;
  readonly duty: LeaderDuty;
  service(deps: Pick<ScalingServiceDependencies, 'reads' | 'fleet'>): ScalingService;
}

/** Policies, their effect on the fleet's size, and the history of it. */
export function createScaling({ records, settings, topics, nowMs, configured }: ScalingOptions): Scaling {
  const policies = new ScalingPolicies({ settings, configured: (queueName) => configured.get(queueName) });
  const history = new ScalingHistory(records, nowMs);
  return {
    policies,
    duty: new ScalingRecorder({ records, policies, topics }),
    service: (deps) => createScalingService({ ...deps, policies, history, configuredQueues: [...configured.keys()] }),
  };
}
