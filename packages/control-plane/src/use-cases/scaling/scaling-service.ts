import type { ScalingHold as HoldOnWire, ScalingDecision, ScalingPolicy } from '@drover/contract';
import {
  desiredWorkers,
  Fault,
  type FleetRegistry,
  holdingReason,
  type PolicyOverride,
  type ScalingVerdict,
} from '@drover/core';
import type { Reads } from '../reads.js';
import type { HistoryPage, HistoryWish, ScalingHistory } from './scaling-history.js';
import type { ScalingHold, ScalingHolds } from './scaling-holds.js';
import { scalingMetrics } from './scaling-metrics.js';
import type { PolicyEdit, ScalingPolicies } from './scaling-policies.js';
import { wireEvidence } from './wire-evidence.js';

export interface HoldWish {
  readonly workers: number;
  readonly untilMs: number;
  readonly reason: string;
  readonly by: string;
}

export interface HoldEdit {
  readonly before: HoldOnWire | null;
  readonly after: HoldOnWire | null;
  readonly version: number;
}

export interface ScalingService {
  /** One for each queue that exists or is configured, by name. */
  policies(): ScalingPolicy[];
  update(queueName: string, change: PolicyOverride, expectedVersion: number | undefined): Promise<PolicyEdit>;
  /** The leader's last look at the queue. */
  decision(queueName: string): Promise<ScalingDecision>;
  history(wish: HistoryWish): Promise<HistoryPage>;
  /** Faults: `invalid_input` for a count outside of the policy's bounds and for a time that is past or too far. */
  hold(queueName: string, wish: HoldWish, expectedVersion: number | undefined): Promise<HoldEdit>;
  /** Faults: `not_found` when nobody holds the queue. */
  release(queueName: string, expectedVersion: number | undefined): Promise<HoldEdit>;
}

export interface ScalingServiceDependencies {
  readonly policies: ScalingPolicies;
  readonly holds: ScalingHolds;
  readonly history: ScalingHistory;
  readonly reads: Pick<Reads, 'current'>;
  readonly fleet: Pick<FleetRegistry, 'readHosts'>;
  readonly configuredQueues: readonly string[];
  /** The leader's evaluations as of its last tick, on every control plane. */
  readonly verdicts: () => Readonly<Record<string, ScalingVerdict>>;
  readonly nowMs: () => number;
}

const LONGEST_HOLD_MS = 30 * 86_400_000;

/** Faults of every call about one queue: `not_found` for a queue that neither exists nor is configured. */
export function createScalingService(deps: ScalingServiceDependencies): ScalingService {
  const { policies, holds, history, reads, fleet, configuredQueues, verdicts, nowMs } = deps;

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
      const hosts = await fleet.readHosts();
      const policy = policies.for(queueName);
      const hold = holds.for(queueName);
      const verdict = Object.hasOwn(verdicts(), queueName) ? verdicts()[queueName] : undefined;
      const metrics = scalingMetrics(snapshot, queueName);
      const additions = { ...(hold && { hold: toWire(hold) }), mode: policy.mode ?? 'auto' };
      if (verdict) {
        const { action, targetWorkers, currentWorkers, reason, evidence } = verdict;
        return {
          action,
          targetWorkers,
          currentWorkers,
          reason,
          metrics,
          evidence: wireEvidence(evidence),
          ...additions,
        };
      }
      const { currentWorkers } = metrics;
      const wanted = desiredWorkers(hosts)[queueName];
      const targetWorkers = wanted ?? currentWorkers;
      const isRun = wanted !== undefined;
      const reason = holdingReason({ currentWorkers, targetWorkers, policy, isRun, figures: metrics });
      return { action: 'maintain', targetWorkers, currentWorkers, reason, metrics, ...additions };
    },

    async history(wish) {
      requireQueue(wish.queueName);
      return history.page(wish);
    },

    async hold(queueName, { workers, untilMs, reason, by }, expectedVersion) {
      requireQueue(queueName);
      const { minWorkers, maxWorkers } = policies.for(queueName);
      if (workers < minWorkers || workers > maxWorkers) {
        const message = `must be from ${minWorkers} to ${maxWorkers}, the policy's bounds (given: ${workers})`;
        throw invalid('workers', message);
      }
      const sinceMs = nowMs();
      if (untilMs <= sinceMs) throw invalid('until', 'is past');
      if (untilMs - sinceMs > LONGEST_HOLD_MS) throw invalid('until', 'is more than 30 days ahead');
      const hold = { workers, untilMs, reason, by, sinceMs };
      const { before, version } = await holds.set(queueName, hold, expectedVersion);
      return { before: before && toWire(before), after: toWire(hold), version };
    },

    async release(queueName, expectedVersion) {
      requireQueue(queueName);
      const { before, version } = await holds.set(queueName, null, expectedVersion);
      return { before: before && toWire(before), after: null, version };
    },
  };
}

function invalid(path: string, message: string): Fault {
  return new Fault('invalid_input', `${path}: ${message}.`, { details: { fields: [{ in: 'body', path, message }] } });
}

function toWire({ workers, untilMs, reason, by, sinceMs }: ScalingHold): HoldOnWire {
  return { workers, until: new Date(untilMs), reason, by, since: new Date(sinceMs) };
}
