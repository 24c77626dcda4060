/**
 * How fresh data comes in.
 * - `connecting`: the stream is opening, for the first time or again.
 * - `live`: the stream delivers; nothing is polled that it carries.
 * - `polling`: no stream, by choice or because it fails; queries poll at the guide's intervals.
 * - `offline`: the server cannot be reached; one probe at a time, further and further apart.
 * - `paused`: nothing moves, by hand or because the page is hidden.
 */
export type LivePhase = 'connecting' | 'live' | 'polling' | 'offline' | 'paused';

export interface LiveState {
  readonly phase: LivePhase;
  /** Set while `paused`. By hand outlasts a page that was hidden and comes back. */
  readonly pausedBy?: 'hand' | 'hidden';
  /** Wall clock (ms) when this page first saw the newest tick; undefined before any. */
  readonly updatedAt?: number;
  /** Wall clock (ms) of the next attempt; set while `offline`. */
  readonly retryAt?: number;
}

export type Transport = 'sse' | 'polling';

/** Delay before attempt `failures` + 1: doubles from 1 s to 30 s; jitter keeps a thousand pages from coming back at once. */
export function retryDelayMs(failures: number, random: number): number {
  const ceiling = Math.min(30_000, 1_000 * 2 ** Math.min(failures, 10));
  return Math.round(ceiling / 2 + (ceiling / 2) * random);
}
