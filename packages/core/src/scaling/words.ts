import type { ScalingPolicy } from './policy.js';
import type { QueueLoad } from './queue-load.js';

/** What of a queue's state a decision is told with. */
export interface ScalingFigures {
  readonly queueDepth: number;
  readonly queueLatencyMs: number;
}

export interface Holding {
  /** Ready or starting. */
  readonly currentWorkers: number;
  readonly targetWorkers: number;
  readonly policy: Pick<ScalingPolicy, 'minWorkers' | 'maxWorkers'>;
  /** False for a queue that no host can run: Drover only watches it. */
  readonly isRun: boolean;
  readonly figures: ScalingFigures;
}

/** Why a queue's count of workers is as it is while there is no decision: before the first, and without a host. */
export function holdingReason({ currentWorkers, targetWorkers, policy, isRun, figures }: Holding): string {
  const { minWorkers, maxWorkers } = policy;
  const load = `${jobs(figures.queueDepth)}, the oldest for ${seconds(figures.queueLatencyMs)}`;
  if (!isRun) return `No host runs workers for this queue: it is only watched; ${load}.`;
  const bounds = `the policy allows ${minWorkers} to ${maxWorkers}, and no decision was made yet`;
  if (currentWorkers === targetWorkers) return `${workersInWords(currentWorkers, true)} as wanted: ${bounds}; ${load}.`;
  const state =
    currentWorkers < targetWorkers
      ? `${currentWorkers} of ${workersInWords(targetWorkers)}, the others are on their way`
      : `${workersInWords(currentWorkers)}, of which ${currentWorkers - targetWorkers} will finish and go`;
  return `${state}: ${bounds}; ${load}.`;
}

export interface CountChange {
  /** As it was told last. */
  readonly from: number;
  readonly to: number;
  /** What the decision asks for. */
  readonly wanted: number;
  /** The decision's own sentence. */
  readonly reason: string;
}

/** Why the count of a queue's workers is another than was told, though no decision changed it. */
export function changeReason({ from, to, wanted, reason }: CountChange): string {
  if (to < wanted) return `Hosts that can run this queue are missing: ${to} of ${workersInWords(wanted)} have a place.`;
  return `The step to ${workersInWords(from)} was not carried out before another control plane took over. ${reason}`;
}

/** What is not known of a queue that was looked at once or never: two looks count what arrives. */
export function missingInWords(load: Pick<QueueLoad, 'active' | 'depth' | 'dueSoon' | 'engineTrouble'>): string {
  if (load.engineTrouble) return `the engine is in trouble: ${load.engineTrouble}`;
  if (load.active + load.depth + load.dueSoon > 0) return 'how much arrives shows with the second look at it';
  return 'nothing is known of its traffic yet';
}

export function workersInWords(count: number, capital = false): string {
  if (count === 0) return `${capital ? 'No' : 'no'} workers`;
  return `${count} worker${count === 1 ? '' : 's'}`;
}

const jobs = (count: number): string => (count === 1 ? '1 job waits' : `${count} jobs wait`);

function seconds(ms: number): string {
  return ms < 10_000 ? `${(ms / 1_000).toFixed(1)} s` : `${Math.round(ms / 1_000)} s`;
}
