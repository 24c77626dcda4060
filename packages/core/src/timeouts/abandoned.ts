/** Handlers that ran on after their deadline and are too many to go on with. */
export interface AbandonedLoad {
  /** Handlers that still run although their attempt was given up. */
  readonly running: number;
  readonly concurrency: number;
}

const FEW = 3;

/**
 * Why a worker should be replaced for the handlers it abandoned, or `null`. Each holds its
 * memory, its connections and perhaps a CPU, and nothing in JavaScript can end it but the
 * end of the process. As many as the worker has places: half of its work is nobody's.
 */
export function abandonedRecycleReason({ running, concurrency }: AbandonedLoad): string | null {
  if (running < Math.max(FEW, concurrency)) return null;
  return `${running} handlers run on after their deadline`;
}
