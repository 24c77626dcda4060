/** Of how many starts the median is given. */
const KEEP = 5;

/**
 * Measures what a platform does not tell: how long from the order for more workers to the
 * workers. To the grain of the looks, so a start shorter than a tick counts as one.
 */
export class StartUpWatch {
  readonly #measured: number[] = [];
  #awaited: { readonly workers: number; readonly sinceMs: number } | null = null;

  ordered(workers: number, ready: number | null, nowMs: number): void {
    this.#awaited = ready !== null && workers > ready ? { workers, sinceMs: nowMs } : null;
  }

  seen(ready: number | null, nowMs: number): void {
    if (this.#awaited === null || ready === null || ready < this.#awaited.workers) return;
    this.#measured.push(nowMs - this.#awaited.sinceMs);
    if (this.#measured.length > KEEP) this.#measured.shift();
    this.#awaited = null;
  }

  /** `null` before the first measured start. */
  medianMs(): number | null {
    const sorted = [...this.#measured].sort((a, b) => a - b);
    return sorted[Math.floor(sorted.length / 2)] ?? null;
  }
}
