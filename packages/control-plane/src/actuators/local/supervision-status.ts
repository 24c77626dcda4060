import type { DesiredWorkers, RestartState, SupervisedMember, SupervisedQueueStatus } from '@drover/core';

export interface SupervisionView {
  readonly desired: ReadonlyMap<string, DesiredWorkers>;
  readonly members: readonly SupervisedMember[];
  readonly restarts: ReadonlyMap<string, RestartState>;
  /** Latest time from spawn to ready, by queue. */
  readonly startUpMs: ReadonlyMap<string, number>;
}

/** How the supervisor stands with each queue, for health and screens. `wallAheadMs` is wall clock minus monotonic. */
export function supervisionStatus(view: SupervisionView, wallAheadMs: number): SupervisedQueueStatus[] {
  const queues = new Set([...view.desired.keys(), ...view.members.map(({ queueName }) => queueName)]);
  return [...queues].sort().map((queueName) => {
    const members = view.members.filter((member) => member.queueName === queueName);
    const count = (phase: SupervisedMember['phase']) => members.filter((member) => member.phase === phase).length;
    const restart = view.restarts.get(queueName);
    return {
      queueName,
      desired: view.desired.get(queueName)?.count ?? 0,
      starting: count('starting'),
      ready: count('ready'),
      draining: count('draining'),
      crashLoop: restart?.looping === true ? crashLoop(restart, wallAheadMs) : null,
      startUpMs: view.startUpMs.get(queueName) ?? null,
    };
  });
}

function crashLoop(restart: RestartState, wallAheadMs: number): SupervisedQueueStatus['crashLoop'] {
  return {
    sinceMs: Math.round(restart.firstDeathAtMs + wallAheadMs),
    restarts: restart.earlyDeaths,
    lastError: restart.lastError,
    nextStartAtMs: Math.round(restart.nextStartAtMs + wallAheadMs),
  };
}
