import type { ScalingDecision, ScalingPolicy } from '@drover/contract';
import { desiredWorkers, Fault, type FleetRegistry, holdingReason, type PolicyOverride } from '@drover/core';
import type { Reads } from '../reads.js';
import type { HistoryPage, HistoryWish, ScalingHistory } from './scaling-history.js';
import { scalingMetrics } from './scaling-metrics.js';
import type { PolicyEdit, ScalingPolicies } from './scaling-policies.js';

export interface ScalingService {
  /** One for each queue that exists or is configured, by name. */
  policies(): ScalingPolicy[];
  update(queueName: string, change: PolicyOverride, expectedVersion: number | undefined): Promise<PolicyEdit>;
  decision(queueName: string): Promise<ScalingDecision>;
  history(wish: HistoryWish): Promise<HistoryPage>;
}

export interface ScalingServiceDependencies {
  readonly policies: ScalingPolicies;
  readonly history: ScalingHistory;
  readonly reads: Pick<Reads, 'current'>;
  readonly fleet: Pick<FleetRegistry, 'readHosts'>;
  readonly configuredQueues: readonly string[];
}

/** Faults of every call about one queue: `not_found` for a queue that neither exists nor is configured. */
export function createScalingService(deps: ScalingServiceDependencies): ScalingService {
  const { policies, history, reads, fleet, configuredQueues } = deps;

  const known = (): Set<string> => {
    const existing = reads.current()?.queues.map(({ queueName }) => queueName) ?? [];
    return new Set([...configuredQueues, ...existing]);
  };
  const requireQueue = (queueName: string): void => {
    if (known().has(queueName)) return;
    throw new Fault('not_found', `There is no queue named "${queueName}".`, { details: { queueName } });
  };

  return {
    policies: () => [...known()].sort().map((queueName) => policies.read(queueName)),

    async update(queueName, change, expectedVersion) {
      requireQueue(queueName);
      return policies.update(queueName, change, expectedVersion);
    },

    async decision(queueName) {
      requireQueue(queueName);
      const snapshot = reads.current();
      if (!snapshot) {
        throw new Fault('engine_unavailable', 'Drover has no figures yet.', { retryAfterMs: 2_000 });
      }
      const wanted = desiredWorkers(await fleet.readHosts(), policies.boundsFor)[queueName];
      const metrics = scalingMetrics(snapshot, queueName);
      const { currentWorkers } = metrics;
      const targetWorkers = wanted ?? currentWorkers;
      return {
        action: 'maintain',
        targetWorkers,
        currentWorkers,
        reason: holdingReason({
          currentWorkers,
          targetWorkers,
          policy: policies.for(queueName),
          isRun: wanted !== undefined,
          figures: metrics,
        }),
        metrics,
      };
    },

    async history(wish) {
      requireQueue(wish.queueName);
      return history.page(wish);
    },
  };
}
