import { SHARE_WINDOW_MS, type WorkerReport } from '@drover/core';

interface Sample {
  readonly atMs: number;
  readonly percent: number;
}

/** How much of their time a queue's workers wait for a rate limit: seen at each tick, averaged over 5 minutes. */
export class LimiterWaitWindow {
  #samples: Sample[] = [];

  /** Takes a tick's reports; without a worker that could wait there is nothing to say. */
  push(reports: readonly WorkerReport[], nowMs: number): void {
    // Also what a clock that went back would keep for good.
    this.#samples = this.#samples.filter(({ atMs }) => nowMs - atMs < SHARE_WINDOW_MS && atMs <= nowMs);
    const ready = reports.filter(({ state }) => state === 'ready');
    if (ready.length === 0) return;
    const waiting = ready.filter(isWaiting).length;
    this.#samples.push({ atMs: nowMs, percent: (100 * waiting) / ready.length });
  }

  /** 100 only when every worker waited at every tick; `null` while nothing is known. */
  get percent(): number | null {
    if (this.#samples.length === 0) return null;
    return this.#samples.reduce((sum, { percent }) => sum + percent, 0) / this.#samples.length;
  }
}

function isWaiting({ limiterWaits = {} }: WorkerReport): boolean {
  return Object.values(limiterWaits).some((requests) => requests > 0);
}
