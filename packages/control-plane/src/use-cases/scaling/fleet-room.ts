import type { FitsOn, FleetAssignment, HostPresence, WorkerReport } from '@drover/core';

/** Of a host that names no budget, this share of its memory stays free of new workers, and at most so much. */
const RESERVE_SHARE = 0.1;
const MOST_RESERVE_MB = 1_024;

export interface FleetRoom {
  /** What all workers may take together; `null` while no host tells of its memory. */
  readonly budgetMB: number;
  /** True when a host's configuration set its part of it. */
  readonly isSet: boolean;
  readonly fitsOn: FitsOn;
}

/**
 * Memory for workers, by machine: several control planes on one share what it has. A worker
 * counts with what its queue's workers are expected to take, from the moment at which it is
 * asked for. Where no budget is set, free memory is the bound of growth alone: what is there
 * stays, and the smallest fleets of the policies are the user's to answer for.
 */
export function roomOf(
  hosts: readonly HostPresence[],
  reports: readonly WorkerReport[],
  previous: FleetAssignment,
  workerMB: (queueName: string) => number,
  smallest: ReadonlyMap<string, number>,
): FleetRoom {
  const machines = new Map<string, Machine>();
  const machineOf = new Map<string, string>();
  for (const presence of hosts.filter(({ runsWorkers }) => runsWorkers)) {
    machineOf.set(presence.instanceId, presence.host);
    const machine = machines.get(presence.host) ?? { budgetMB: null, freeMB: 0, totalMB: 0, speakingMB: 0 };
    const { workerBudgetMB, freeMemoryMB, totalMemoryMB } = presence;
    machines.set(presence.host, {
      ...machine,
      budgetMB: workerBudgetMB === undefined ? machine.budgetMB : Math.max(machine.budgetMB ?? 0, workerBudgetMB),
      freeMB: freeMemoryMB,
      totalMB: totalMemoryMB,
    });
  }
  for (const { host, queueName, state } of reports) {
    const machine = machines.get(host);
    if (machine && state !== 'stopped') machine.speakingMB += workerMB(queueName);
  }
  const budgets = new Map([...machines].map(([host, machine]) => [host, budgetOf(machine)]));
  const takenMB = (host: string, assigned: FleetAssignment): number =>
    Object.entries(assigned).reduce((sum, [queueName, counts]) => {
      for (const [instanceId, count] of Object.entries(counts)) {
        if (machineOf.get(instanceId) === host) sum += count * workerMB(queueName);
      }
      return sum;
    }, 0);
  const isSet = [...machines.values()].some(({ budgetMB }) => budgetMB !== null);
  const totalMB = [...budgets.values()].reduce((sum, each) => sum + each, 0);
  const owedMB = [...smallest].reduce((sum, [queueName, workers]) => {
    const have = Object.values(previous[queueName] ?? {}).reduce((all, count) => all + count, 0);
    return sum + Math.max(workers, have) * workerMB(queueName);
  }, 0);
  return {
    budgetMB: isSet ? totalMB : Math.max(totalMB, owedMB),
    isSet,
    fitsOn(instanceId, queueName, assigned) {
      const host = machineOf.get(instanceId);
      if (host === undefined) return false;
      const owed = Object.values(assigned[queueName] ?? {}).reduce((sum, count) => sum + count, 0);
      if (machines.get(host)?.budgetMB === null && owed < (smallest.get(queueName) ?? 0)) return true;
      return takenMB(host, assigned) + workerMB(queueName) <= (budgets.get(host) ?? 0);
    },
  };
}

interface Machine {
  budgetMB: number | null;
  freeMB: number;
  totalMB: number;
  /** Expected of the workers that run and whose memory is no longer free. */
  speakingMB: number;
}

function budgetOf({ budgetMB, freeMB, totalMB, speakingMB }: Machine): number {
  if (budgetMB !== null) return budgetMB;
  return speakingMB + Math.max(0, freeMB - Math.min(MOST_RESERVE_MB, RESERVE_SHARE * totalMB));
}
