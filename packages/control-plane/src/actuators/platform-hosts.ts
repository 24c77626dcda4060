import type { Actuator, FleetAssignment, FleetRegistry, HostPresence, RunnableQueue } from '@drover/core';
import { type ActuatorDuty, type FleetStanding, platformId } from './actuator-duty.js';

export interface PlatformHostsOptions {
  readonly duty: Pick<ActuatorDuty, 'standing' | 'follow'>;
  readonly actuators: ReadonlyMap<string, Actuator>;
  /** What the configuration says of the same queues. */
  readonly runs: ReadonlyMap<string, Omit<RunnableQueue, 'workerMB'>>;
  readonly version: string;
  readonly nowMs: () => number;
}

/**
 * Shows platforms to the leader as hosts of the fleet, one for each kind: they run certain
 * queues, have any number of places, and tell how their workers stand. So one scaler decides
 * for all queues, and what it assigns to a platform is stored, fenced and told as ever; when it
 * is assigned, the platform is given its order.
 */
export function withPlatforms(fleet: FleetRegistry, options: PlatformHostsOptions): FleetRegistry {
  const { duty, actuators } = options;
  // Its methods read private fields: a copy, or a proxy, would not do.
  const through = Object.create(fleet) as FleetRegistry;
  let stored: FleetAssignment = {};
  /** Of a queue that is new to us and was not looked at, zero would be taken for its count. */
  const isKnown = (queueName: string, platform: string): boolean => {
    if (stored[queueName]?.[platform] !== undefined) return true;
    const standing = duty.standing(queueName);
    return standing !== null && (standing.observation.desired !== null || standing.observation.trouble === null);
  };
  return Object.assign(through, {
    readReports: () => fleet.readReports(),
    forget: (...args) => fleet.forget(...args),
    setDesired: (...args) => fleet.setDesired(...args),
    announceHost: (...args) => fleet.announceHost(...args),
    withdrawHost: (...args) => fleet.withdrawHost(...args),
    async readHosts() {
      const hosts = await fleet.readHosts();
      // While an outage silences all hosts, nothing is to be concluded from the platforms alone.
      return hosts.length === 0 ? hosts : [...hosts, ...presences(options, isKnown)];
    },
    async readAssignment() {
      stored = await fleet.readAssignment();
      return observedIn(stored, actuators, duty);
    },
    async assign(assignment, fence) {
      await fleet.assign(assignment, fence);
      duty.follow(assignment, fence);
    },
  } satisfies FleetRegistry);
}

/** Of a queue that somebody else may scale as well, the count that stands there is the one to go on from. */
function observedIn(
  stored: FleetAssignment,
  actuators: PlatformHostsOptions['actuators'],
  duty: PlatformHostsOptions['duty'],
): FleetAssignment {
  const seen: Record<string, Readonly<Record<string, number>>> = { ...stored };
  for (const [queueName, { kind }] of actuators) {
    const standing = duty.standing(queueName);
    const workers = standing?.observation.desired ?? standing?.ordered ?? null;
    if (workers !== null) seen[queueName] = { ...stored[queueName], [platformId(kind)]: workers };
  }
  return seen;
}

function presences(
  { actuators, runs, duty, version, nowMs }: PlatformHostsOptions,
  isKnown: (queueName: string, platform: string) => boolean,
): HostPresence[] {
  const kinds = new Set([...actuators.values()].map(({ kind }) => kind));
  return [...kinds].map((kind): HostPresence => {
    const own = [...actuators].filter(([, actuator]) => actuator.kind === kind).map(([queueName]) => queueName);
    const queues = own.filter((queueName) => isKnown(queueName, platformId(kind)));
    const told = queues.flatMap((queueName) => {
      const queue = runs.get(queueName);
      // Its memory is the platform's to provide.
      return queue ? [[queueName, { ...queue, workerMB: 0 }] as const] : [];
    });
    return {
      host: kind,
      instanceId: platformId(kind),
      platform: kind,
      pid: 0,
      version,
      startedAtMs: 0,
      runsWorkers: true,
      wants: Object.fromEntries(told.map(([queueName, { minWorkers }]) => [queueName, minWorkers])),
      runs: Object.fromEntries(told),
      totalMemoryMB: 0,
      freeMemoryMB: 0,
      queues: queues.map((queueName) => statusOf(queueName, kind, duty.standing(queueName), nowMs())),
    };
  });
}

function statusOf(
  queueName: string,
  kind: string,
  standing: FleetStanding | null,
  nowMs: number,
): HostPresence['queues'][number] {
  const { desired = null, ready = null, startUpMs = null, trouble = null } = standing?.observation ?? {};
  const outcome = standing?.outcome;
  const met = (outcome && 'trouble' in outcome ? outcome.trouble : null) ?? trouble;
  // Workers that the platform cannot bring up are no reason to ask for more of them.
  const stuck = trouble?.code === 'rejected' ? trouble : null;
  return {
    queueName,
    desired: desired ?? standing?.ordered ?? 0,
    starting: desired !== null && ready !== null ? Math.max(0, desired - ready) : 0,
    ready: ready ?? 0,
    draining: 0,
    crashLoop: stuck && { sinceMs: nowMs, restarts: 0, lastError: stuck.message, nextStartAtMs: nowMs },
    startUpMs,
    platform: { kind, trouble: met?.message ?? (outcome?.kind === 'advised' ? outcome.message : null) },
  };
}
