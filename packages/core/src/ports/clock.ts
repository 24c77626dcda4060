/** Time as an argument: nothing that decides reads a clock of its own. */
export interface Clock {
  /** Wall clock, ms since 1970, may jump. For instants that are stored or shown. */
  nowMs(): number;
  /** Monotonic, ms since an arbitrary start. For measuring spans. */
  monotonicMs(): number;
}
