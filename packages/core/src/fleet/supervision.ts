/**
 * Messages between a supervisor (the local actuator) and a worker process it started,
 * over the Node IPC channel. A worker must live on without a channel: its supervisor may
 * be killed, and the next one adopts it by its report.
 */
export type WorkerToSupervisor =
  | { readonly type: 'ready'; readonly workerId: string; readonly startUpMs: number }
  /** Sent every second from the event loop: its absence means a blocked loop. */
  | { readonly type: 'heartbeat'; readonly active: number }
  /** `graceMs` when the worker gave itself another grace than its queue's. */
  | { readonly type: 'draining'; readonly active: number; readonly graceMs?: number }
  /** It is to be replaced: start another one, then drain it. */
  | { readonly type: 'recycle'; readonly reason: string }
  | { readonly type: 'fatal'; readonly message: string };

export type SupervisorToWorker = { readonly type: 'drain'; readonly graceMs: number; readonly reason: string };

/** Exit codes of `drover worker`. Everything else is a crash. */
export const workerExitCodes = {
  /** Drained, or told to stop: nothing to restart unless wanted. */
  stopped: 0,
  /** An error that no handler caught; it was reported before the exit. */
  unhandledError: 1,
  /** Recycled: to be started again, unless its supervisor has replaced it already. EX_TEMPFAIL of sysexits.h. */
  recycled: 75,
  /** The configuration or the processor file cannot be used: restarting will not help soon. */
  misconfigured: 78,
} as const;
