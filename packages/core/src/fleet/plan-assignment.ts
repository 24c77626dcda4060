import type { FleetAssignment, HostPresence } from '../ports/fleet.js';

type Host = Pick<HostPresence, 'instanceId' | 'runsWorkers' | 'wants'>;

/** What an admin set over the hosts' configuration; an absent bound does not bind. */
export type BoundsFor = (queueName: string) => { readonly minWorkers?: number; readonly maxWorkers?: number };

const unbound: BoundsFor = () => ({});

/** Says whether a host has memory for one more worker of a queue, the workers that it would then run counted by queue. */
export type FitsOn = (instanceId: string, queueName: string, assigned: FleetAssignment) => boolean;

/**
 * How many workers each queue shall have in all while nobody decides by its load: the smallest
 * fleet of its policy, else the most that any present host's configuration asks for, and never
 * more than the policy's most.
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

/** Workers of a queue on all hosts together. */
export function assignedWorkers(assignment: FleetAssignment, queueName: string): number {
  return Object.values(assignment[queueName] ?? {}).reduce((sum, count) => sum + count, 0);
}

/**
 * Spreads each queue's workers over the hosts that run workers and know how to run that
 * queue. Counts belong to hosts, or two control planes would each start the whole fleet;
 * which queues there are comes from the hosts too, or a leader with another configuration
 * would stop what it does not know.
 *
 * What a host already has stays there as long as the host lives: moving a worker costs a
 * drain. What is missing goes to the host with the fewest workers in all that has memory for
 * it, and stays missing where none has; surplus is taken from the host with the most. Ties
 * fall to the smaller instance id, so every replica would plan the same.
 *
 * `lingering` hosts were here a moment ago and have not answered since: they keep their
 * share and get no more. Nothing changes while no host is present: an outage of the engine
 * silences all of them, and is no wish to stop.
 */
export function planAssignment(
  hosts: readonly Host[],
  lingering: ReadonlySet<string>,
  previous: FleetAssignment,
  desired: Readonly<Record<string, number>> = desiredWorkers(hosts),
  fitsOn: FitsOn = () => true,
): FleetAssignment {
  if (hosts.length === 0) return previous;
  const load = new Map<string, number>();
  // Without a prototype: a queue may be named as one of its members.
  const kept: Record<string, Record<string, number>> = Object.create(null);
  const add = (queueName: string, instanceId: string, change: number): void => {
    kept[queueName] ??= {};
    const counts = kept[queueName];
    counts[instanceId] = (counts[instanceId] ?? 0) + change;
    load.set(instanceId, (load.get(instanceId) ?? 0) + change);
  };
  for (const queueName of [...new Set([...Object.keys(desired), ...Object.keys(previous)])].sort()) {
    const able = ableHosts(hosts, queueName);
    for (const instanceId of able) add(queueName, instanceId, previous[queueName]?.[instanceId] ?? 0);
    for (const [instanceId, count] of Object.entries(previous[queueName] ?? {})) {
      if (lingering.has(instanceId)) add(queueName, instanceId, count);
    }
  }
  const wantedOf = (queueName: string): number | undefined => desired[queueName];
  // What goes first makes room for what comes.
  for (const [queueName, counts] of Object.entries(kept)) {
    const wanted = wantedOf(queueName);
    // Only a host that does not answer knows this queue: wait for its word.
    if (wanted === undefined) continue;
    for (let have = assignedWorkers(kept, queueName); have > wanted; have--) {
      const holders = Object.keys(counts).filter((id) => (counts[id] ?? 0) > 0);
      const from = pick(holders.sort(), (id) => [-(counts[id] ?? 0), -(load.get(id) ?? 0)]);
      add(queueName, from, -1);
    }
  }
  for (const [queueName, counts] of Object.entries(kept)) {
    const able = ableHosts(hosts, queueName);
    for (let have = assignedWorkers(kept, queueName); have < (wantedOf(queueName) ?? 0); have++) {
      const roomy = able.filter((id) => fitsOn(id, queueName, kept));
      if (roomy.length === 0) break;
      add(
        queueName,
        pick(roomy, (id) => [counts[id] ?? 0, load.get(id) ?? 0]),
        1,
      );
    }
  }
  return kept;
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
