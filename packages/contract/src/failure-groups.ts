import type { FailureGroup } from './routes/jobs.js';

const MAX_QUEUES = 1_000;
const MAX_WORKERS = 20;

/** Adds groups of one slice of a look through failures to those of the slices before, by their fingerprints. */
export function addFailureGroups(
  before: ReadonlyMap<string, FailureGroup>,
  groups: readonly FailureGroup[],
): Map<string, FailureGroup> {
  const all = new Map(before);
  for (const group of groups) {
    const known = all.get(group.fingerprint);
    all.set(group.fingerprint, known === undefined ? group : addFailures(known, group));
  }
  return all;
}

/** Two parts of one group as one; the example and the place are those of the latest. */
export function addFailures(one: FailureGroup, other: FailureGroup): FailureGroup {
  const latest = other.lastSeen > one.lastSeen ? other : one;
  return {
    ...latest,
    count: one.count + other.count,
    lastHour: one.lastHour + other.lastHour,
    firstSeen: other.firstSeen < one.firstSeen ? other.firstSeen : one.firstSeen,
    queues: addQueues(one.queues, other.queues),
    workers: other.workers.every((name) => one.workers.includes(name))
      ? one.workers
      : [...new Set([...one.workers, ...other.workers])].slice(0, MAX_WORKERS),
  };
}

function addQueues(one: FailureGroup['queues'], other: FailureGroup['queues']): FailureGroup['queues'] {
  const counts = new Map(one.map(({ queueName, count }) => [queueName, count]));
  for (const { queueName, count } of other) counts.set(queueName, (counts.get(queueName) ?? 0) + count);
  return [...counts].slice(0, MAX_QUEUES).map(([queueName, count]) => ({ queueName, count }));
}
