import type { DesiredWorkerState } from '@drover/core';

export interface OrphanWatchOptions {
  /** How long to wait for a new supervisor before giving up. */
  readonly adoptWithinMs: number;
  readonly isAlive: (pid: number) => boolean;
}

type Guardian =
  /** Started by hand or by a container: nobody is expected to watch over us. */
  | { readonly kind: 'none' }
  | { readonly kind: 'channel' }
  | { readonly kind: 'adopter'; readonly pid: number | undefined }
  | { readonly kind: 'gone'; readonly sinceMs: number };

/**
 * Decides when a worker has lost its supervisor for good. A supervisor that is killed -9
 * leaves its workers running: they go on working, wait to be adopted by the next one on the
 * host, and drain when none comes, so that no orphan remains.
 *
 *   channel ── disconnect ──► gone ── desired state "run" ──► adopter
 *                              │  ◄────── its process ends ──────┘
 *                              └── nobody within adoptWithinMs ──► abandoned
 */
export class OrphanWatch {
  private readonly options: OrphanWatchOptions;
  private current: Guardian;
  /** Read before the end of the old supervisor was heard of; a version is acted on once, so it would be lost. */
  private earlyAdopter: Guardian | null = null;

  constructor(hasChannel: boolean, options: OrphanWatchOptions) {
    this.options = options;
    this.current = { kind: hasChannel ? 'channel' : 'none' };
  }

  get waiting(): boolean {
    return this.current.kind === 'gone';
  }

  /** Whether somebody is there to start a replacement, and by which way that hears of it. */
  get guardian(): 'none' | 'channel' | 'adopter' | 'gone' {
    return this.current.kind;
  }

  disconnected(nowMs: number): void {
    if (this.current.kind === 'channel') this.current = this.earlyAdopter ?? { kind: 'gone', sinceMs: nowMs };
  }

  /** A desired state of a version not seen before; true when it adopts this worker. */
  desired(desired: DesiredWorkerState): boolean {
    if (desired.run !== 'run' || this.current.kind === 'none') return false;
    const adopter = { kind: 'adopter', pid: desired.supervisorPid } as const;
    if (this.current.kind === 'channel') {
      if (adopter.pid !== undefined) this.earlyAdopter = adopter;
      return false;
    }
    this.current = adopter;
    return true;
  }

  /** True when nobody came in time. `nowMs` is monotonic. */
  isAbandoned(nowMs: number): boolean {
    const guardian = this.current;
    if (guardian.kind === 'adopter' && guardian.pid !== undefined && !this.options.isAlive(guardian.pid)) {
      this.current = { kind: 'gone', sinceMs: nowMs };
      return false;
    }
    return guardian.kind === 'gone' && nowMs - guardian.sinceMs >= this.options.adoptWithinMs;
  }
}
