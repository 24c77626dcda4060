/** A held lease. The epoch grows each time the lease changes hands and fences every write made under it. */
export interface LeaseGrant {
  readonly name: string;
  readonly holder: string;
  readonly epoch: number;
  /** From the answer on, by the engine's clock. Stop acting as holder well before it ends. */
  readonly expiresInMs: number;
}

/**
 * What a fenced write carries. The engine refuses it (fault `fenced`) in the same script or
 * statement when a later epoch exists, so a leader that slept through its lease cannot
 * overwrite its successor.
 */
export type Fence = Pick<LeaseGrant, 'name' | 'epoch'>;

export interface Lease {
  /**
   * Takes the lease when it is free or expired (new epoch), or prolongs it when `holder`
   * already has it (same epoch). `null` when another holds it. By the engine's clock.
   */
  acquire(name: string, holder: string, ttlMs: number): Promise<LeaseGrant | null>;
  /** Who holds the lease now; `null` when it is free. */
  read(name: string): Promise<LeaseGrant | null>;
  /** Gives the lease up, so that a successor need not wait. No effect when `holder` lost it. */
  release(name: string, holder: string): Promise<void>;
}
