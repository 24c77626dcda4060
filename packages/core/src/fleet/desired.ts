import type { RecycleCause } from '../recycling/recycle.js';

/**
 * What the control plane wants of one worker: a versioned document at which the worker looks
 * several times in two seconds. State, not a message: reading it twice or late does no harm.
 */
export interface DesiredWorkerState {
  /** Grows with every change; a worker acts on a version once. */
  readonly version: number;
  /**
   * recycle: to be replaced by another worker. One whose supervisor lives asks that for a
   * replacement and is drained when it is ready; any other drains and exits at once, with
   * `workerExitCodes.recycled`, so that whatever runs it starts it again.
   */
  readonly run: 'run' | 'drain' | 'recycle';
  /** Why, in words for a log and a screen. */
  readonly reason: string;
  /** When recycling. Default `command`. */
  readonly cause?: RecycleCause;
  /** When recycling: true aborts the jobs in hand and gives them back at once. */
  readonly abort?: boolean;
  /** How long jobs in hand may take, in ms. */
  readonly graceMs: number;
  /**
   * When a supervisor adopts a worker that it did not start: its process on the same host.
   * No channel joins the two, so the worker watches this process instead, and drains when
   * it is gone and nobody else adopts it.
   */
  readonly supervisorPid?: number;
}
