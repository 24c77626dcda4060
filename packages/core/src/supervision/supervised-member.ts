/** How many workers of one queue this host shall run. */
export interface DesiredWorkers {
  readonly count: number;
  /** What jobs in hand get to finish when a worker of the queue is drained. */
  readonly graceMs: number;
  /** A worker's hard memory limit; taken as its need when a replacement is to start beside it. */
  readonly memoryLimitMB?: number;
}

/** One worker process of this host, as its supervisor knows it. Instants are monotonic. */
export interface SupervisedMember {
  readonly workerId: string;
  readonly queueName: string;
  readonly pid: number;
  readonly phase: 'starting' | 'ready' | 'draining';
  /** Started by an earlier supervisor: no channel, known by its reports and its process. */
  readonly adopted: boolean;
  /** For adopted ones, when they were adopted. */
  readonly startedAtMs: number;
  /** Last sign of life from its event loop: a heartbeat, or for adopted ones a new report. */
  readonly heardAtMs: number;
  /** The silence was already told. */
  readonly warned: boolean;
  /** Jobs in hand, as last heard. */
  readonly active: number;
  /** Set while draining: since when, and the grace it was given. */
  readonly drain: { readonly sinceMs: number; readonly graceMs: number } | null;
  /** Why this worker shall be replaced by another; `null` when it may stay. */
  readonly recycle: string | null;
  /** SIGKILL was sent; the exit has not been seen. */
  readonly killed: boolean;
}

export type SupervisionAction =
  | { readonly kind: 'start'; readonly queueName: string; readonly reason: string }
  | { readonly kind: 'drain'; readonly workerId: string; readonly graceMs: number; readonly reason: string }
  | { readonly kind: 'kill'; readonly workerId: string; readonly reason: string }
  | { readonly kind: 'warn'; readonly workerId: string; readonly reason: string };

export interface SupervisionLimits {
  /** A loop silent for this long is told of. */
  readonly silentWarnMs: number;
  /** A loop silent for this long cannot drain: it is killed. */
  readonly silentKillMs: number;
  /** The same for adopted workers, whose reports also fail when the engine is slow. */
  readonly adoptedSilentKillMs: number;
  /** What a drained worker gets beyond its grace, to hand back and report. */
  readonly escalateAfterMs: number;
  /**
   * An adopted worker is not taken for surplus before this: after a restart the leader needs
   * a moment to assign this host its workers, and draining them meanwhile would cost them all.
   */
  readonly keepAdoptedMs: number;
  /** What a worker needs when it has no memory limit. */
  readonly assumedWorkerMB: number;
}

export const defaultSupervisionLimits: SupervisionLimits = {
  silentWarnMs: 15_000,
  silentKillMs: 30_000,
  adoptedSilentKillMs: 60_000,
  escalateAfterMs: 5_000,
  keepAdoptedMs: 20_000,
  assumedWorkerMB: 256,
};

/** `keepAdoptedMs` under a leader that assigns once in `tickMs`: it may need two looks, and a new leader some seconds. */
export function keepAdoptedMsFor(tickMs: number): number {
  return Math.max(defaultSupervisionLimits.keepAdoptedMs, 2 * tickMs + 10_000);
}
