/**
 * Since when a job has been waiting, in ms since 1970. Its wait begins when its own delay is
 * over; that delay is read from its options, because BullMQ zeroes the job's `delay` field
 * when the job comes due. A job that ran before (a retry, a hand-back) cannot have begun to
 * wait before its last start. `null` when the engine no longer has the job's timestamp.
 */
export function waitingSinceMs(
  timestampMs: number | null,
  optsJson: string | null,
  lastStartMs: number | null,
): number | null {
  if (timestampMs === null || !Number.isFinite(timestampMs)) return null;
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
