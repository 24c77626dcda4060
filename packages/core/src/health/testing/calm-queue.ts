import type { QueueState } from '../../ports/queue-gateway.js';
import type { QueueObservation } from '../evaluate-health.js';

export const emptyQueue: QueueState = {
  queueName: 'email',
  waiting: 0,
  prioritized: 0,
  active: 0,
  delayed: 0,
  completed: 0,
  failed: 0,
  waitingChildren: 0,
  paused: false,
  oldestWaitingMs: null,
};

/** A queue with which all is well. */
export const calm: QueueObservation = {
  state: emptyQueue,
  unreadableBecause: null,
  finished: 500,
  errorRate: 0,
  timeoutRate: 0,
  p95ProcessingMs: 100,
  stalled: 0,
  workers: { ready: 1, starting: 0, draining: 0, desired: 1, ours: true },
  memoryPercent: 20,
  crashLoop: null,
  rateLimitedPercent: 0,
  missedSchedules: [],
};
