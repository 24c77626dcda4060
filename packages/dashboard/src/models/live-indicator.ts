import type { LiveState } from '@drover/react';
import { formatSpan } from './format.js';

export interface LiveIndicator {
  readonly tone: 'live' | 'neutral' | 'stale' | 'offline';
  readonly word: string;
  readonly detail: string;
}

/** What the indicator says. `expectedMs` is the interval at which fresh data is due. */
export function liveIndicator(state: LiveState, nowMs: number, expectedMs: number): LiveIndicator {
  const { phase, updatedAt, retryAt } = state;
  const ageMs = updatedAt === undefined ? undefined : Math.max(0, nowMs - updatedAt);
  const age = ageMs === undefined ? 'no data yet' : `updated ${formatSpan(ageMs)} ago`;
  if (phase === 'paused') return { tone: 'neutral', word: 'Paused', detail: age };
  if (phase === 'offline') {
    const seconds = Math.max(0, Math.ceil(((retryAt ?? nowMs) - nowMs) / 1_000));
    return { tone: 'offline', word: 'Offline', detail: seconds > 0 ? `retry in ${seconds} s` : 'retrying' };
  }
  if (phase === 'connecting') return { tone: 'neutral', word: 'Connecting', detail: age };
  // Twice the interval, and a second for the way.
  const due = (phase === 'polling' ? Math.max(expectedMs, 10_000) : expectedMs) * 2 + 1_000;
  if (ageMs !== undefined && ageMs > due) return { tone: 'stale', word: 'Stale', detail: age };
  return { tone: 'live', word: phase === 'live' ? 'Live' : 'Polling', detail: age };
}
