import type { HostPresence, RunnableQueue, ScalingPolicy, WorkerBounds } from '@drover/core';

/** What a worker of an earlier version's host may take: the default hard limit. */
const UNTOLD_WORKER_MB = 512;

/** What the present hosts say of each queue that they can run: the widest bounds, where they differ. */
export function runnableQueues(hosts: readonly HostPresence[]): ReadonlyMap<string, RunnableQueue> {
  const queues = new Map<string, RunnableQueue>();
  for (const { wants, runs = {} } of hosts) {
    for (const [queueName, count] of Object.entries(wants)) {
      const told = runs[queueName] ?? fixed(count);
      const known = queues.get(queueName);
      queues.set(queueName, known ? widest(known, told) : told);
    }
  }
  return queues;
}

/** The bounds within which the count of a queue moves now: its policy's, or one number while it shall not move. */
export function boundsNow(policy: ScalingPolicy, currentWorkers: number): WorkerBounds {
  const { minWorkers, maxWorkers, mode = 'auto' } = policy;
  if (mode === 'off') return { minWorkers, maxWorkers: minWorkers };
  if (mode === 'auto') return { minWorkers, maxWorkers };
  const stays = Math.max(minWorkers, Math.min(maxWorkers, currentWorkers));
  return { minWorkers: stays, maxWorkers: stays };
}

/** A host of an earlier version wants a number of workers, and knows no other. */
const fixed = (count: number): RunnableQueue => ({
  minWorkers: count,
  maxWorkers: count,
  slots: 1,
  workerMB: UNTOLD_WORKER_MB,
  priority: 0,
});

function widest(a: RunnableQueue, b: RunnableQueue): RunnableQueue {
  return {
    minWorkers: Math.max(a.minWorkers, b.minWorkers),
    maxWorkers: Math.max(a.maxWorkers, b.maxWorkers),
    slots: Math.max(a.slots, b.slots),
    workerMB: Math.max(a.workerMB, b.workerMB),
    priority: Math.max(a.priority, b.priority),
  };
}
