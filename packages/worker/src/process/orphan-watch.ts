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
  private guardian: Guardian;
  /** Read before the end of the old supervisor was heard of; a version is acted on once, so it would be lost. */
  private earlyAdopter: Guardian | null = null;

  constructor(hasChannel: boolean, options: OrphanWatchOptions) {
    this.options = options;
    this.guardian = { kind: hasChannel ? 'channel' : 'none' };
  }

  get waiting(): boolean {
    return this.guardian.kind === 'gone';
  }

  disconnected(nowMs: number): void {
    if (this.guardian.kind === 'channel') this.guardian = this.earlyAdopter ?? { kind: 'gone', sinceMs: nowMs };
  }

  /** A desired state of a version not seen before; true when it adopts this worker. */
  desired(desired: DesiredWorkerState): boolean {
    if (desired.run !== 'run' || this.guardian.kind === 'none') return false;
    const adopter = { kind: 'adopter', pid: desired.supervisorPid } as const;
    if (this.guardian.kind === 'channel') {
      if (adopter.pid !== undefined) this.earlyAdopter = adopter;
      return false;
    }
    this.guardian = adopter;
    return true;
  }

  /** True when nobody came in time. `nowMs` is monotonic. */
  isAbandoned(nowMs: number): boolean {
    const { guardian } = this;
    if (guardian.kind === 'adopter' && guardian.pid !== undefined && !this.options.isAlive(guardian.pid)) {
      this.guardian = { kind: 'gone', sinceMs: nowMs };
      return false;
    }
    return guardian.kind === 'gone' && nowMs - guardian.sinceMs >= this.options.adoptWithinMs;
  }
}
