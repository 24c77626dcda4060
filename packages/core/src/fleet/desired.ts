/**
 * What the control plane wants of one worker: a versioned document at which the worker looks
 * several times in two seconds. State, not a message: reading it twice or late does no harm.
 */
export interface DesiredWorkerState {
  /** Grows with every change; a worker acts on a version once. */
  readonly version: number;
  readonly run: 'run' | 'drain';
  /** Why, in words for a log and a screen. */
  readonly reason: string;
  /** When draining: how long jobs in hand may take, in ms. */
  readonly graceMs: number;
  /**
   * When a supervisor adopts a worker that it did not start: its process on the same host.
   * No channel joins the two, so the worker watches this process instead, and drains when
   * it is gone and nobody else adopts it.
   */
  readonly supervisorPid?: number;
}
