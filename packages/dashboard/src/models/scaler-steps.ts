import type { QueueHealthStatus, ScalingHistoryEntry } from '@drover/contract';
import { selectRows } from './queue-rows.js';

export interface ScalerStep {
  readonly kind: 'up' | 'down' | 'held';
  /** "4 → 5 workers", "held at 3". */
  readonly words: string;
}

type Entry = Pick<ScalingHistoryEntry, 'action' | 'currentWorkers' | 'targetWorkers' | 'executed' | 'dryRun'>;

/** A decision in a few words. One that was not carried out says so: nobody must wait for workers that never come. */
export function scalerStep({ action, currentWorkers, targetWorkers, executed, dryRun }: Entry): ScalerStep {
  if (dryRun) return { kind: 'held', words: `would be ${currentWorkers} → ${targetWorkers}` };
  if (executed === false && targetWorkers !== currentWorkers) {
    return { kind: 'held', words: `held at ${currentWorkers}, wants ${targetWorkers}` };
  }
  if (executed === false || action === 'maintain') return { kind: 'held', words: `held at ${currentWorkers}` };
  return {
    kind: targetWorkers < currentWorkers ? 'down' : 'up',
    words: `${currentWorkers} → ${targetWorkers}`,
  };
}

/** The queues whose decisions to ask for: those with workers of ours, the most urgent first. */
export function queuesToFollow(queues: readonly QueueHealthStatus[], most: number): string[] {
  const managed = queues.filter(({ workers }) => workers?.desired !== undefined);
  return selectRows(managed, { search: '', status: 'all', sort: { key: 'status', descending: true } })
    .slice(0, most)
    .map(({ queueName }) => queueName);
}
