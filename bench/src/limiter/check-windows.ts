/** Most grants that any window of that length holds: one that ends with a grant holds the most. */
export function fullestWindow(grantedAtMs: readonly number[], lengthMs: number): number {
  let [most, from] = [0, 0];
  for (const [index, atMs] of grantedAtMs.entries()) {
    while ((grantedAtMs[from] ?? 0) <= atMs - lengthMs) from++;
    most = Math.max(most, index - from + 1);
  }
  return most;
}

/**
 * Share of the limit that was used under constant demand: what was granted after the first
 * window, which may be granted at once, of what could have been until the last grant.
 */
export function usedShare(grantedAtMs: readonly number[], limit: number, lengthMs: number): number {
  const [first = 0, last = 0] = [grantedAtMs[0], grantedAtMs.at(-1)];
  const later = grantedAtMs.filter((atMs) => atMs >= first + lengthMs).length;
  return later / (limit * ((last - first) / lengthMs));
}
