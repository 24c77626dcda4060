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

export const CRASH_LOOP_DEATHS = 3;
export const EARLY_DEATH_MS = 60_000;
export const HEALTHY_AFTER_MS = 60_000;
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 30_000;

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
): RestartState {
  const early = death.livedMs < EARLY_DEATH_MS;
  const earlyDeaths = early ? (previous?.earlyDeaths ?? 0) + 1 : 1;
  const waitMs = death.misconfigured
    ? LONGEST_WAIT_MS
    : Math.min(FIRST_WAIT_MS * 2 ** (earlyDeaths - 1), LONGEST_WAIT_MS);
  return {
    earlyDeaths,
    firstDeathAtMs: earlyDeaths === 1 ? nowMs : (previous?.firstDeathAtMs ?? nowMs),
    lastDeathAtMs: nowMs,
    lastError: death.error,
    nextStartAtMs: nowMs + waitMs * (0.5 + random),
    looping: death.misconfigured || earlyDeaths >= CRASH_LOOP_DEATHS,
  };
}

/** True when a worker that started since the last death has been well for a minute: the deaths are forgotten. */
export function hasRecovered(restart: RestartState, members: readonly SupervisedMember[], nowMs: number): boolean {
  return members.some(
    ({ phase, startedAtMs }) =>
      phase === 'ready' && startedAtMs >= restart.lastDeathAtMs && nowMs - startedAtMs >= HEALTHY_AFTER_MS,
  );
}
