import type { Engine, WorkerReport } from '@drover/core';
import type { EngineBackendFactory, EngineConnection, EngineOptions, QueueConnection } from '@drover/engines';

/** Where tests differ by engine: what an engine can or cannot do, never which one it is. */
export interface EngineCapabilities {
  /** Old points go by `prune`; otherwise they expire by themselves. */
  readonly prunesHistory: boolean;
  /** Makes one queue unreadable and no other; `null` where queues cannot break one by one. */
  readonly breakQueue: ((queueName: string) => Promise<void>) | null;
  /** How many readings it takes at most until each of n priorities was looked at. */
  readonly readingsToSee: (priorities: number) => number;
}

/** An engine with empty state of its own, and the outside of it that a port does not have. */
export interface TestEngine {
  readonly engine: Engine;
  readonly queues: QueueConnection;
  readonly capabilities: EngineCapabilities;
  /** Another control plane on the same state; closed with this one. */
  replica(options?: EngineOptions): Promise<Engine>;
  /** Stores a report as a worker does. */
  report(report: WorkerReport, ttlMs: number): Promise<void>;
  /** Stores something that is no report under a worker's id. */
  reportText(workerId: string, text: string, ttlMs: number): Promise<void>;
  /** The desired state as a worker reads it. */
  desired(workerId: string): Promise<unknown>;
  /** Marks Drover's state as written by a later version. */
  pretendNewer(): Promise<void>;
  /**
   * Bytes that the stored history takes, overhead included: what lasts, which grows with the
   * points, and what is open, which grows with the series alone.
   */
  historyBytes(): Promise<{ readonly lasting: number; readonly open: number }>;
  /** For BullMQ's own classes. */
  readonly bullmq: {
    readonly connection: EngineConnection;
    readonly factory: EngineBackendFactory;
    readonly prefix?: string;
  };
  close(): Promise<void>;
}
