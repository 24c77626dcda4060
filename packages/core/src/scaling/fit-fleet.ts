import type { ScalingClamp, ScalingVerdict } from './scaling-verdict.js';
import { workersInWords } from './words.js';

/** A queue's wish within a memory budget that it shares. */
export interface FleetWish {
  readonly queueName: string;
  readonly verdict: ScalingVerdict;
  readonly minWorkers: number;
  /** What one of its workers takes. */
  readonly workerMB: number;
  /** Queues with a larger number are served first; equal ones share. */
  readonly priority: number;
}

/**
 * Cuts the growth of a fleet to the memory there is. Workers that run keep their place; each
 * queue's `minWorkers` come first, then growth by priority, one worker at a time in turn among
 * equals. A fleet that is already too large, since the budget shrank, gives up workers from the
 * lowest priority on, never below `minWorkers` while another can give. The cut is in each verdict.
 */
export function fitFleet(members: readonly FleetWish[], budgetMB: number): Map<string, ScalingVerdict> {
  const granted = new Map(members.map((member) => [member, Math.min(current(member), target(member))]));
  let leftMB = budgetMB;
  for (const [member, workers] of granted) leftMB -= workers * member.workerMB;

  const byPriority = [...members].sort((a, b) => b.priority - a.priority || a.queueName.localeCompare(b.queueName));
  for (const keep of [(member: FleetWish) => member.minWorkers, () => 0]) {
    for (const member of [...byPriority].reverse()) {
      while (leftMB < 0 && workersOf(member) > keep(member)) give(member, -1);
    }
  }
  for (const limit of [(member: FleetWish) => Math.min(member.minWorkers, target(member)), target]) {
    for (const priority of new Set(byPriority.map((member) => member.priority))) {
      const equals = byPriority.filter((member) => member.priority === priority);
      let grew = true;
      while (grew) {
        grew = false;
        for (const member of equals) {
          if (workersOf(member) >= limit(member) || member.workerMB > leftMB) continue;
          give(member, 1);
          grew = true;
        }
      }
    }
  }
  return new Map(members.map((member) => [member.queueName, cut(member, workersOf(member), budgetMB)]));

  function workersOf(member: FleetWish): number {
    return granted.get(member) ?? 0;
  }
  function give(member: FleetWish, workers: 1 | -1): void {
    granted.set(member, workersOf(member) + workers);
    leftMB -= workers * member.workerMB;
  }
}

const current = ({ verdict }: FleetWish): number => verdict.currentWorkers;
const target = ({ verdict }: FleetWish): number => verdict.targetWorkers;

function cut({ verdict, workerMB }: FleetWish, workers: number, budgetMB: number): ScalingVerdict {
  const { targetWorkers, currentWorkers, evidence } = verdict;
  if (workers === targetWorkers) return verdict;
  const why = `at ${Math.round(workerMB)} MB a worker, the hosts' ${Math.round(budgetMB)} MB have no place for more`;
  const clamp: ScalingClamp = { by: 'host_memory', from: targetWorkers, to: workers, why };
  return {
    ...verdict,
    action: workers > currentWorkers ? 'scale_up' : workers < currentWorkers ? 'scale_down' : 'maintain',
    targetWorkers: workers,
    reason: `${workersInWords(workers, true)} instead of ${targetWorkers}: ${why}. Without that: ${verdict.reason}`,
    evidence: { ...evidence, clampedBy: [...evidence.clampedBy, clamp] },
  };
}
