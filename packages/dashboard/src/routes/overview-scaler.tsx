import type { QueueHealthStatus } from '@drover/contract';
import { useRecentScaling } from '@drover/react';
import { useMemo } from 'react';
import { ScalerPanel } from '../features/overview/scaler-panel';
import { queuesToFollow } from '../models/scaler-steps';

/** A request each: enough for the queues that matter now, and none too many with a thousand of them. */
const followedQueues = 12;

/** Asks for the latest decisions of the queues that matter most now. */
export function OverviewScaler({ queues, nowMs }: { queues: readonly QueueHealthStatus[] | undefined; nowMs: number }) {
  // By name: the order of urgency changes with each tick, and must not start new requests.
  const names = useMemo(
    () =>
      queuesToFollow(queues ?? [], followedQueues)
        .toSorted()
        .join('\n'),
    [queues],
  );
  const recent = useRecentScaling(useMemo(() => (names === '' ? [] : names.split('\n')), [names]));
  return (
    <ScalerPanel
      entries={queues ? recent.data : undefined}
      error={recent.error}
      onRetry={() => void recent.refetch()}
      nowMs={nowMs}
    />
  );
}
