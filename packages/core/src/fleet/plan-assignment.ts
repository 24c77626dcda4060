import type { FleetAssignment, HostPresence } from '../ports/fleet.js';

type Host = Pick<HostPresence, 'instanceId' | 'runsWorkers' | 'wants'>;

/** What an admin set over the hosts' configuration; an absent bound does not bind. */
export type BoundsFor = (queueName: string) => { readonly minWorkers?: number; readonly maxWorkers?: number };

const unbound: BoundsFor = () => ({});

/**
 * How many workers each queue shall have in all: the smallest fleet of its policy, else the
 * most that any present host's configuration asks for, and never more than the policy's most.
 */
export function desiredWorkers(
  hosts: readonly Pick<HostPresence, 'wants'>[],
  boundsFor: BoundsFor = unbound,
): Readonly<Record<string, number>> {
  const desired: Record<string, number> = {};
  for (const [queueName, count] of hosts.flatMap(({ wants }) => Object.entries(wants))) {
    desired[queueName] = Math.max(desired[queueName] ?? 0, Math.max(0, Math.floor(count)));
  }
  for (const [queueName, configured] of Object.entries(desired)) {
    const { minWorkers = configured, maxWorkers = Number.POSITIVE_INFINITY } = boundsFor(queueName);
    desired[queueName] = Math.min(minWorkers, maxWorkers);
  }
  return desired;
}

/**
 * Spreads each queue's workers over the hosts that run workers and know how to run that
 * queue. Counts belong to hosts, or two control planes would each start the whole fleet;
 * what is wanted comes from the hosts too, or a leader with another configuration would
 * stop what it does not know.
 *
 * What a host already has stays there as long as the host lives: moving a worker costs a
 * drain. What is missing goes to the host with the fewest workers in all; surplus is taken
 * from the host with the most. Ties fall to the smaller instance id, so every replica would
 * plan the same.
 *
 * `lingering` hosts were here a moment ago and have not answered since: they keep their
 * share and get no more. Nothing changes while no host is present: an outage of the engine
 * silences all of them, and is no wish to stop.
 */
export function planAssignment(
  hosts: readonly Host[],
  lingering: ReadonlySet<string>,
  previous: FleetAssignment,
  boundsFor: BoundsFor = unbound,
): FleetAssignment {
  if (hosts.length === 0) return previous;
  const desired = desiredWorkers(hosts, boundsFor);
  const load = new Map<string, number>();
  const add = (counts: Map<string, number>, instanceId: string, change: number): void => {
    counts.set(instanceId, (counts.get(instanceId) ?? 0) + change);
    load.set(instanceId, (load.get(instanceId) ?? 0) + change);
  };
  const kept = new Map<string, Map<string, number>>();
  for (const queueName of [...new Set([...Object.keys(desired), ...Object.keys(previous)])].sort()) {
    const able = ableHosts(hosts, queueName);
    const counts = new Map<string, number>();
    for (const instanceId of able) add(counts, instanceId, previous[queueName]?.[instanceId] ?? 0);
    for (const [instanceId, count] of Object.entries(previous[queueName] ?? {})) {
      if (lingering.has(instanceId)) add(counts, instanceId, count);
    }
    if (counts.size > 0) kept.set(queueName, counts);
  }
  for (const [queueName, counts] of kept) {
    const wanted = desired[queueName];
    // Only a host that does not answer knows this queue: wait for its word.
    if (wanted === undefined) continue;
    const able = ableHosts(hosts, queueName);
    let have = [...counts.values()].reduce((sum, count) => sum + count, 0);
    for (; have < wanted && able.length > 0; have++) {
      add(
        counts,
        pick(able, (id) => [counts.get(id) ?? 0, load.get(id) ?? 0]),
        1,
      );
    }
    for (; have > wanted; have--) {
      const holders = [...counts.keys()].filter((id) => (counts.get(id) ?? 0) > 0).sort();
      add(
        counts,
        pick(holders, (id) => [-(counts.get(id) ?? 0), -(load.get(id) ?? 0)]),
        -1,
      );
    }
  }
  return Object.fromEntries([...kept].map(([queueName, counts]) => [queueName, Object.fromEntries(counts)]));
}

/** True when both give every host the same; the order of keys says nothing, and engines do not keep it. */
export function sameAssignment(a: FleetAssignment, b: FleetAssignment): boolean {
  const flat = (assignment: FleetAssignment): string[] =>
    Object.entries(assignment)
      .flatMap(([queueName, counts]) => Object.entries(counts).map((entry) => JSON.stringify([queueName, ...entry])))
      .sort();
  return JSON.stringify(flat(a)) === JSON.stringify(flat(b));
}

function ableHosts(hosts: readonly Host[], queueName: string): string[] {
  return hosts
    .filter(({ runsWorkers, wants }) => runsWorkers && wants[queueName] !== undefined)
    .map(({ instanceId }) => instanceId)
    .sort();
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
