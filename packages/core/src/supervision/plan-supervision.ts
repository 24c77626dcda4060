import type { RestartState } from './restart-backoff.js';
import {
  type DesiredWorkers,
  defaultSupervisionLimits,
  type SupervisedMember,
  type SupervisionAction,
  type SupervisionLimits,
} from './supervised-member.js';

export interface SupervisionState {
  readonly members: readonly SupervisedMember[];
  readonly restarts: ReadonlyMap<string, RestartState>;
  readonly freeMemoryMB: number;
}

/**
 * What to do now so that each queue comes to its desired number of workers: kills first,
 * then drains, then starts. Calling it again before anything changed plans the same, so
 * the caller applies each action's mark (draining, killed, warned, started) at once. While
 * `desired` is `null` nobody has said yet what is wanted, so nothing is missing or surplus.
 */
export function planSupervision(
  state: SupervisionState,
  desired: ReadonlyMap<string, DesiredWorkers> | null,
  nowMs: number,
  limits: SupervisionLimits = defaultSupervisionLimits,
): SupervisionAction[] {
  const health = state.members.flatMap((member) => planHealth(member, nowMs, limits));
  if (desired === null) return health;
  const queues = new Set([...desired.keys(), ...state.members.map(({ queueName }) => queueName)]);
  const budget = { freeMB: state.freeMemoryMB };
  return [
    ...health,
    ...[...queues].flatMap((queueName) => {
      const members = state.members.filter((member) => member.queueName === queueName && !member.killed);
      const wanted = desired.get(queueName) ?? { count: 0, graceMs: 0 };
      return planQueue(queueName, members, wanted, state.restarts.get(queueName), budget, nowMs, limits);
    }),
  ];
}

function planHealth(member: SupervisedMember, nowMs: number, limits: SupervisionLimits): SupervisionAction[] {
  const { workerId } = member;
  if (member.killed) return [];
  if (member.drain !== null) {
    const overdueMs = nowMs - member.drain.sinceMs - member.drain.graceMs - limits.escalateAfterMs;
    if (overdueMs >= 0) return [{ kind: 'kill', workerId, reason: 'did not end within its grace' }];
  }
  const silentMs = nowMs - member.heardAtMs;
  const silentKillMs = member.adopted ? limits.adoptedSilentKillMs : limits.silentKillMs;
  if (silentMs >= silentKillMs) {
    return [{ kind: 'kill', workerId, reason: `event loop blocked for ${Math.round(silentMs / 1000)} s` }];
  }
  if (silentMs >= limits.silentWarnMs && !member.warned) {
    return [{ kind: 'warn', workerId, reason: `no heartbeat for ${Math.round(silentMs / 1000)} s` }];
  }
  return [];
}

function planQueue(
  queueName: string,
  members: readonly SupervisedMember[],
  wanted: DesiredWorkers,
  restart: RestartState | undefined,
  budget: { freeMB: number },
  nowMs: number,
  limits: SupervisionLimits,
): SupervisionAction[] {
  const running = members.filter(({ drain }) => drain === null);
  const staying = running.filter(({ recycle }) => recycle === null);
  const leaving = running.filter(({ recycle }) => recycle !== null);
  const { graceMs } = wanted;
  const drain = ({ workerId }: SupervisedMember, reason: string): SupervisionAction => ({
    kind: 'drain',
    workerId,
    graceMs,
    reason,
  });

  const settled = staying.filter(({ adopted, startedAtMs }) => !adopted || nowMs - startedAtMs >= limits.keepAdoptedMs);
  const surplus = inDrainOrder(settled).slice(0, Math.max(0, staying.length - wanted.count));
  const missing = Math.max(0, wanted.count - staying.length);
  const needMB = wanted.memoryLimitMB ?? limits.assumedWorkerMB;
  // A worker that is being replaced holds its memory until it is gone.
  const replaced = leaving.length + members.filter((member) => member.drain !== null && member.recycle !== null).length;
  const beside = Math.min(missing, replaced);
  const fitting = Math.min(beside, Math.max(0, Math.floor(budget.freeMB / needMB)));
  const mayStart = restart === undefined || nowMs >= restart.nextStartAtMs;
  const starts = mayStart ? missing - beside + fitting : 0;
  budget.freeMB -= starts * needMB;

  // Leave only as many as others are ready to stand in for; without room for those, leave first.
  const ready = staying.filter(({ phase }) => phase === 'ready').length;
  const spare = ready + leaving.length - wanted.count;
  const crowded = mayStart ? beside - fitting : 0;
  const release = leaving.slice(0, Math.max(0, spare, crowded));
  return [
    ...surplus.map((member) => drain(member, 'more workers than wanted')),
    ...release.map((member) => drain(member, member.recycle ?? 'replaced')),
    ...Array.from(
      { length: starts },
      (): SupervisionAction => ({
        kind: 'start',
        queueName,
        reason: restart !== undefined ? 'restart' : beside > 0 ? 'replacement' : 'fewer workers than wanted',
      }),
    ),
  ];
}

/** Those that cost least come first: not yet ready, then with the fewest jobs in hand, then the newest. */
function inDrainOrder(members: readonly SupervisedMember[]): readonly SupervisedMember[] {
  const cost = ({ phase, active }: SupervisedMember) => (phase === 'starting' ? -1 : active);
  return [...members].sort((a, b) => cost(a) - cost(b) || b.startedAtMs - a.startedAtMs);
}
