import { decodeHistogram, encodeHistogram, type Histogram } from '@drover/core';

export interface WindowReading {
  readonly spanMs: number;
  readonly processing: Histogram;
  readonly minMs: number | null;
  readonly maxMs: number | null;
}

interface Slot {
  startMs: number;
  /** The cumulative histogram when the slot began, encoded: Maps of a dozen slots would weigh on the heap. */
  readonly before: Uint8Array;
  minMs: number;
  maxMs: number;
}

export const SLOT_MS = 300_000;
export const WINDOW_MS = 3_600_000;

/**
 * Durations of about the last hour, out of a histogram that only grows: it remembers how
 * that stood every five minutes. Slots turn when the window is read, so that recording one
 * duration costs two comparisons and no clock.
 */
export class DurationWindow {
  private readonly slots: [Slot, ...Slot[]];
  private current: Slot;
  private complete = true;

  constructor(private readonly cumulative: Histogram) {
    this.current = newSlot(Number.NaN, cumulative);
    this.slots = [this.current];
  }

  record(durationMs: number): void {
    const { current } = this;
    if (durationMs < current.minMs) current.minMs = durationMs;
    if (durationMs > current.maxMs) current.maxMs = durationMs;
  }

  /** `null` while the window holds all there ever was. `nowMs` is monotonic; call it at least once a slot. */
  read(nowMs: number): WindowReading | null {
    this.turn(nowMs);
    if (this.complete) return null;
    const [oldest] = this.slots;
    const processing = this.cumulative.clone();
    processing.subtract(decodeHistogram(oldest.before));
    const minMs = Math.min(...this.slots.map((slot) => slot.minMs));
    const maxMs = Math.max(...this.slots.map((slot) => slot.maxMs));
    return {
      spanMs: nowMs - oldest.startMs,
      processing,
      minMs: Number.isFinite(minMs) ? minMs : null,
      maxMs: Number.isFinite(maxMs) ? maxMs : null,
    };
  }

  private turn(nowMs: number): void {
    if (Number.isNaN(this.current.startMs)) this.current.startMs = nowMs;
    if (nowMs - this.current.startMs < SLOT_MS) return;
    this.current = newSlot(nowMs, this.cumulative);
    this.slots.push(this.current);
    for (;;) {
      const [, second, ...rest] = this.slots;
      // The oldest slot goes when it lies before the window altogether.
      if (second === undefined || second.startMs > nowMs - WINDOW_MS) return;
      this.slots.splice(0, this.slots.length, second, ...rest);
      this.complete = false;
    }
  }
}

function newSlot(startMs: number, cumulative: Histogram): Slot {
  const extremes = { minMs: Number.POSITIVE_INFINITY, maxMs: Number.NEGATIVE_INFINITY };
  return { startMs, before: encodeHistogram(cumulative), ...extremes };
}
