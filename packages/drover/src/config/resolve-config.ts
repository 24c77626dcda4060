import { resolve } from 'node:path';
import type { JsonSchema, NotifierConfig, WorkloadWish } from '@drover/control-plane';
import {
  type ActuatorKind,
  defaultMemoryLimits,
  defaultThresholds,
  type LimiterDefinitions,
  type MemoryLimits,
  parseLimiterDefinitions,
  type Thresholds,
  type TimeoutSettings,
} from '@drover/core';
import { InvalidConfig, problemsOf } from './problems.js';
import { actuatorProblems, type ResolvedActuators, resolveActuators, resolveWorkload } from './resolve-actuators.js';
import { type Notifications, resolveNotifications, resolveNotifiers, unknownNotifiers } from './resolve-notifiers.js';
import { configSchema, type DroverConfig, type QueueConfig } from './schema.js';
import { unknownLimiters } from './unknown-limiters.js';

export interface ResolvedQueue {
  readonly queueName: string;
  /** Absolute path, or `null` for a queue that Drover only watches. */
  readonly processor: string | null;
  readonly sandboxed: boolean;
  readonly concurrency: number;
  readonly minWorkers: number;
  readonly maxWorkers: number;
  readonly priority: number;
  /** Who runs its workers. */
  readonly actuator: ActuatorKind;
  /** What runs them where that is Kubernetes. */
  readonly workload: WorkloadWish;
  readonly graceMs: number;
  readonly memory: MemoryLimits;
  /** What of them this queue has to itself. */
  readonly ownMemory: Partial<MemoryLimits>;
  readonly thresholds: Thresholds;
  /** What of them this queue has to itself. */
  readonly ownThresholds: Partial<Thresholds>;
  readonly ownTimeout: TimeoutSettings;
  /** JSON Schema of its payloads; `null`: any. */
  readonly jobSchema: JsonSchema | null;
  /** Each job takes a permit of every one of them before it is fetched. */
  readonly limiters: readonly string[];
  readonly workerOptions: Readonly<Record<string, unknown>>;
}

/** The configuration with every default filled in. */
export interface ResolvedConfig {
  readonly engine: string;
  readonly environment: string;
  readonly dataDir: string;
  readonly prefix: string;
  readonly schema: string;
  readonly statePrefix: string;
  readonly host: string;
  readonly port: number;
  readonly tickMs: number;
  readonly runWorkers: boolean;
  /** `null`: what is free. */
  readonly workerBudgetMB: number | null;
  readonly trustProxy: boolean;
  readonly audit: { readonly keepDays: number };
  readonly redact: readonly string[];
  readonly revealRole: 'viewer' | 'operator' | 'admin';
  readonly quarantine: { readonly afterCrashes: number };
  /** Traces in worker processes; `null` for none. */
  readonly telemetry: { readonly register?: string } | null;
  readonly metrics: { readonly token?: string; readonly jobNames: boolean };
  readonly memory: MemoryLimits;
  readonly thresholds: Thresholds;
  readonly timeout: TimeoutSettings;
  /** Beside the guide's eight, and over them. */
  readonly limiters: LimiterDefinitions;
  readonly notifiers: ReadonlyMap<string, NotifierConfig>;
  readonly notifications: Notifications;
  readonly actuators: ResolvedActuators;
  readonly queues: ReadonlyMap<string, ResolvedQueue>;
}

export interface ConfigSource {
  /** The file's content, or `{}`. */
  readonly value: unknown;
  /** Path of the file, for messages. */
  readonly name: string;
  /** Folder that relative paths start from. */
  readonly folder: string;
}

/** What the command line sets, over environment and file. */
export type ConfigOverrides = Partial<Pick<DroverConfig, 'engine' | 'host' | 'port' | 'runWorkers' | 'dataDir'>>;

const DEFAULT_PORT = 4700;
const DEFAULT_GRACE_MS = 30_000;
const DEFAULT_KEEP_AUDIT_DAYS = 90;
/** One may be bad luck, two a bad host. */
const DEFAULT_AFTER_CRASHES = 3;

/**
 * Command line over environment over file over defaults. Throws InvalidConfig with every
 * problem at once.
 */
export function resolveConfig(
  source: ConfigSource,
  env: Readonly<Record<string, string | undefined>>,
  overrides: ConfigOverrides,
): ResolvedConfig {
  const parsed = configSchema.safeParse(source.value);
  const environment = fromEnvironment(env);
  const problems = [...(parsed.success ? [] : problemsOf(parsed.error, source.value)), ...environment.problems];
  if (parsed.success)
    problems.push(...unknownNotifiers(parsed.data), ...unknownLimiters(parsed.data), ...actuatorProblems(parsed.data));
  if (!parsed.success || problems.length > 0) throw new InvalidConfig(source.name, problems);
  const file = parsed.data;
  const set = { ...file, ...environment.values, ...defined(overrides) };
  const memory = { ...defaultMemoryLimits, ...defined(file.memory ?? {}) };
  const thresholds = { ...defaultThresholds, ...defined(file.thresholds ?? {}) };
  const queues = Object.entries(file.queues ?? {}).map(
    ([queueName, queue]) =>
      [queueName, resolveQueue(queueName, queue, { memory, thresholds, folder: source.folder })] as const,
  );
  return {
    engine: set.engine ?? 'embedded',
    environment: set.environment ?? 'development',
    dataDir: resolve(source.folder, set.dataDir ?? '.drover'),
    prefix: set.prefix ?? 'bull',
    schema: set.schema ?? 'bullmq',
    statePrefix: set.statePrefix ?? 'drover',
    host: set.host ?? '127.0.0.1',
    port: set.port ?? DEFAULT_PORT,
    tickMs: set.tickMs ?? 5_000,
    runWorkers: set.runWorkers ?? true,
    workerBudgetMB: file.workerBudgetMB ?? null,
    trustProxy: set.trustProxy ?? false,
    telemetry: resolveTelemetry(file.telemetry, env, source.folder),
    metrics: { jobNames: false, ...defined({ ...file.metrics, ...environment.metrics }) },
    audit: { keepDays: file.audit?.keepDays ?? DEFAULT_KEEP_AUDIT_DAYS },
    redact: file.redact ?? [],
    revealRole: file.revealRole ?? 'admin',
    quarantine: { afterCrashes: file.quarantine?.afterCrashes ?? DEFAULT_AFTER_CRASHES },
    memory,
    thresholds,
    timeout: defined(file.timeout ?? {}),
    limiters: parseLimiterDefinitions(file.limiters ?? {}),
    notifiers: resolveNotifiers(file.notifiers ?? {}),
    notifications: resolveNotifications(file),
    actuators: resolveActuators(file.actuators ?? {}, source.folder, set.host ?? '127.0.0.1'),
    queues: new Map(queues),
  };
}

function resolveQueue(
  queueName: string,
  queue: QueueConfig,
  base: { readonly memory: MemoryLimits; readonly thresholds: Thresholds; readonly folder: string },
): ResolvedQueue {
  const actuator = queue.actuator ?? 'local';
  const isRun = queue.processor !== undefined || actuator !== 'local';
  const minWorkers = isRun ? (queue.minWorkers ?? 1) : 0;
  return {
    queueName,
    processor: queue.processor === undefined ? null : resolve(base.folder, queue.processor),
    sandboxed: queue.sandboxed ?? false,
    concurrency: queue.concurrency ?? 1,
    priority: queue.priority ?? 0,
    minWorkers,
    maxWorkers: queue.maxWorkers ?? Math.max(1, minWorkers),
    actuator,
    workload: resolveWorkload(queueName, queue.kubernetes),
    graceMs: queue.graceMs ?? DEFAULT_GRACE_MS,
    memory: { ...base.memory, ...defined(queue.memory ?? {}) },
    ownMemory: defined(queue.memory ?? {}),
    ownTimeout: defined(queue.timeout ?? {}),
    jobSchema: queue.jobSchema ?? null,
    limiters: [queue.limiter ?? []].flat(),
    thresholds: { ...base.thresholds, ...defined(queue.thresholds ?? {}) },
    ownThresholds: defined(queue.thresholds ?? {}),
    workerOptions: queue.worker ?? {},
  };
}

function resolveTelemetry(
  { otel, register }: NonNullable<DroverConfig['telemetry']> = {},
  env: Readonly<Record<string, string | undefined>>,
  folder: string,
): ResolvedConfig['telemetry'] {
  const on = env.DROVER_OTEL ? env.DROVER_OTEL === 'true' : otel;
  if (on !== true) return null;
  return register === undefined ? {} : { register: resolve(folder, register) };
}

function fromEnvironment(env: Readonly<Record<string, string | undefined>>): {
  values: ConfigOverrides & Pick<DroverConfig, 'environment' | 'prefix' | 'schema'>;
  metrics: { token?: string };
  problems: { path: string; message: string }[];
} {
  const values: Record<string, string | number> = {};
  const problems: { path: string; message: string }[] = [];
  const names = {
    DROVER_ENGINE: 'engine',
    DROVER_ENVIRONMENT: 'environment',
    DROVER_DATA_DIR: 'dataDir',
    DROVER_PREFIX: 'prefix',
    DROVER_SCHEMA: 'schema',
    HOST: 'host',
  } as const;
  for (const [variable, key] of Object.entries(names)) {
    const value = env[variable];
    if (value) values[key] = value;
  }
  if (env.PORT) {
    const port = Number(env.PORT);
    if (Number.isInteger(port) && port >= 0 && port <= 65_535) values.port = port;
    else
      problems.push({
        path: 'PORT',
        message: `is not a port number from 0 to 65535 (given: ${JSON.stringify(env.PORT)})`,
      });
  }
  const token = env.DROVER_METRICS_TOKEN;
  if (token && !/^[!-~]{16,512}$/.test(token)) {
    problems.push({
      path: 'DROVER_METRICS_TOKEN',
      message: 'needs 16 to 512 printable ASCII characters without spaces',
    });
  }
  return { values, metrics: token ? { token } : {}, problems };
}

/** The entries whose value is not undefined: spreading the others would hide a default. */
function defined<T extends object>(values: T): { [key in keyof T]: Exclude<T[key], undefined> } {
  const entries = Object.entries(values).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [key in keyof T]: Exclude<T[key], undefined> };
}
