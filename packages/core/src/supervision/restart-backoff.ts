import type { SupervisedMember } from './supervised-member.js';

/** What a queue's deaths have led to. Instants are monotonic. */
export interface RestartState {
  /** Deaths in a row, each within a minute of its start. */
  readonly earlyDeaths: number;
  readonly firstDeathAtMs: number;
  readonly lastDeathAtMs: number;
  readonly lastError: string;
  /** No worker of the queue starts before this. */
  readonly nextStartAtMs: number;
  readonly looping: boolean;
}

export interface WorkerDeath {
  readonly livedMs: number;
  readonly error: string;
  /** It said that its configuration or processor cannot be used: trying again soon is useless. */
  readonly misconfigured: boolean;
}

export interface RestartLimits {
  /** A death this soon after the start is an early one. */
  readonly earlyDeathMs: number;
  /** Early deaths in a row that make a crash loop. */
  readonly crashLoopDeaths: number;
  readonly firstWaitMs: number;
  readonly longestWaitMs: number;
  /** A worker that is well for this long ends the row. */
  readonly healthyAfterMs: number;
}

export const defaultRestartLimits: RestartLimits = {
  earlyDeathMs: 60_000,
  crashLoopDeaths: 3,
  firstWaitMs: 500,
  longestWaitMs: 30_000,
  healthyAfterMs: 60_000,
};

/**
 * The state after an unwanted death. The wait doubles with each early death in a row;
 * `random` (0 to 1) spreads it by half either way, so that workers of many queues that died
 * of one cause do not all come back in the same moment.
 */
export function afterDeath(
  previous: RestartState | undefined,
  death: WorkerDeath,
  nowMs: number,
  random: number,
  limits: RestartLimits = defaultRestartLimits,
): RestartState {
  const early = death.livedMs < limits.earlyDeathMs;
  const earlyDeaths = early ? (previous?.earlyDeaths ?? 0) + 1 : 1;
  const waitMs = death.misconfigured
    ? limits.longestWaitMs
    : Math.min(limits.firstWaitMs * 2 ** (earlyDeaths - 1), limits.longestWaitMs);
  return {
    earlyDeaths,
    firstDeathAtMs: earlyDeaths === 1 ? nowMs : (previous?.firstDeathAtMs ?? nowMs),
    lastDeathAtMs: nowMs,
    lastError: death.error,
    nextStartAtMs: nowMs + waitMs * (0.5 + random),
    looping: death.misconfigured || earlyDeaths >= limits.crashLoopDeaths,
  };
}

/** True when a worker that started since the last death has been well for a minute: the deaths are forgotten. */
export function hasRecovered(
  restart: RestartState,
  members: readonly SupervisedMember[],
  nowMs: number,
  { healthyAfterMs }: RestartLimits = defaultRestartLimits,
): boolean {
  return members.some(
    ({ phase, startedAtMs }) =>
      phase === 'ready' && startedAtMs >= restart.lastDeathAtMs && nowMs - startedAtMs >= healthyAfterMs,
  );
}
