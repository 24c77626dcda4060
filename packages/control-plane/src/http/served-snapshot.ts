import type { LiveSnapshot, QueueHealthStatus } from '@drover/contract';
import type { Reads } from '../use-cases/reads.js';
import { CachedBody } from './cached-body.js';
import { EventFrame } from './event-frame.js';

/** Routes whose whole reply is a part of the snapshot. */
const parts = {
  getSystemHealth: (snapshot: LiveSnapshot) => snapshot.health,
  getDashboardSummary: (snapshot: LiveSnapshot) => snapshot.dashboard,
  getQueuesHealth: (snapshot: LiveSnapshot) => snapshot.queues,
  getWorkerMemory: (snapshot: LiveSnapshot) => snapshot.workers,
  getCurrentMemory: (snapshot: LiveSnapshot) => snapshot.memory,
} as const;

export type SnapshotRoute = keyof typeof parts;

/** A snapshot with the bytes that it is sent as: each made when first asked for, then the same for everybody. */
export interface ServedSnapshot {
  readonly snapshot: LiveSnapshot;
  /** Id of its event: `epoch-seq`. */
  readonly id: string;
  body(route: SnapshotRoute): CachedBody;
  queue(queueName: string): QueueHealthStatus | undefined;
  /** As an event of the stream. */
  frame(): EventFrame;
}

function serveSnapshot(snapshot: LiveSnapshot): ServedSnapshot {
  const bodies = new Map<SnapshotRoute, CachedBody>();
  let queues: Map<string, QueueHealthStatus> | undefined;
  let frame: EventFrame | undefined;
  const id = `${snapshot.epoch}-${snapshot.seq}`;
  return {
    snapshot,
    id,
    body(route) {
      const held = bodies.get(route);
      if (held) return held;
      const body = new CachedBody(parts[route](snapshot));
      bodies.set(route, body);
      return body;
    },
    queue(queueName) {
      queues ??= new Map(snapshot.queues.map((queue) => [queue.queueName, queue]));
      return queues.get(queueName);
    },
    frame() {
      frame ??= new EventFrame('snapshot', id, snapshot);
      return frame;
    },
  };
}

export interface SnapshotFeed {
  current(): ServedSnapshot | null;
  subscribe(listener: (served: ServedSnapshot) => void): () => void;
}

/** The reads' snapshots, each wrapped once, whoever asks for it. */
export function snapshotFeed(reads: Pick<Reads, 'current' | 'subscribe'>): SnapshotFeed {
  let held: ServedSnapshot | null = null;
  const wrap = (snapshot: LiveSnapshot): ServedSnapshot => {
    if (held?.snapshot !== snapshot) held = serveSnapshot(snapshot);
    return held;
  };
  return {
    current() {
      const snapshot = reads.current();
      return snapshot && wrap(snapshot);
    },
    subscribe: (listener) => reads.subscribe((snapshot) => listener(wrap(snapshot))),
  };
}
