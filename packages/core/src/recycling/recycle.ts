/**
 * Why a worker is recycled. `zombies`: handlers that ignored their deadline pile up in it.
 * `hard_limit` alone does not wait for a replacement, nor for its turn.
 */
export const recycleCauses = ['command', 'soft_limit', 'hard_limit', 'jobs', 'age', 'growth', 'zombies'] as const;
export type RecycleCause = (typeof recycleCauses)[number];

/** What a worker that is being recycled says of it. */
export interface RecycleNotice {
  readonly cause: RecycleCause;
  /** In words, for a log and a screen. */
  readonly reason: string;
}

/**
 * requested: not yet told to the worker, because as many of its queue's workers as may are
 * being replaced, or because the word is on its way. replacing: its replacement starts.
 * draining: it takes no more jobs. done, failed: over.
 */
export const recycleStatuses = ['requested', 'replacing', 'draining', 'done', 'failed'] as const;
export type RecycleStatus = (typeof recycleStatuses)[number];

export interface Recycle extends RecycleNotice {
  readonly workerId: string;
  readonly queueName: string;
  readonly host: string;
  readonly status: RecycleStatus;
  /** False: its jobs are aborted and handed back at once. */
  readonly graceful: boolean;
  /** Who commanded it; `null` when Drover decided. */
  readonly requestedBy: string | null;
  readonly requestedAtMs: number;
  /** When the worker was told; `null` while it waits for its turn. */
  readonly toldAtMs: number | null;
  readonly updatedAtMs: number;
  /** Jobs that were given back unfinished, and run again; `null` until it is over. */
  readonly jobsHandedBack: number | null;
  /** How it stands, or ended, in words. */
  readonly message: string;
}

const MAX_REASON_LENGTH = 1_000;

/** What a worker's report holds, as a notice; `null` for anything that is none. A newer worker's cause is a command. */
export function readRecycleNotice(value: unknown): RecycleNotice | null {
  if (typeof value !== 'object' || value === null) return null;
  const { cause, reason } = value as Partial<Record<keyof RecycleNotice, unknown>>;
  if (typeof reason !== 'string') return null;
  return {
    cause: recycleCauses.find((known) => known === cause) ?? 'command',
    reason: reason.slice(0, MAX_REASON_LENGTH),
  };
}
