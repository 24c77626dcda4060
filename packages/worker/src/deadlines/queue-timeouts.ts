import {
  adaptedOf,
  effectiveTimeoutMs,
  emptyTimeoutBasis,
  emptyTimeouts,
  parseTimeoutBasis,
  parseTimeouts,
  softTimeoutMs,
  type TimeoutPolicy,
  timeoutBasisKey,
  timeoutPolicyOf,
  timeoutsKey,
} from '@drover/core';
import type { WorkerSettings } from '../fleet/worker-settings.js';

/** Instants of an attempt, in ms from its start; infinite where there is none. */
export interface AttemptLimits {
  readonly softMs: number;
  readonly timeoutMs: number;
}

const NO_LIMITS: AttemptLimits = { softMs: Number.POSITIVE_INFINITY, timeoutMs: Number.POSITIVE_INFINITY };

/** The timeouts of one queue as its worker goes by them, from the settings that it last read. */
export class QueueTimeouts {
  private changes = emptyTimeouts;
  private basis = emptyTimeoutBasis;
  private current: TimeoutPolicy;
  private fixed: AttemptLimits = NO_LIMITS;
  private adapted = new Map<string, AttemptLimits>();
  private known = false;

  constructor(
    private readonly queueName: string,
    settings: WorkerSettings,
    onChange: () => void,
  ) {
    this.current = timeoutPolicyOf(queueName, this.basis, this.changes);
    void settings.loaded.then(() => {
      this.known = true;
    });
    settings.subscribe(() => {
      this.read(settings);
      onChange();
    });
  }

  get policy(): TimeoutPolicy {
    return this.current;
  }

  /** True while an attempt that begins now may get a deadline: also before the settings were read. */
  get mayApply(): boolean {
    return this.current.enabled || !this.known;
  }

  of(jobName: string): AttemptLimits {
    return this.adapted.get(jobName) ?? this.fixed;
  }

  /** A damaged document changes nothing; one that was deleted leaves nothing. */
  private read(settings: WorkerSettings): void {
    const changes = settings.get(timeoutsKey);
    const basis = settings.get(timeoutBasisKey);
    this.changes = changes === undefined ? emptyTimeouts : (parseTimeouts(changes) ?? this.changes);
    this.basis = basis === undefined ? emptyTimeoutBasis : (parseTimeoutBasis(basis) ?? this.basis);
    const policy = timeoutPolicyOf(this.queueName, this.basis, this.changes);
    this.current = policy;
    this.fixed = limitsOf(policy, policy.timeoutMs);
    const names = policy.adaptiveEnabled ? Object.entries(adaptedOf(this.basis, this.queueName)) : [];
    this.adapted = new Map(
      names.map(([name, adaptedMs]) => [name, limitsOf(policy, effectiveTimeoutMs(policy, adaptedMs))]),
    );
  }
}

function limitsOf(policy: TimeoutPolicy, timeoutMs: number): AttemptLimits {
  return policy.enabled ? { softMs: softTimeoutMs(policy, timeoutMs), timeoutMs } : NO_LIMITS;
}
