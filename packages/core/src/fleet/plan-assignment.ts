import type { FleetAssignment, HostPresence } from '../ports/fleet.js';

/**
 * Spreads each queue's workers over the hosts that run workers. Counts belong to hosts, or
 * two control planes would each start the whole fleet.
 *
 * What a host already has stays there as long as the host lives: moving a worker costs a
 * drain. What is missing goes to the host with the fewest workers in all; surplus is taken
 * from the host with the most. Ties fall to the smaller instance id, so every replica would
 * plan the same.
 */
export function planAssignment(
  desired: Readonly<Record<string, number>>,
  hosts: readonly Pick<HostPresence, 'instanceId' | 'runsWorkers'>[],
  previous: FleetAssignment,
): FleetAssignment {
  const instances = hosts
    .filter(({ runsWorkers }) => runsWorkers)
    .map(({ instanceId }) => instanceId)
    .sort();
  if (instances.length === 0) return {};
  const load = new Map(instances.map((id) => [id, 0]));
  const counts = new Map<string, Map<string, number>>();
  for (const queueName of Object.keys(desired).sort()) {
    const perHost = new Map(instances.map((id) => [id, previous[queueName]?.[id] ?? 0]));
    counts.set(queueName, perHost);
    for (const [id, count] of perHost) load.set(id, (load.get(id) ?? 0) + count);
  }
  const add = (perHost: Map<string, number>, id: string, change: number): void => {
    perHost.set(id, (perHost.get(id) ?? 0) + change);
    load.set(id, (load.get(id) ?? 0) + change);
  };
  for (const [queueName, perHost] of counts) {
    const wanted = Math.max(0, Math.floor(desired[queueName] ?? 0));
    let have = [...perHost.values()].reduce((sum, count) => sum + count, 0);
    for (; have < wanted; have++)
      add(
        perHost,
        pick(instances, (id) => [perHost.get(id) ?? 0, load.get(id) ?? 0]),
        1,
      );
    for (; have > wanted; have--) {
      const holders = instances.filter((id) => (perHost.get(id) ?? 0) > 0);
      add(
        perHost,
        pick(holders, (id) => [-(perHost.get(id) ?? 0), -(load.get(id) ?? 0)]),
        -1,
      );
    }
  }
  return Object.fromEntries([...counts].map(([queueName, perHost]) => [queueName, Object.fromEntries(perHost)]));
}

/** The candidate with the smallest rank, compared part by part; the first of equals. */
function pick(candidates: readonly string[], rank: (id: string) => readonly [number, number]): string {
  const [first, ...rest] = candidates;
  if (first === undefined) throw new RangeError('no host to pick from');
  return rest.reduce((best, id) => {
    const [a, b] = [rank(best), rank(id)];
    return b[0] < a[0] || (b[0] === a[0] && b[1] < a[1]) ? id : best;
  }, first);
}
