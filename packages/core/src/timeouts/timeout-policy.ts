/** What one layer (defaults, configuration, an admin's change) says about the timeouts of a queue. */
export interface TimeoutSettings {
  /** False: no deadline at all. A layer that gives a `timeoutMs` and does not say, switches timeouts on. */
  readonly enabled?: boolean;
  /** From the processor's start to the abort of its attempt. */
  readonly timeoutMs?: number;
  /** Let each job name have a deadline of its own, from how long its attempts take. */
  readonly adaptiveEnabled?: boolean;
  /** Share of the deadline after which an attempt is told of, percent; 100 is never. */
  readonly softTimeoutPercentage?: number;
  /** Tell what would have been killed, and kill nothing. */
  readonly shadow?: boolean;
  /** Bounds of an adaptive deadline. A tenth of `timeoutMs`, and three times it. */
  readonly floorMs?: number;
  readonly ceilingMs?: number;
  /** An adaptive deadline is this percentile of a name's durations, times the factor. */
  readonly percentile?: number;
  readonly factor?: number;
  /** A name with fewer durations has `timeoutMs`. */
  readonly minSamples?: number;
}

/** The timeouts of one queue with every field decided; `floorMs <= timeoutMs <= ceilingMs`. */
export type TimeoutPolicy = Required<TimeoutSettings>;

/** As the settings store holds it under `timeoutsKey`: what admins set. */
export interface TimeoutsDocument {
  readonly default?: TimeoutSettings;
  readonly queues: Readonly<Record<string, TimeoutSettings>>;
}

/** As the settings store holds it under `timeoutBasisKey`: what the leader knows and workers do not. */
export interface TimeoutBasis {
  /** The leader's configuration. */
  readonly config: TimeoutsDocument;
  /** Adaptive deadlines in ms: queue -> job name -> deadline. */
  readonly adapted: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

export const emptyTimeouts: TimeoutsDocument = { queues: {} };
export const emptyTimeoutBasis: TimeoutBasis = { config: emptyTimeouts, adapted: {} };

/** A week: longer jobs are switched off timeouts explicitly. */
export const MAX_TIMEOUT_MS = 604_800_000;

type Defaults = Omit<TimeoutPolicy, 'floorMs' | 'ceilingMs'>;

/** Nothing is killed until somebody says after how long. */
const defaults: Defaults = {
  enabled: false,
  timeoutMs: 300_000,
  adaptiveEnabled: false,
  softTimeoutPercentage: 80,
  shadow: false,
  percentile: 99,
  factor: 2,
  minSamples: 100,
};

const FLOOR_SHARE = 0.1;
const CEILING_SHARE = 3;

/**
 * The policy of a queue. A layer about the queue outranks one about all; of the same reach,
 * an admin's change outranks the configuration.
 */
export function timeoutPolicyOf(queueName: string, basis: TimeoutBasis, changes: TimeoutsDocument): TimeoutPolicy {
  return resolveTimeoutPolicy(layersOf(queueName, basis, changes));
}

/** Later layers outrank earlier ones, field by field. */
export function resolveTimeoutPolicy(layers: readonly (TimeoutSettings | undefined)[]): TimeoutPolicy {
  const merged = mergeLayers(layers);
  const { timeoutMs } = merged;
  return {
    ...merged,
    floorMs: Math.min(timeoutMs, merged.floorMs ?? Math.ceil(timeoutMs * FLOOR_SHARE)),
    ceilingMs: Math.max(timeoutMs, merged.ceilingMs ?? Math.min(MAX_TIMEOUT_MS, timeoutMs * CEILING_SHARE)),
  };
}

/** The policy of every queue about which no layer says anything of its own. */
export function defaultTimeoutPolicy(basis: TimeoutBasis, changes: TimeoutsDocument): TimeoutPolicy {
  return resolveTimeoutPolicy([basis.config.default, changes.default]);
}

/** Queues with words of their own: a change for all meets these too. */
export function queuesWithTimeouts(basis: TimeoutBasis, changes: TimeoutsDocument): readonly string[] {
  return [...new Set([...Object.keys(basis.config.queues), ...Object.keys(changes.queues)])];
}

/** What contradicts itself in a queue's policy, or, without a name, in the one for all, to be refused before it is stored. */
export function timeoutProblems(
  queueName: string | null,
  basis: TimeoutBasis,
  changes: TimeoutsDocument,
): readonly { readonly field: keyof TimeoutSettings; readonly message: string }[] {
  const { timeoutMs, floorMs = 0, ceilingMs = MAX_TIMEOUT_MS } = mergeLayers(layersOf(queueName, basis, changes));
  const problems: { field: keyof TimeoutSettings; message: string }[] = [];
  if (floorMs > timeoutMs) problems.push({ field: 'floorMs', message: `is above the timeout of ${timeoutMs} ms` });
  if (ceilingMs < timeoutMs) problems.push({ field: 'ceilingMs', message: `is below the timeout of ${timeoutMs} ms` });
  return problems;
}

function mergeLayers(layers: readonly (TimeoutSettings | undefined)[]): TimeoutSettings & Defaults {
  let merged: TimeoutSettings & Defaults = defaults;
  for (const layer of layers) {
    if (layer === undefined) continue;
    const implied = layer.timeoutMs === undefined ? {} : { enabled: true };
    merged = { ...merged, ...implied, ...layer };
  }
  return merged;
}

function layersOf(queueName: string | null, basis: TimeoutBasis, changes: TimeoutsDocument) {
  const forAll = [basis.config.default, changes.default];
  return queueName === null ? forAll : [...forAll, own(basis.config.queues, queueName), own(changes.queues, queueName)];
}

/** The deadline of a job name in ms, wherever it is asked: by a worker, or to show it. */
export function effectiveTimeoutMs(policy: TimeoutPolicy, adaptedMs: number | undefined): number {
  if (!policy.adaptiveEnabled || adaptedMs === undefined) return policy.timeoutMs;
  return Math.min(policy.ceilingMs, Math.max(policy.floorMs, adaptedMs));
}

/** When an attempt with that deadline is told of, in ms from its start. */
export function softTimeoutMs(policy: TimeoutPolicy, timeoutMs: number): number {
  return policy.softTimeoutPercentage >= 100
    ? Number.POSITIVE_INFINITY
    : (timeoutMs * policy.softTimeoutPercentage) / 100;
}

/** A queue named `constructor` has no policy that nobody gave it. */
function own<T>(record: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}

export function adaptedOf(basis: TimeoutBasis, queueName: string): Readonly<Record<string, number>> {
  return own(basis.adapted, queueName) ?? {};
}
