import { MAX_TIMEOUT_MS, type TimeoutBasis, type TimeoutSettings, type TimeoutsDocument } from './timeout-policy.js';

const checks: Readonly<Record<keyof TimeoutSettings, (value: unknown) => boolean>> = {
  enabled: isFlag,
  timeoutMs: isDuration,
  adaptiveEnabled: isFlag,
  softTimeoutPercentage: (value) => isWithin(value, 1, 100),
  shadow: isFlag,
  floorMs: isDuration,
  ceilingMs: isDuration,
  percentile: (value) => isWithin(value, 50, 100),
  factor: (value) => isWithin(value, 1, 100),
  minSamples: (value) => isWithin(value, 1, 1_000_000),
};

/** `null` for what is none: a damaged document changes nothing. Fields of a newer version are left out. */
export function parseTimeouts(value: unknown): TimeoutsDocument | null {
  if (!isRecord(value)) return null;
  const queues = parseQueues(value.queues ?? {});
  if (queues === null) return null;
  if (value.default === undefined) return { queues };
  const common = parseSettings(value.default);
  return common === null ? null : { default: common, queues };
}

/** As `parseTimeouts`, of what the leader published. */
export function parseTimeoutBasis(value: unknown): TimeoutBasis | null {
  if (!isRecord(value) || !isRecord(value.adapted)) return null;
  const config = parseTimeouts(value.config);
  if (config === null) return null;
  const sound = Object.values(value.adapted).every(
    (names) => isRecord(names) && Object.values(names).every((adaptedMs) => isDuration(adaptedMs)),
  );
  return sound ? { config, adapted: value.adapted as TimeoutBasis['adapted'] } : null;
}

function parseQueues(value: unknown): TimeoutsDocument['queues'] | null {
  if (!isRecord(value)) return null;
  const parsed = Object.entries(value).map(([name, settings]) => [name, parseSettings(settings)] as const);
  if (parsed.some(([, settings]) => settings === null)) return null;
  return Object.fromEntries(parsed) as TimeoutsDocument['queues'];
}

function parseSettings(value: unknown): TimeoutSettings | null {
  if (!isRecord(value)) return null;
  const known = (Object.keys(checks) as (keyof TimeoutSettings)[]).filter((field) => value[field] !== undefined);
  if (!known.every((field) => checks[field](value[field]))) return null;
  return Object.fromEntries(known.map((field) => [field, value[field]]));
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isFlag(value: unknown): boolean {
  return typeof value === 'boolean';
}

/** 0 would fail every attempt at once; whoever means "none" says `enabled: false`. */
function isDuration(value: unknown): boolean {
  return isWithin(value, 1, MAX_TIMEOUT_MS);
}

function isWithin(value: unknown, least: number, most: number): boolean {
  return typeof value === 'number' && value >= least && value <= most;
}
