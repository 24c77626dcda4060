import type { AuditLog } from './audit-log.js';
import type { DemandWatch } from './demand-watch.js';
import type { FleetRegistry } from './fleet.js';
import type { JobGateway } from './job-gateway.js';
import type { Lease } from './lease.js';
import type { MetricStore } from './metric-store.js';
import type { QueueGateway } from './queue-gateway.js';
import type { QueueOperations } from './queue-operations.js';
import type { RateLimiterStore } from './rate-limiter-store.js';
import type { RecordStore } from './record-store.js';
import type { ScheduleGateway } from './schedule-gateway.js';
import type { SettingsStore } from './settings-store.js';
import type { SnapshotStore } from './snapshot-store.js';

export type EngineKind = 'embedded' | 'postgres' | 'redis' | 'redis-cluster' | 'redis-sentinel';

export interface EngineStatus {
  readonly kind: EngineKind;
  /** Address without credentials. */
  readonly address: string;
  readonly version: string;
  /** Round trip of a ping. */
  readonly latencyMs: number;
  /** Engine's clock minus ours, half the round trip taken off. */
  readonly clockSkewMs: number;
  /** What an operator should change, in sentences; empty when all is well. */
  readonly warnings: readonly string[];
}

/** Everything an engine offers, over one shared set of connections. */
export interface Engine {
  readonly kind: EngineKind;
  /** Address without credentials. */
  readonly address: string;
  readonly queues: QueueGateway;
  readonly demand: DemandWatch;
  readonly operations: QueueOperations;
  readonly jobs: JobGateway;
  readonly schedules: ScheduleGateway;
  readonly metrics: MetricStore;
  readonly settings: SettingsStore;
  readonly audit: AuditLog;
  readonly records: RecordStore;
  readonly limiters: RateLimiterStore;
  readonly lease: Lease;
  readonly fleet: FleetRegistry;
  readonly snapshots: SnapshotStore;
  /** Asks the engine how it is; rejects with `engine_unavailable`. */
  status(): Promise<EngineStatus>;
  close(): Promise<void>;
}
