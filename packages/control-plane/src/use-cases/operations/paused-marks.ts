import type { LiveSnapshot } from '@drover/contract';
import type { Clock } from '@drover/core';
import type { Reads } from '../reads.js';

/** Remembers what this control plane just paused or resumed, until a tick has seen it. */
export interface PausedMarks {
  mark(queueName: string, paused: boolean): void;
  /** The same reads, their snapshots with the marks in them. */
  readonly reads: Reads;
}

/** A mark that no tick confirms (the leader is gone, the clocks are apart) does not stay. */
const KEEP_MS = 15_000;

/**
 * A snapshot is as old as its tick, and a replica's as old as its leader's: after a pause the
 * next GET would still show the queue running. So the served snapshot carries the change until
 * one arrives that was begun after it.
 */
export function markPaused(reads: Reads, clock: Pick<Clock, 'nowMs' | 'monotonicMs'>): PausedMarks {
  const marks = new Map<string, { paused: boolean; atMs: number; untilMonotonicMs: number }>();
  let held: { from: LiveSnapshot; marked: LiveSnapshot } | null = null;

  const apply = (snapshot: LiveSnapshot): LiveSnapshot => {
    for (const [name, { atMs, untilMonotonicMs }] of marks) {
      if (snapshot.timestamp.getTime() > atMs || clock.monotonicMs() > untilMonotonicMs) {
        marks.delete(name);
        held = null;
      }
    }
    if (marks.size === 0) return snapshot;
    if (held?.from !== snapshot) held = { from: snapshot, marked: withMarks(snapshot, marks) };
    return held.marked;
  };

  return {
    mark(queueName, paused) {
      marks.set(queueName, { paused, atMs: clock.nowMs(), untilMonotonicMs: clock.monotonicMs() + KEEP_MS });
      held = null;
    },
    reads: {
      status: () => reads.status(),
      published: () => reads.published(),
      history: (...args) => reads.history(...args),
      executionStats: (...args) => reads.executionStats(...args),
      trends: (...args) => reads.trends(...args),
      current: () => {
        const snapshot = reads.current();
        return snapshot && apply(snapshot);
      },
      subscribe: (listener) => reads.subscribe((snapshot) => listener(apply(snapshot))),
    },
  };
}

function withMarks(snapshot: LiveSnapshot, marks: ReadonlyMap<string, { paused: boolean }>): LiveSnapshot {
  const queues = snapshot.queues.map((queue) => {
    const mark = marks.get(queue.queueName);
    return mark === undefined || mark.paused === queue.paused ? queue : { ...queue, paused: mark.paused };
  });
  const pausedQueues = queues.filter(({ paused }) => paused).length;
  const { dashboard } = snapshot;
  return {
    ...snapshot,
    queues,
    dashboard: dashboard.pausedQueues === undefined ? dashboard : { ...dashboard, pausedQueues },
  };
}
