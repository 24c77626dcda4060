import type { LiveDelta, LiveSnapshot } from '@drover/contract';

/** What a client that holds `previous` needs to hold `next`. A queue that only grew older has not changed. */
export function deltaBetween(previous: LiveSnapshot, next: LiveSnapshot): LiveDelta {
  const { queues, alerts, ...rest } = next;
  const before = new Map(previous.queues.map((queue) => [queue.queueName, queue]));
  const changedQueues = queues.filter((queue) => {
    const held = before.get(queue.queueName);
    before.delete(queue.queueName);
    return !held || !sameBesidesTime(held, queue);
  });
  return {
    ...rest,
    ...(alerts && !sameBesidesTime(previous.alerts, alerts) && { alerts }),
    previousSeq: previous.seq,
    changedQueues,
    removedQueues: [...before.keys()],
  };
}

/** Every tick stamps every queue anew: with the stamps compared, all would change all the time. */
function sameBesidesTime(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  const [left, right] = [a as Record<string, unknown>, b as Record<string, unknown>];
  const keys = Object.keys(left);
  if (keys.length !== Object.keys(right).length) return false;
  return keys.every((key) => key === 'timestamp' || (key in right && sameBesidesTime(left[key], right[key])));
}
