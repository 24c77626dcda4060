import type { DesiredWorkerState } from '../fleet/desired.js';
import type { WorkerReport } from '../fleet/report.js';
import type { Fence } from './lease.js';

/** How one control plane's supervisor stands with one queue. */
export interface SupervisedQueueStatus {
  readonly queueName: string;
  /** Workers this host shall run. */
  readonly desired: number;
  readonly starting: number;
  readonly ready: number;
  readonly draining: number;
  /** Set while workers of the queue keep dying soon after their start. */
  readonly crashLoop: {
    readonly sinceMs: number;
    readonly restarts: number;
    readonly lastError: string;
    readonly nextStartAtMs: number;
  } | null;
  /** Spawn to ready, the latest measured; `null` before the first. */
  readonly startUpMs: number | null;
  /** Set where a platform runs the workers; `trouble` says why its count is not as ordered. */
  readonly platform?: { readonly kind: string; readonly trouble: string | null };
}

/** What a host's configuration says of a queue that it can run. */
export interface RunnableQueue {
  readonly minWorkers: number;
  readonly maxWorkers: number;
  /** Jobs that one worker runs at a time. */
  readonly slots: number;
  /** A worker's hard memory limit. */
  readonly workerMB: number;
  /** Of two queues that want the last free memory, the one with the larger number gets it. */
  readonly priority: number;
}

/** A machine on which a control plane can run workers. Heartbeaten, so a dead one fades. */
export interface HostPresence {
  /** Stable name of the machine, the same as in its workers' reports. */
  readonly host: string;
  /** Unique per control plane process. */
  readonly instanceId: string;
  /** Set on what stands for a platform, which is no machine and no control plane. Never announced. */
  readonly platform?: string;
  readonly pid: number;
  readonly version: string;
  readonly startedAtMs: number;
  /** False for a replica that only serves HTTP. */
  readonly runsWorkers: boolean;
  /**
   * Workers in all that this host's configuration wants, by queue that it knows how to run.
   * The leader decides by these: its own configuration may be older, or empty.
   */
  readonly wants: Readonly<Record<string, number>>;
  /** More of the same queues; absent from hosts of earlier versions, whose counts stay as wanted. */
  readonly runs?: Readonly<Record<string, RunnableQueue>>;
  /** What all workers of this host may take together; absent where free memory alone is the bound. */
  readonly workerBudgetMB?: number;
  readonly totalMemoryMB: number;
  readonly freeMemoryMB: number;
  readonly queues: readonly SupervisedQueueStatus[];
}

/** How many workers each host runs per queue: queue -> instanceId -> count. Written by the leader. */
export type FleetAssignment = Readonly<Record<string, Readonly<Record<string, number>>>>;

/** The control plane's side of the fleet. */
export interface FleetRegistry {
  /** The newest report of every worker that is alive or ended lately. Unreadable ones are left out. */
  readReports(): Promise<readonly WorkerReport[]>;
  /** Drops a worker's report at once: its process is known to be gone and counted. */
  forget(workerId: string): Promise<void>;
  /** Sets what a worker shall do, with the next version; it looks within a second. */
  setDesired(workerId: string, desired: Omit<DesiredWorkerState, 'version'>): Promise<DesiredWorkerState>;
  announceHost(presence: HostPresence, ttlMs: number): Promise<void>;
  withdrawHost(instanceId: string): Promise<void>;
  readHosts(): Promise<readonly HostPresence[]>;
  assign(assignment: FleetAssignment, fence: Fence): Promise<void>;
  readAssignment(): Promise<FleetAssignment>;
}

/** What a worker looks for, and what it knows already. */
export interface FleetLook {
  /** Whose desired state to read; `null` in a process that obeys nobody. */
  readonly workerId: string | null;
  /** From the last look's answer; -1 before the first. */
  readonly settingsRevision: number;
}

export interface FleetNews {
  readonly settingsRevision: number;
  /** The documents of `workerDocumentKeys` that exist, as JSON by key; `null` when no setting changed. */
  readonly documents: Readonly<Record<string, string>> | null;
  /** `null` when none was set. */
  readonly desired: DesiredWorkerState | null;
}

/** A worker's side of the fleet, over a connection that the worker has anyway. */
export interface FleetMember {
  /** Stores the report. Rejects with `engine_unavailable` when it can't; the next report makes up. */
  publish(report: WorkerReport, ttlMs: number): Promise<void>;
  /** One round trip, and a second after a setting changed. Rejects with `engine_unavailable`. */
  look(look: FleetLook): Promise<FleetNews>;
}
