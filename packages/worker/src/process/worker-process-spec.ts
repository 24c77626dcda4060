import type { LimiterDefinitions } from '@drover/core';

/** Everything that one worker process needs to know, as JSON in the environment variable below. */
export interface WorkerProcessSpec {
  readonly queueName: string;
  /** Unique among all workers of the engine. */
  readonly workerId: string;
  readonly engine: WorkerProcessEngine;
  /** Absolute path of a module that exports the processor as `default` or `processor`. */
  readonly processorFile: string;
  /** Run the processor in child processes of the worker, as BullMQ's sandboxed processors. */
  readonly sandboxed?: boolean;
  /** Jobs at once. Default 1. */
  readonly concurrency?: number;
  /** How long jobs in hand may take when the worker is told to stop. Default 30,000 ms. */
  readonly graceMs?: number;
  /** Hard limit of the process's memory; memory is reported as a share of it. */
  readonly memoryLimitMB?: number;
  /** True: that limit is the queue's own, and holds when the general one is edited. */
  readonly ownMemoryLimit?: boolean;
  /** Name of this machine in reports. Default: the host name. */
  readonly host?: string;
  readonly statePrefix?: string;
  readonly droverSchema?: string;
  readonly reportIntervalMs?: number;
  /** How long a worker whose supervisor is gone waits to be adopted. Default 15,000 ms. */
  readonly adoptWithinMs?: number;
  /** The configuration's limiters, over and beside the guide's eight. */
  readonly limiters?: LimiterDefinitions;
  /** Limiters that each job of the queue takes a permit of before it is fetched. */
  readonly limiter?: readonly string[];
  /** Traces on OpenTelemetry; absent: none. */
  readonly telemetry?: WorkerProcessTelemetry;
  /** BullMQ worker options that are JSON: `lockDuration`, `limiter`, `removeOnComplete`, … */
  readonly worker?: Readonly<Record<string, unknown>>;
}

export interface WorkerProcessTelemetry {
  /** Absolute path of a module that starts the application's OpenTelemetry SDK. */
  readonly register?: string;
}

export type WorkerProcessEngine =
  | {
      readonly kind: 'redis';
      /** ioredis options that are JSON; `url`, or `host` and `port`, or `sentinels` and `name`. */
      readonly connection: Readonly<Record<string, unknown>>;
      /** BullMQ's key prefix. Default `bull`. */
      readonly prefix?: string;
    }
  | {
      readonly kind: 'redis-cluster';
      readonly nodes: readonly { readonly host: string; readonly port: number }[];
      readonly connection?: Readonly<Record<string, unknown>>;
      readonly prefix?: string;
    }
  | {
      readonly kind: 'postgres';
      /** node-postgres options that are JSON; `connectionString`, or `host`, `port`, `database`, … */
      readonly connection: Readonly<Record<string, unknown>>;
      /** BullMQ's schema. Default `bullmq`. */
      readonly schema?: string;
    };

/**
 * The worker deletes it after reading, so that neither jobs nor their children see the
 * connection it was given. A DROVER_ENGINE stays in their environment, for `connect()`.
 */
export const SPEC_VARIABLE = 'DROVER_WORKER_SPEC';

/** The control plane's own secrets. A job has no use for them, and one that dumps its environment would show them. */
export const SECRET_VARIABLES = [
  'DROVER_ADMIN_PASSWORD',
  'DROVER_API_TOKEN',
  'DROVER_METRICS_TOKEN',
  'DROVER_KEDA_TOKEN',
] as const;

export const DEFAULT_GRACE_MS = 30_000;
export const DEFAULT_ADOPT_WITHIN_MS = 15_000;

/** Reads a spec; throws a TypeError that names what is wrong with it. */
export function parseWorkerProcessSpec(text: string | undefined): WorkerProcessSpec {
  if (text === undefined) throw new TypeError(`${SPEC_VARIABLE} is not set`);
  let spec: Partial<WorkerProcessSpec>;
  try {
    spec = JSON.parse(text);
  } catch (cause) {
    throw new TypeError(`${SPEC_VARIABLE} is not JSON`, { cause });
  }
  for (const name of ['queueName', 'workerId', 'processorFile'] as const) {
    if (typeof spec[name] !== 'string' || spec[name] === '') throw new TypeError(`${SPEC_VARIABLE} has no ${name}`);
  }
  const kind = spec.engine?.kind;
  if (kind !== 'redis' && kind !== 'redis-cluster' && kind !== 'postgres') {
    throw new TypeError(`${SPEC_VARIABLE} names no known engine: ${String(kind)}`);
  }
  return spec as WorkerProcessSpec;
}
