import { useDashboardSummary, useLiveState } from '@drover/react';
import { useNow } from './use-now';

/** Below this the difference is the way of the data, not of the clocks. */
const skewMs = 5_000;

/**
 * The time by the server's clock, from the newest snapshot, read again every `everyMs`. A browser whose clock is an
 * hour off must not call an alert of a minute ago an hour old, or silence it into the past.
 */
export function useServerNow(everyMs: number): number {
  const nowMs = useNow(everyMs);
  const { updatedAt } = useLiveState();
  const { data: summary } = useDashboardSummary();
  return nowMs + serverOffset(summary?.timestamp, updatedAt);
}

/** How far the server's clock is ahead of this one (ms); 0 for what travel and ticks explain. */
export function serverOffset(tickAt: Date | undefined, seenAtMs: number | undefined): number {
  if (tickAt === undefined || seenAtMs === undefined) return 0;
  const offset = tickAt.getTime() - seenAtMs;
  return Math.abs(offset) > skewMs ? offset : 0;
}
