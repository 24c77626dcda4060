/** Limits that are passed upwards or downwards; an absent one says nothing. */
export interface ScalingThreshold {
  readonly queueDepth?: number;
  readonly queueLatencyMs?: number;
  readonly cpuPercent?: number;
  readonly memoryPercent?: number;
}

/** How many workers a queue may have, and what moves the count. */
export interface ScalingPolicy {
  readonly minWorkers: number;
  readonly maxWorkers: number;
  readonly scaleUpThreshold: ScalingThreshold;
  readonly scaleDownThreshold: ScalingThreshold;
  readonly cooldownSeconds: { readonly scaleUp: number; readonly scaleDown: number };
  /** How long a job may wait; `scaleUpThreshold.queueLatencyMs` without it, and 30 s without that. */
  readonly objective?: { readonly waitMs: number };
  /** `auto` without it. */
  readonly mode?: ScalingMode;
}

/** `dry_run`: decisions are made and told, and nobody acts on them. `off`: the count stays at minWorkers. */
export const scalingModes = ['auto', 'dry_run', 'off'] as const;
export type ScalingMode = (typeof scalingModes)[number];

const thresholdFields = ['queueDepth', 'queueLatencyMs', 'cpuPercent', 'memoryPercent'] as const;
const directions = ['scaleUp', 'scaleDown'] as const;

type ThresholdOverride = { readonly [F in keyof ScalingThreshold]?: number | null | undefined };

/** What was edited over the base, field by field; `null` is a threshold that was taken away. */
export interface PolicyOverride {
  readonly minWorkers?: number | undefined;
  readonly maxWorkers?: number | undefined;
  readonly scaleUpThreshold?: ThresholdOverride | undefined;
  readonly scaleDownThreshold?: ThresholdOverride | undefined;
  readonly cooldownSeconds?:
    | { readonly scaleUp?: number | undefined; readonly scaleDown?: number | undefined }
    | undefined;
  readonly objective?: { readonly waitMs: number } | null | undefined;
  readonly mode?: ScalingMode | undefined;
}

export interface WorkerBounds {
  readonly minWorkers: number;
  readonly maxWorkers: number;
}

/**
 * The policy of a queue of which nobody said more than its bounds: no thresholds, for the
 * objective alone sizes a fleet better (a CPU limit of 80 % costs a third more, and flaps), up at
 * once, and down at most once a minute.
 */
export function basePolicy({ minWorkers, maxWorkers }: WorkerBounds): ScalingPolicy {
  return {
    minWorkers,
    maxWorkers: Math.max(minWorkers, maxWorkers),
    scaleUpThreshold: {},
    scaleDownThreshold: {},
    cooldownSeconds: { scaleUp: 0, scaleDown: 60 },
  };
}

export function effectivePolicy(base: ScalingPolicy, override: PolicyOverride): ScalingPolicy {
  const objective = override.objective === undefined ? base.objective : override.objective;
  return {
    minWorkers: override.minWorkers ?? base.minWorkers,
    maxWorkers: override.maxWorkers ?? base.maxWorkers,
    scaleUpThreshold: withThreshold(base.scaleUpThreshold, override.scaleUpThreshold),
    scaleDownThreshold: withThreshold(base.scaleDownThreshold, override.scaleDownThreshold),
    cooldownSeconds: {
      scaleUp: override.cooldownSeconds?.scaleUp ?? base.cooldownSeconds.scaleUp,
      scaleDown: override.cooldownSeconds?.scaleDown ?? base.cooldownSeconds.scaleDown,
    },
    ...(objective && { objective }),
    ...((override.mode ?? base.mode) && { mode: override.mode ?? base.mode ?? 'auto' }),
  };
}

/**
 * The same with bounds the right way round: a configuration that changed under an edited bound
 * gives way to it.
 */
export function settledPolicy(policy: ScalingPolicy, override: PolicyOverride): ScalingPolicy {
  if (policy.minWorkers <= policy.maxWorkers) return policy;
  if (override.maxWorkers !== undefined) return { ...policy, minWorkers: policy.maxWorkers };
  return { ...policy, maxWorkers: policy.minWorkers };
}

/** Puts a change over what was edited before; what the change leaves out stays. */
export function mergeOverride(held: PolicyOverride, change: PolicyOverride): PolicyOverride {
  const merged: Record<string, unknown> = { ...held };
  for (const [field, value] of Object.entries(change)) {
    if (value === undefined) continue;
    const isNested = typeof value === 'object' && value !== null;
    merged[field] = isNested ? { ...(merged[field] as object | undefined), ...defined(value) } : value;
  }
  return merged as PolicyOverride;
}

/** Where a policy contradicts itself; empty for a sound one. */
export function policyProblems(policy: ScalingPolicy): { readonly path: string; readonly message: string }[] {
  const problems: { path: string; message: string }[] = [];
  if (policy.minWorkers > policy.maxWorkers) {
    const message = `would be ${policy.minWorkers}, above maxWorkers (${policy.maxWorkers})`;
    problems.push({ path: 'minWorkers', message });
  }
  for (const field of thresholdFields) {
    const [up, down] = [policy.scaleUpThreshold[field], policy.scaleDownThreshold[field]];
    if (up === undefined || down === undefined || down < up) continue;
    const message = `would be ${down}, not below scaleUpThreshold.${field} (${up}): the count would never rest`;
    problems.push({ path: `scaleDownThreshold.${field}`, message });
  }
  return problems;
}

/** Of a damaged document the sound fields hold; a pair of bounds that contradict each other does not. */
export function parsePolicyOverride(value: unknown): PolicyOverride {
  const document = asRecord(value);
  const thresholds = (name: string): ThresholdOverride =>
    numbersOf(asRecord(document[name]), thresholdFields, { nullable: true });
  const { minWorkers, maxWorkers } = numbersOf(document, ['minWorkers', 'maxWorkers'], { nullable: false });
  const { waitMs } = numbersOf(asRecord(document.objective), ['waitMs'], { nullable: false });
  const bounds = { ...whole('minWorkers', minWorkers), ...whole('maxWorkers', maxWorkers) };
  return {
    ...((bounds.minWorkers ?? 0) <= (bounds.maxWorkers ?? Number.POSITIVE_INFINITY) && bounds),
    scaleUpThreshold: thresholds('scaleUpThreshold'),
    scaleDownThreshold: thresholds('scaleDownThreshold'),
    cooldownSeconds: numbersOf(asRecord(document.cooldownSeconds), directions, { nullable: false }),
    ...(document.objective === null && { objective: null }),
    ...(typeof waitMs === 'number' && { objective: { waitMs } }),
    ...modeOf(document.mode),
  };
}

function withThreshold(base: ScalingThreshold, override: ThresholdOverride = {}): ScalingThreshold {
  const merged = Object.entries({ ...base, ...defined(override) }).filter(([, value]) => value !== null);
  return Object.fromEntries(merged);
}

function modeOf(value: unknown): { readonly mode?: ScalingMode } {
  const mode = scalingModes.find((each) => each === value);
  return mode === undefined ? {} : { mode };
}

function whole(name: string, value: number | null | undefined): Record<string, number> {
  return typeof value === 'number' && Number.isInteger(value) ? { [name]: value } : {};
}

function numbersOf<F extends string>(
  record: Record<string, unknown>,
  fields: readonly F[],
  { nullable }: { readonly nullable: boolean },
): { readonly [Field in F]?: number } {
  const sound = (value: unknown) =>
    (typeof value === 'number' && Number.isFinite(value) && value >= 0) || (nullable && value === null);
  const found = fields.filter((field) => sound(record[field])).map((field) => [field, record[field]]);
  return Object.fromEntries(found) as { readonly [Field in F]?: number };
}

function defined(values: object): object {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}

function asRecord(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
