import type { PendingStep } from './queue-scaling.js';

/** What became of a change of the count. */
export interface StepOutcome {
  readonly reached: boolean;
  readonly afterMs: number;
  /** Why it was not, in words. */
  readonly reason?: string;
}

export interface WorkersNow {
  readonly ready: number;
  readonly starting: number;
  readonly draining: number;
  /** Where a platform runs them: why it does not do as it was told. */
  readonly trouble?: string | null;
}

/** Workers that do not come within this, or within four of their usual starts, are told as missing. */
const PATIENCE_MS = 60_000;
/** A worker that goes may finish a long job first. */
const DRAIN_PATIENCE_MS = 600_000;

/** Whether a step was carried out; `null` while it may still be. */
export function verifyStep(
  { atMs, from, to }: PendingStep,
  { ready, starting, draining, trouble = null }: WorkersNow,
  startUpMs: number | null,
  nowMs: number,
): StepOutcome | null {
  const afterMs = Math.max(0, nowMs - atMs);
  if (to > from) {
    if (ready >= to) return { reached: true, afterMs };
    if (afterMs < Math.max(PATIENCE_MS, 4 * (startUpMs ?? 0))) return null;
    const state = `${ready} of ${to} workers are ready, ${starting} are starting`;
    return { reached: false, afterMs, reason: withTrouble(state, trouble) };
  }
  const there = ready + starting + draining;
  if (there <= to) return { reached: true, afterMs };
  if (afterMs < DRAIN_PATIENCE_MS) return null;
  const state = `${there} workers are still there, ${draining} of them draining`;
  return { reached: false, afterMs, reason: withTrouble(state, trouble) };
}

function withTrouble(state: string, trouble: string | null): string {
  return trouble === null ? state : `${state}. ${trouble}`;
}
