const MOST_WORKERS = 100_000;

/**
 * The least number of workers with which at most `tail` of the jobs wait longer than `waitMs`
 * in a steady state. `busySlots` is the offered load in jobs that run at once, `variation` the
 * squared coefficient of variation of the run times.
 *
 * M/M/c: P(W > t) = C(c, a) exp(-(c - a) t / S), with Erlang's C from his B by recursion; for
 * other run times the exponent is scaled by 2 / (1 + variation) (Allen and Cunneen; see
 * Whitt, "Approximations for the GI/G/m queue", 1993).
 */
export function workersForTail(
  busySlots: number,
  slotsPerWorker: number,
  waitMs: number,
  serviceMs: number,
  variation: number,
  tail: number,
): number {
  if (busySlots < 1e-9) return 0;
  const decay = (waitMs / serviceMs) * (2 / (1 + variation));
  let workers = Math.max(1, Math.ceil(busySlots / slotsPerWorker));
  let slots = 0;
  let blocked = 1;
  for (; workers < MOST_WORKERS; workers++) {
    while (slots < workers * slotsPerWorker) {
      slots += 1;
      blocked = (busySlots * blocked) / (slots + busySlots * blocked);
    }
    if (slots <= busySlots) continue;
    const delayed = (slots * blocked) / (slots - busySlots * (1 - blocked));
    if (delayed * Math.exp(-(slots - busySlots) * decay) <= tail) return workers;
  }
  return workers;
}
