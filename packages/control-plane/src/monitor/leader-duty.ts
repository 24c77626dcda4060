import type { LiveSnapshot } from '@drover/contract';
import type { Fence, FleetAssignment, HostPresence, WorkerReport } from '@drover/core';

/** What a tick of the leader saw. */
export interface LeaderTick {
  readonly snapshot: LiveSnapshot;
  /** Of workers that still speak. */
  readonly reports: readonly WorkerReport[];
  /** As stored: those of workers that ended or fell silent lately, too. */
  readonly stored: readonly WorkerReport[];
  readonly hosts: readonly HostPresence[];
  /** Workers that each host runs from now on; empty where nothing is assigned. */
  readonly assignment: FleetAssignment;
  readonly nowMs: number;
  /** Every write of a duty carries it. */
  readonly fence: Fence;
}

/**
 * Work that only the leader does, after each tick. A duty that fails is logged and tried
 * again with the next tick; it keeps neither the others nor the figures from their turn.
 */
export interface LeaderDuty {
  readonly name: string;
  run(tick: LeaderTick): Promise<void>;
}
