/**
 * A window that slides in steps. Grants that lie less than a sub-bucket (1/500 of the window)
 * behind the first of their bucket are kept as one entry, dated with the *latest* of them;
 * an entry leaves when its date is a whole window old.
 *
 * Never over: at every grant, all grants of the window that ends with it are still counted
 * (an entry is never dated earlier than what it holds), so any window of that length,
 * anywhere in time, holds at most the limit: look at its last grant.
 *
 * Nearly all of it: an entry spans less than a sub-bucket, so a grant is counted for less
 * than window + window/500 after it was made. Under constant demand at least 500/501 =
 * 99.8 % of the limit is used; a fixed window would use all of it, and let twice the limit
 * through across its boundary.
 *
 * The scripts of the engines do the same arithmetic; the conformance suite replays what they
 * answered against this file.
 */
export const SUB_BUCKETS = 500;

interface Entry {
  readonly startUs: number;
  /** Of its latest grant. */
  readonly atUs: number;
  readonly weight: number;
}

/** Entries, oldest first. The last one is open: it takes grants that lie within its sub-bucket. */
export type SlidingWindow = readonly Entry[];

/** What is still counted at an instant. */
export function slide(window: SlidingWindow, nowUs: number, lengthUs: number): SlidingWindow {
  const first = window.findIndex((entry) => entry.weight > 0 && entry.atUs + lengthUs > nowUs);
  return first === -1 ? [] : window.slice(first);
}

export function weightOf(window: SlidingWindow): number {
  return window.reduce((sum, entry) => sum + entry.weight, 0);
}

/** The window with a grant made now. */
export function charge(window: SlidingWindow, nowUs: number, weight: number, lengthUs: number): SlidingWindow {
  const last = window.at(-1);
  if (last !== undefined && last.weight > 0 && nowUs - last.startUs < lengthUs / SUB_BUCKETS) {
    return [...window.slice(0, -1), { ...last, atUs: nowUs, weight: last.weight + weight }];
  }
  const closed = last !== undefined && last.weight === 0 ? window.slice(0, -1) : window;
  return [...closed, { startUs: nowUs, atUs: nowUs, weight }];
}

/** Until so much weight will have left; of a window that was slid to now. */
export function waitForUs(window: SlidingWindow, weight: number, nowUs: number, lengthUs: number): number {
  let leaving = 0;
  for (const entry of window) {
    leaving += entry.weight;
    if (leaving >= weight) return entry.atUs + lengthUs - nowUs;
  }
  return 0;
}

/**
 * Takes back a grant that was not used. Only while its entry is open: taken from another
 * entry, what is left would leave too early and the window could be exceeded.
 */
export function refund(window: SlidingWindow, grantedUs: number, weight: number): SlidingWindow {
  const last = window.at(-1);
  if (last === undefined || grantedUs < last.startUs || grantedUs > last.atUs || weight > last.weight) return window;
  return [...window.slice(0, -1), { ...last, weight: last.weight - weight }];
}
