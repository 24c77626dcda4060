import { waitingSinceMs } from '../bullmq/waiting-since.js';
import type { ScriptedState } from './queue-states.js';

/**
 * Remembers, for one queue, since when the head of each priority has been waiting. One call
 * of the script sees two heads; the others are as of the last call that saw them, a few
 * ticks ago at most. Without this memory the age of a starved low-priority job would show
 * only in the ticks that look at it.
 */
export class OldestWaiting {
  cursor = 0;
  private readonly byPriority = new Map<number, number | null>();
  private farEndSinceMs: number | null = null;

  /** Takes in a reading and returns since when the oldest job waits; `null` when none does. */
  update(state: ScriptedState): number | null {
    this.cursor = state.cursor;
    if (state.wait <= 1) this.farEndSinceMs = null;
    else if (state.last !== null) this.farEndSinceMs = waitingSinceMs(state.last);
    if (state.prioritized === 0) this.byPriority.clear();
    for (const { above, priority, head } of state.looks) {
      // What lies between two neighbours in the set has no job any more.
      for (const known of this.byPriority.keys()) {
        if (known > above && (priority === null || known < priority)) this.byPriority.delete(known);
      }
      if (priority !== null) this.byPriority.set(priority, head === null ? null : waitingSinceMs(head));
    }
    const candidates = [
      state.next === null ? null : waitingSinceMs(state.next),
      this.farEndSinceMs,
      ...this.byPriority.values(),
    ];
    const known = candidates.filter((since) => since !== null);
    return known.length === 0 ? null : Math.min(...known);
  }
}
