const FIRST_MS = 5_000;
const LONGEST_MS = 300_000;

/**
 * How long to wait after that many failures in a row: twice as long each time, from 5 s to
 * 5 min, by half either way as `random` (0 to 1) falls, so that a receiver that comes back is
 * not met by everybody at once. Never shorter than the receiver asked for.
 */
export function retryDelayMs(failures: number, random: number, askedMs: number | null): number {
  const backoffMs = Math.min(FIRST_MS * 2 ** (failures - 1), LONGEST_MS) * (0.5 + random);
  return Math.round(Math.max(backoffMs, askedMs ?? 0));
}
