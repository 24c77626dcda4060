import type { TopicEvent, WorkerRecycle } from '@drover/contract';
import type { Recycle } from '@drover/core';

export function toWireRecycle(recycle: Recycle): WorkerRecycle {
  const { workerId, queueName, host, cause, reason, graceful, status, message } = recycle;
  return {
    ...{ workerId, queueName, host, cause, reason, graceful, status, message },
    ...(recycle.requestedBy === null ? {} : { requestedBy: recycle.requestedBy }),
    requestedAt: new Date(recycle.requestedAtMs),
    updatedAt: new Date(recycle.updatedAtMs),
    ...(recycle.jobsHandedBack === null ? {} : { jobsHandedBack: recycle.jobsHandedBack }),
  };
}

/** Told on the topic `workers` with each change. */
export function recycleEvent(recycle: Recycle): TopicEvent {
  return { type: `worker.recycle.${recycle.status}`, recycle: toWireRecycle(recycle) };
}
