import type { ScalingPolicy } from './policy.js';

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

/** Why a queue's count of workers stays as it is while no scaler moves it between its bounds. */
export function holdingReason({ currentWorkers, targetWorkers, policy, isRun, figures }: Holding): string {
  const { minWorkers, maxWorkers } = policy;
  const load = `${jobs(figures.queueDepth)}, the oldest for ${seconds(figures.queueLatencyMs)}`;
  if (!isRun) return `No host runs workers for this queue: it is only watched; ${load}.`;
  const bounds = `the policy allows ${minWorkers} to ${maxWorkers}, and the count stays at minWorkers until the policy is edited`;
  if (currentWorkers === targetWorkers) return `${workersInWords(currentWorkers, true)} as wanted: ${bounds}; ${load}.`;
  const state =
    currentWorkers < targetWorkers
      ? `${currentWorkers} of ${workersInWords(targetWorkers)}, the others are on their way`
      : `${workersInWords(currentWorkers)}, of which ${currentWorkers - targetWorkers} will finish and go`;
  return `${state}: ${bounds}; ${load}.`;
}

export interface CountChange {
  readonly from: number;
  readonly to: number;
  /** What the policy and the hosts' configuration ask for. */
  readonly wanted: number;
  readonly policy: Pick<ScalingPolicy, 'minWorkers' | 'maxWorkers'>;
  /** The bounds at the last change; `null` before the first. */
  readonly former: Pick<ScalingPolicy, 'minWorkers' | 'maxWorkers'> | null;
}

/** Why the count of a queue's workers was changed. */
export function changeReason({ from, to, wanted, policy, former }: CountChange): string {
  if (to < wanted) return `Hosts that can run this queue are missing: ${to} of ${workersInWords(wanted)} have a place.`;
  if (former === null) return `The queue starts with ${workersInWords(to)}, its minWorkers.`;
  for (const bound of ['minWorkers', 'maxWorkers'] as const) {
    if (former[bound] === policy[bound]) continue;
    const verb = policy[bound] > former[bound] ? 'raised' : 'lowered';
    return `${bound} was ${verb} from ${former[bound]} to ${policy[bound]}.`;
  }
  if (to > from) return `A host that can run this queue is back: all ${workersInWords(to)} have a place.`;
  return `The hosts' configuration asks for ${workersInWords(to)}.`;
}

export function workersInWords(count: number, capital = false): string {
  if (count === 0) return `${capital ? 'No' : 'no'} workers`;
  return `${count} worker${count === 1 ? '' : 's'}`;
}

const jobs = (count: number): string => (count === 1 ? '1 job waits' : `${count} jobs wait`);

function seconds(ms: number): string {
  return ms < 10_000 ? `${(ms / 1_000).toFixed(1)} s` : `${Math.round(ms / 1_000)} s`;
}
