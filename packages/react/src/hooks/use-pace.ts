import { useSyncExternalStore } from 'react';
import type { LivePhase } from '../live/live-state.js';
import { useDrover } from '../provider.js';

interface Pace {
  refetchInterval?: false;
  refetchOnWindowFocus?: false;
  refetchOnReconnect?: false;
  staleTime?: number;
}

const guide: Pace = {};
/** The provider refreshes once when the page comes back: a second fetch on focus would double it. */
const provided: Pace = { refetchOnWindowFocus: false };
const waiting: Pace = { ...provided, refetchInterval: false, refetchOnReconnect: false };
const still: Pace = { ...waiting, staleTime: Number.POSITIVE_INFINITY };

/** Overrides of the guide's polling for a phase of the link; `covered` queries are those that the stream carries. */
export function paceOf(phase: LivePhase | undefined, covered: boolean): Pace {
  switch (phase) {
    case undefined:
      return guide;
    case 'paused':
      return still;
    case 'live':
      return covered ? still : provided;
    case 'connecting':
      return covered ? waiting : provided;
    case 'offline':
      return waiting;
    case 'polling':
      return provided;
  }
}

const noSubscription = () => () => undefined;
const noPhase = () => undefined;

/** Re-renders only when the phase changes, not at every tick. */
export function usePace({ covered }: { covered: boolean }): Pace {
  const { link } = useDrover();
  const getPhase = link ? () => link.getState().phase : noPhase;
  return paceOf(useSyncExternalStore(link?.subscribe ?? noSubscription, getPhase, noPhase), covered);
}
