import { type WaitingJob, waitingSinceMs } from '../bullmq/waiting-since.js';
import { FIRST_CURSOR, type ScriptedState } from './queue-states.js';

/**
 * Remembers, for one queue, how old the head of each priority was when it was looked at: a
 * reading looks at one. Without this memory the age of a starved low-priority job would show
 * only in the readings that look at it.
 *
 * What is remembered is the age, not the start: nobody knows whether a job that was seen five
 * readings ago still waits. So the answer is an age that was truly seen a few readings ago
 * at most; it may lag behind a starving job's by those, and never claims more than was there.
 */
export class OldestWaiting {
  cursor = FIRST_CURSOR;
  private readonly byPriority = new Map<number, number | null>();
  private nextMs: number | null = null;
  private farEndMs: number | null = null;

  /** Takes in a reading and returns the age of the oldest waiting job; `null` when none waits. */
  update(state: ScriptedState, nowMs: number): number | null {
    if (state.cursor !== null) this.cursor = state.cursor;
    this.forgetEmpty(state);
    const { look } = state;
    if (look?.at === 'next') this.nextMs = ageOf(look.job, nowMs);
    if (look?.at === 'far end') this.farEndMs = ageOf(look.job, nowMs);
    if (look?.at === 'priority') {
      // What lies between two neighbours in the set has no job any more.
      for (const known of this.byPriority.keys()) {
        if (known > look.above && (look.priority === null || known < look.priority)) this.byPriority.delete(known);
      }
      if (look.priority !== null) this.byPriority.set(look.priority, ageOf(look.job, nowMs));
    }
    const ages = [this.nextMs, this.farEndMs, ...this.byPriority.values()].filter((age) => age !== null);
    return ages.length === 0 ? null : Math.max(...ages);
  }

  private forgetEmpty({ wait, prioritized }: ScriptedState): void {
    if (wait === 0) this.nextMs = null;
    if (wait <= 1) this.farEndMs = null;
    if (prioritized === 0) this.byPriority.clear();
  }
}

function ageOf(job: WaitingJob | null, nowMs: number): number | null {
  const sinceMs = job === null ? null : waitingSinceMs(job);
  return sinceMs === null ? null : Math.max(0, nowMs - sinceMs);
}
