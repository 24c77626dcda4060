import { DEFAULT_SCHEMA, defaultRetention, type Retention } from '@drover/core';
import type { EnginePrefixes } from './engine-prefixes.js';

/** Receives one line of what an engine does by itself: reconnects, background failures. */
export type EngineLog = (level: 'debug' | 'info' | 'warn' | 'error', message: string) => void;

export interface EngineOptions {
  /** Folder of the embedded engine; `.drover` by default. */
  readonly dataDir?: string;
  /** BullMQ's key prefix on Redis; `bull` by default. A cluster's gets braces where it has none. */
  readonly prefix?: string;
  /** BullMQ's schema on PostgreSQL; `bullmq` by default. */
  readonly schema?: string;
  /** Prefix of Drover's own keys on Redis; `drover` by default. As `prefix` on a cluster. */
  readonly statePrefix?: string;
  /** Drover's own schema on PostgreSQL; `drover` by default. */
  readonly stateSchema?: string;
  readonly retention?: readonly Retention[];
  /**
   * False leaves BullMQ's own schema as it is found (to observe an installation that
   * somebody else migrates). True by default.
   */
  readonly migrateBullMQ?: boolean;
  /** PostgreSQL connections at most; opened as needed. */
  readonly maxConnections?: number;
  readonly log?: EngineLog;
}

export interface ResolvedOptions {
  readonly dataDir: string;
  readonly prefix: string;
  readonly schema: string;
  readonly statePrefix: string;
  readonly stateSchema: string;
  readonly retention: readonly Retention[];
  readonly migrateBullMQ: boolean;
  readonly maxConnections: number;
  readonly log: EngineLog;
}

export function resolveOptions(options: EngineOptions & EnginePrefixes, defaultConnections: number): ResolvedOptions {
  return {
    dataDir: options.dataDir ?? '.drover',
    prefix: options.prefix,
    schema: options.schema ?? 'bullmq',
    statePrefix: options.statePrefix,
    stateSchema: options.stateSchema ?? DEFAULT_SCHEMA,
    retention: options.retention ?? defaultRetention,
    migrateBullMQ: options.migrateBullMQ ?? true,
    // A fenced transaction holds one while a reader asks.
    maxConnections: Math.max(2, options.maxConnections ?? defaultConnections),
    log: options.log ?? (() => undefined),
  };
}
