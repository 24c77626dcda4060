import type { Fence } from './lease.js';

export interface PublishedSnapshot {
  readonly seq: number;
  readonly epoch: number;
  readonly bytes: Uint8Array;
}

/**
 * The leader's latest tick, for the other replicas and for the next leader. One value,
 * overwritten; it may be lost with a crash of the engine.
 */
export interface SnapshotStore {
  publish(seq: number, bytes: Uint8Array, fence: Fence): Promise<void>;
  /** The snapshot when it differs from (epoch, seq) of the one already held; `null` otherwise. */
  readIfChanged(held: Pick<PublishedSnapshot, 'epoch' | 'seq'> | null): Promise<PublishedSnapshot | null>;
}
