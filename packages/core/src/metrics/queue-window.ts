import { Histogram } from './histogram.js';
import { decodeHistogram, encodeHistogram } from './histogram-codec.js';
import type { QueueInterval } from './worker-ledger.js';

/** Rates look at one minute, shares and percentiles at five: long enough to be steady, short enough to show a change. */
export const RATE_WINDOW_MS = 60_000;
export const SHARE_WINDOW_MS = 300_000;
/** Slots read back from history may end a little after now. */
const FUTURE_TOLERANCE_MS = 20_000;

/** Sums over a window. Attempts, not jobs: a job that failed twice and then completed finished three times. */
export interface WindowTotals {
  readonly finished: number;
  readonly failures: number;
  readonly timeouts: number;
  readonly stalled: number;
  readonly handedBack: number;
  /** Jobs that became runnable: new, due, retried or put back. */
  readonly arrived: number;
}

interface Entry extends WindowTotals {
  readonly fromMs: number;
  readonly toMs: number;
  /** Encoded: a thousand queues hold sixty of these each. */
  readonly processing: Uint8Array | null;
  readonly wait: Uint8Array | null;
}

/** The recent past of one queue, from which its rates and percentiles are read at any tick. */
export class QueueWindow {
  private entries: Entry[] = [];
  private readonly processingSum = new Histogram();
  private readonly waitSum = new Histogram();

  /** Adds what happened since the last call; `waitingChange` is the growth of the waiting jobs meanwhile. */
  push(interval: QueueInterval, waitingChange: number): void {
    const { totals } = interval;
    const entry: Entry = {
      fromMs: interval.fromMs,
      toMs: interval.toMs,
      finished: totals.completed + totals.failed,
      failures: totals.failed,
      timeouts: totals.timedOut,
      stalled: totals.stalled,
      handedBack: totals.handedBack,
      // What left the waiting jobs was started; what is left over came in.
      arrived: waitingChange + totals.started,
      processing: pack(interval.processing),
      wait: pack(interval.wait),
    };
    this.entries.push(entry);
    if (interval.processing) this.processingSum.add(interval.processing);
    if (interval.wait) this.waitSum.add(interval.wait);
  }

  /** Lets go of what is older than the longest window, and of a future that a clock took back. */
  advance(nowMs: number): void {
    const keep: Entry[] = [];
    for (const entry of this.entries) {
      if (entry.toMs > nowMs - SHARE_WINDOW_MS && entry.toMs <= nowMs + FUTURE_TOLERANCE_MS) {
        keep.push(entry);
        continue;
      }
      if (entry.processing) this.processingSum.subtract(decodeHistogram(entry.processing));
      if (entry.wait) this.waitSum.subtract(decodeHistogram(entry.wait));
    }
    this.entries = keep;
  }

  /**
   * Sums over the last `spanMs`. An entry that lies partly before counts by its share: what
   * piled up while nobody looked must not show as one minute's work.
   */
  totals(nowMs: number, spanMs: number): WindowTotals {
    const sums = { finished: 0, failures: 0, timeouts: 0, stalled: 0, handedBack: 0, arrived: 0 };
    const sinceMs = nowMs - spanMs;
    for (const entry of this.entries) {
      if (entry.toMs <= sinceMs) continue;
      const length = entry.toMs - entry.fromMs;
      const share = length <= 0 ? 1 : Math.min(1, (entry.toMs - Math.max(sinceMs, entry.fromMs)) / length);
      for (const key of Object.keys(sums) as (keyof typeof sums)[]) sums[key] += entry[key] * share;
    }
    return { ...sums, arrived: Math.max(0, sums.arrived) };
  }

  /** Processing times over the share window. */
  get processing(): Histogram {
    return this.processingSum;
  }

  /** First waits over the share window. */
  get wait(): Histogram {
    return this.waitSum;
  }
}

function pack(histogram: Histogram | null): Uint8Array | null {
  return histogram === null || histogram.count === 0 ? null : encodeHistogram(histogram);
}

/** Part of the whole in percent; 0 of 0 is 0. */
export function percentOf(part: number, whole: number): number {
  return whole > 0 ? (100 * part) / whole : 0;
}
