/** What an engine keeps of a job that waits. */
export interface WaitingJob {
  readonly timestampMs: number | null;
  readonly optsJson: string | null;
  readonly lastStartMs: number | null;
  readonly attemptsStarted: number;
}

/**
 * Since when a job has been waiting, in ms since 1970. Its wait begins when its own delay is
 * over; that delay is read from its options, because BullMQ zeroes the job's `delay` field
 * when the job comes due. A job that ran before (a retry, a hand-back) cannot have begun to
 * wait before its last start.
 *
 * `null` when nobody knows: BullMQ forgets the last start of a finished job that is retried
 * by hand. To count that one from its first day would turn every retry of old failures into
 * a queue that has been starving for weeks.
 */
export function waitingSinceMs({ timestampMs, optsJson, lastStartMs, attemptsStarted }: WaitingJob): number | null {
  if (timestampMs === null || (attemptsStarted > 0 && lastStartMs === null)) return null;
  return Math.max(timestampMs + ownDelayMs(optsJson), lastStartMs ?? 0);
}

/** The delay a job was added with, from its stored options. */
export function ownDelayMs(optsJson: string | null): number {
  // Parsing is spared for the many jobs that were never delayed.
  if (!optsJson?.includes('"delay"')) return 0;
  try {
    const delay: unknown = (JSON.parse(optsJson) as { delay?: unknown } | null)?.delay;
    return typeof delay === 'number' && delay > 0 ? delay : 0;
  } catch {
    return 0;
  }
}
