import { gunzipSync, gzipSync } from 'node:zlib';
import type { LiveSnapshot } from '@drover/contract';
import type { FoldedHistogram, LedgerCheckpoint, QueueTally, ScalingVerdict, WorkerTotals } from '@drover/core';
import type { LimiterFigures } from '../use-cases/rate-limits/limiter-figures.js';

/** Bumped when an older reader could misread what a newer leader publishes. */
const FORMAT = 1;

/** A published tick: what replicas serve, and what the next leader goes on from. */
export interface PublishedTick {
  readonly snapshot: LiveSnapshot;
  readonly ledger: LedgerCheckpoint;
  /** Totals since Drover first saw each queue. */
  readonly totals: Readonly<Record<string, WorkerTotals>>;
  /** By queue, as `totals`. Absent from a leader of an earlier version, like what follows. */
  readonly tallies?: Readonly<Record<string, QueueTally>>;
  /** How long the leaders' ticks took, from the reading to the last duty's end. */
  readonly ticks?: FoldedHistogram;
  readonly limiters?: readonly LimiterFigures[];
  /** The last evaluation of each queue that hosts can run. */
  readonly scaling?: Readonly<Record<string, ScalingVerdict>>;
}

export function encodeTick(tick: PublishedTick): Uint8Array {
  // Level 1: the engine stores it for seconds, and the leader's loop must not wait for a better ratio.
  return gzipSync(JSON.stringify({ format: FORMAT, ...tick }), { level: 1 });
}

/** `null` for what this version cannot read: a replica then waits for its own turn to lead. */
export function decodeTick(bytes: Uint8Array): PublishedTick | null {
  try {
    const value = JSON.parse(gunzipSync(bytes).toString('utf8')) as PublishedTick & { format: number };
    if (value.format !== FORMAT) return null;
    return { ...value, snapshot: reviveSnapshot(value.snapshot) };
  } catch {
    return null;
  }
}

/** The instants that replicas compute with; the rest only travel on as text. */
function reviveSnapshot(snapshot: LiveSnapshot): LiveSnapshot {
  return { ...snapshot, timestamp: new Date(snapshot.timestamp) };
}
