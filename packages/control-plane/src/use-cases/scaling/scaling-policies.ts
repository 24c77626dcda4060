import type { ScalingPolicy as WirePolicy } from '@drover/contract';
import {
  basePolicy,
  effectivePolicy,
  Fault,
  mergeOverride,
  type PolicyOverride,
  parsePolicyOverride,
  policyProblems,
  type ScalingPolicy,
  settledPolicy,
  type WorkerBounds,
} from '@drover/core';
import { editSetting } from '../alerts/edit-setting.js';
import type { SettingsCache } from '../settings-cache.js';

export interface ScalingPoliciesOptions {
  readonly settings: SettingsCache;
  /** The configuration's word on a queue; undefined for one that it does not name. */
  readonly configured: (queueName: string) => WorkerBounds | undefined;
}

export interface PolicyEdit {
  readonly before: WirePolicy;
  readonly after: WirePolicy;
  readonly version: number;
}

const PREFIX = 'scaling/';
/** A queue that nobody configured: no worker is kept for it, and one may be. */
const UNCONFIGURED: WorkerBounds = { minWorkers: 0, maxWorkers: 1 };

/** The policy of each queue as it holds now: the configuration's bounds, and what was edited over them. */
export class ScalingPolicies {
  readonly #options: ScalingPoliciesOptions;
  readonly #parsed = new WeakMap<object, PolicyOverride>();

  constructor(options: ScalingPoliciesOptions) {
    this.#options = options;
  }

  /** Over this instance's own configuration, or over the bounds that the hosts tell. */
  for(queueName: string, bounds?: WorkerBounds): ScalingPolicy {
    const override = this.#override(queueName);
    const base = bounds ? basePolicy(bounds) : this.#base(queueName);
    return settledPolicy(effectivePolicy(base, override), override);
  }

  /** As the API shows it, with its version for `If-Match`: 0 before the first edit. */
  read(queueName: string): WirePolicy {
    const version = this.#options.settings.get(PREFIX + queueName)?.version ?? 0;
    return toWire(queueName, this.for(queueName), version);
  }

  /** Queues with an edited policy, also those that are gone. */
  edited(): string[] {
    return this.#options.settings.list(PREFIX).map(({ key }) => key.slice(PREFIX.length));
  }

  /** Calls back when the policy of any queue was edited, here or at another control plane. */
  onChange(listener: () => void): () => void {
    let held = this.#versions();
    return this.#options.settings.subscribe(() => {
      const now = this.#versions();
      if (now === held) return;
      held = now;
      listener();
    });
  }

  /** Faults: `invalid_input` when the policy would contradict itself, `conflict` when its version is another. */
  async update(queueName: string, change: PolicyOverride, expectedVersion: number | undefined): Promise<PolicyEdit> {
    const key = PREFIX + queueName;
    const base = this.#base(queueName);
    const edit = await editSetting(this.#options.settings, key, expectedVersion, (current) => {
      const held = parsePolicyOverride(current);
      const override = mergeOverride(held, change);
      const policy = effectivePolicy(base, override);
      refuseContradictions(policy);
      return { value: override, before: settledPolicy(effectivePolicy(base, held), held), after: policy };
    });
    return {
      before: toWire(queueName, edit.before, edit.version - 1),
      after: toWire(queueName, edit.after, edit.version),
      version: edit.version,
    };
  }

  #base(queueName: string): ScalingPolicy {
    return basePolicy(this.#options.configured(queueName) ?? UNCONFIGURED);
  }

  #versions(): string {
    return JSON.stringify(this.#options.settings.list(PREFIX).map(({ key, version }) => [key, version]));
  }

  /** Read for every queue in every tick: a document is parsed once, for as long as it is the one that holds. */
  #override(queueName: string): PolicyOverride {
    const document = this.#options.settings.get(PREFIX + queueName);
    if (!document) return {};
    const held = this.#parsed.get(document) ?? parsePolicyOverride(document.value);
    this.#parsed.set(document, held);
    return held;
  }
}

function refuseContradictions(policy: ScalingPolicy): void {
  const problems = policyProblems(policy);
  const [first] = problems;
  if (first === undefined) return;
  const fields = problems.map(({ path, message }) => ({ in: 'body', path, message }));
  throw new Fault('invalid_input', `${first.path}: ${first.message}.`, { details: { fields } });
}

function toWire(queueName: string, policy: ScalingPolicy, version: number): WirePolicy {
  const { minWorkers, maxWorkers, scaleUpThreshold, scaleDownThreshold, cooldownSeconds, objective, mode } = policy;
  return {
    queueName,
    minWorkers,
    maxWorkers,
    scaleUpThreshold: { ...scaleUpThreshold },
    scaleDownThreshold: { ...scaleDownThreshold },
    cooldownSeconds: { ...cooldownSeconds },
    ...(objective && { objective: { ...objective } }),
    ...(mode && { mode }),
    version,
  };
}
