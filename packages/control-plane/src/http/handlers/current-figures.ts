import type { QueueHealthStatus, RouteMatch } from '@drover/contract';
import { Fault } from '@drover/core';
import type { ServedSnapshot, SnapshotFeed } from '../served-snapshot.js';

export interface CurrentFigures {
  /** The newest snapshot. Fault `engine_unavailable` before the first. */
  readonly served: () => ServedSnapshot;
  /** How old the figures are, in seconds; and again as a warning when no tick came for a while. */
  readonly ageHeaders: (served: ServedSnapshot) => Record<string, string>;
}

/** Ticks without a new snapshot after which a reply is marked stale. */
const STALE_TICKS = 3;
export const MIN_STALE_MS = 10_000;

export function currentFigures({ feed, nowMs }: { feed: SnapshotFeed; nowMs: () => number }): CurrentFigures {
  return {
    served() {
      const current = feed.current();
      if (current) return current;
      throw new Fault(
        'engine_unavailable',
        'Drover has no figures yet: it has just started, or cannot reach its engine.',
        { retryAfterMs: 2_000 },
      );
    },
    ageHeaders({ snapshot }) {
      const ageMs = Math.max(0, nowMs() - snapshot.timestamp.getTime());
      const stale = ageMs > Math.max(MIN_STALE_MS, STALE_TICKS * snapshot.status.tickMs);
      return {
        'X-Drover-Snapshot-Age': (ageMs / 1_000).toFixed(3),
        ...(stale && { 'X-Drover-Stale': String(Math.round(ageMs / 1_000)) }),
      };
    },
  };
}

/** The queue that a path names. A name with a percent sign that came unencoded is found as it stood. */
export function queueOf(current: ServedSnapshot, { params, rawParams }: RouteMatch): QueueHealthStatus {
  const [name, raw] = [params.queueName ?? '', rawParams.queueName ?? ''];
  const queue = current.queue(name) ?? current.queue(raw);
  if (queue) return queue;
  throw new Fault('not_found', `There is no queue named "${name}".`, { details: { queueName: name } });
}
