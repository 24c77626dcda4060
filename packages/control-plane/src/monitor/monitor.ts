import type { ControlPlaneStatus, LiveSnapshot } from '@drover/contract';
import {
  emptyFolded,
  type Fence,
  type FleetAssignment,
  foldOne,
  HostAbsence,
  isFault,
  type PublishedSnapshot,
  readFolded,
  type WorkerReport,
} from '@drover/core';
import { inOrderOfUrgency, toWireAlert } from '../use-cases/alerts/wire-alert.js';
import { buildSnapshot, evaluateQueues } from './build-snapshot.js';
import { decodeTick, encodeTick, type PublishedTick } from './checkpoint.js';
import { discharge } from './discharge-duties.js';
import { EngineExamination } from './engine-examination.js';
import { type Leadership, startLeadership } from './leadership.js';
import type { MonitorOptions } from './monitor-options.js';
import { startRhythm } from './rhythm.js';
import { type Observed, TickState } from './tick-state.js';

export interface MonitorHealth {
  readonly role: 'leader' | 'replica';
  readonly leader: string | null;
  /** When the snapshot now served was made or received; `null` before the first. */
  readonly snapshotAtMs: number | null;
  /** Why the last tick or read failed; `null` when it did not. */
  readonly failure: string | null;
  readonly tickDurationMs: number | null;
}

export interface Monitor {
  current(): LiveSnapshot | null;
  /** Calls back with each new snapshot, also with one that only tells of a failure. */
  subscribe(listener: (snapshot: LiveSnapshot) => void): () => void;
  /** The newest worker reports; empty on a replica that does not lead. */
  reports(): readonly WorkerReport[];
  health(): MonitorHealth;
  /**
   * The newest tick that the engine holds, with its counters; `null` before the first. Not of
   * one still to be published: a counter shown from it would go back if the next leader never saw it.
   */
  published(): PublishedTick | null;
  /** This instance as of now, also while the engine is away. */
  status(): ControlPlaneStatus;
  stop(): Promise<void>;
}

/** How often a replica looks for the leader's next snapshot. */
const FOLLOW_EVERY_MS = 1_000;

/**
 * Runs the monitor: ticks while this instance leads, follows the leader's snapshots while it
 * does not. A failing tick is recorded, shown, and followed by the next; ticks never overlap.
 */
export function startMonitor(options: MonitorOptions): Monitor {
  const { engine, clock, log } = options;
  const listeners = new Set<(snapshot: LiveSnapshot) => void>();
  const leadership: Leadership = startLeadership({
    lease: engine.lease,
    instanceId: options.instanceId,
    clock,
    // Observers announce no host, so any host there is one of a control plane that steers.
    mayLead: async () => options.steers || (await engine.fleet.readHosts()).length === 0,
    onError: (error) => log.warn({ err: error }, 'cannot reach the engine to renew the monitor lease'),
  });
  let snapshot: LiveSnapshot | null = null;
  let held: Pick<PublishedSnapshot, 'epoch' | 'seq'> | null = null;
  let lastTick: PublishedTick | null = null;
  let published: PublishedTick | null = null;
  let ticks = emptyFolded;
  let state: TickState | null = null;
  let leadingEpoch: number | null = null;
  let failure: string | null = null;
  let tickDurationMs: number | null = null;
  let snapshotAtMs: number | null = null;
  let instances = 0;
  const absence = new HostAbsence();
  const examination = new EngineExamination(engine, log);

  const serve = (next: LiveSnapshot): void => {
    snapshot = next;
    for (const listener of listeners) listener(next);
  };

  const status = (): ControlPlaneStatus => ({
    version: options.version,
    environment: options.environment,
    engine: {
      kind: engine.kind,
      address: engine.address,
      healthy: failure === null,
      ...(failure === null ? {} : { message: failure }),
      ...(examination.warnings.length === 0 ? {} : { warnings: [...examination.warnings] }),
    },
    ...(leadership.leader() === null ? {} : { leader: leadership.leader() ?? '' }),
    instanceId: options.instanceId,
    instances,
    tickMs: options.tickMs,
  });

  const lead = async (fence: Fence): Promise<void> => {
    const startedAtMs = clock.monotonicMs();
    if (state === null || leadingEpoch !== fence.epoch) {
      await readPublished();
      state = await TickState.restore(options, lastTick);
      ticks = readFolded(lastTick?.ticks);
      options.limiterFigures?.restore(lastTick?.limiters);
      leadingEpoch = fence.epoch;
      absence.forgive();
      log.info({ epoch: fence.epoch }, 'this instance now runs the monitor');
    }
    const nowMs = clock.nowMs();
    const assigned = options.scaling ? await engine.fleet.readAssignment() : {};
    const tick = await state.observe(nowMs, assigned);
    const assignment = await size(state, tick, nowMs, fence);
    failure = null;
    instances = tick.hosts.filter(({ platform }) => platform === undefined).length;
    const seq = (snapshot?.seq ?? 0) + 1;
    const workers = state.settle(assignment);
    const queues = evaluateQueues({ nowMs, ...tick, workers, thresholdsFor: options.thresholdsFor });
    // Stored before they are shown: what a reader sees can be acknowledged.
    const firing = (await options.alerts?.watch(queues, nowMs, fence)) ?? [];
    const next = buildSnapshot({
      seq,
      epoch: fence.epoch,
      nowMs,
      queues,
      alerts: inOrderOfUrgency(firing).map(toWireAlert),
      reports: tick.reports,
      hosts: tick.hosts,
      status: status(),
      limitsFor: options.limitsFor,
    });
    serve(next);
    snapshotAtMs = nowMs;
    const limiters = options.limiterFigures?.current() ?? [];
    const scaling = Object.fromEntries(options.scaling?.verdicts ?? []);
    lastTick = { snapshot: next, ...state.checkpoint(), ticks, limiters, scaling };
    await engine.snapshots.publish(seq, encodeTick(lastTick), fence);
    published = lastTick;
    held = { epoch: fence.epoch, seq };
    await state.remember(nowMs, fence);
    await discharge(options, {
      snapshot: next,
      reports: tick.reports,
      stored: state.reports,
      hosts: tick.hosts,
      assignment,
      nowMs,
      fence,
    });
    await examination.look(startedAtMs);
    tickDurationMs = clock.monotonicMs() - startedAtMs;
    ticks = foldOne(ticks, tickDurationMs);
  };

  /** Sizes the fleet by what was just seen; of some queues alone when they called between two ticks. */
  const size = async (
    seen: TickState,
    tick: Observed,
    nowMs: number,
    fence: Fence,
    only?: ReadonlySet<string>,
  ): Promise<FleetAssignment> => {
    if (!options.scaling) return {};
    const known = Object.values(tick.assigned).flatMap((counts) => Object.keys(counts));
    const present = new Set(tick.hosts.map(({ instanceId: id }) => id));
    const lingering = absence.lingering(known, present, clock.monotonicMs());
    const { hosts, reports, records, workers, intervals, assigned: previous } = tick;
    const look = { nowMs, records, intervals, workers, reports, hosts, lingering, previous };
    const assignment = await options.scaling.follow(look, snapshot, fence, only);
    seen.settle(assignment);
    return assignment;
  };

  const readPublished = async (): Promise<boolean> => {
    const stored = await engine.snapshots.readIfChanged(held);
    if (stored === null) return false;
    held = { epoch: stored.epoch, seq: stored.seq };
    const tick = decodeTick(stored.bytes);
    if (tick === null) return false;
    lastTick = tick;
    published = tick;
    return true;
  };

  const follow = async (): Promise<void> => {
    options.scaling?.rest();
    state = null;
    leadingEpoch = null;
    const changed = await readPublished();
    const recovered = failure !== null;
    failure = null;
    if (lastTick === null || (!changed && !recovered)) return;
    const { snapshot: theirs } = lastTick;
    instances = theirs.status.instances;
    examination.warnings = theirs.status.engine.warnings ?? [];
    serve({ ...theirs, status: { ...theirs.status, instanceId: options.instanceId, engine: status().engine } });
    snapshotAtMs = theirs.timestamp.getTime();
  };

  const step = async (): Promise<number> => {
    const startedAtMs = clock.monotonicMs();
    const fence = leadership.fence();
    try {
      await (fence === null ? follow() : lead(fence));
    } catch (error) {
      absence.forgive();
      if (isFault(error, 'fenced')) leadership.surrender();
      const message = error instanceof Error ? error.message : String(error);
      if (failure !== message) {
        log.error({ err: error }, 'the monitor could not complete its tick');
        failure = message;
        // Same numbers, old timestamp: a screen shows their age and the reason.
        if (snapshot)
          serve({ ...snapshot, seq: snapshot.seq + 1, status: { ...snapshot.status, engine: status().engine } });
      }
    }
    const everyMs = fence === null ? FOLLOW_EVERY_MS : options.tickMs;
    return Math.max(0, everyMs - (clock.monotonicMs() - startedAtMs));
  };

  /** Policies were edited, or queues without help have jobs: the fleet follows before the next tick. A failure is that tick's to tell. */
  const answer = async (queueNames: ReadonlySet<string> | null): Promise<void> => {
    const fence = leadership.fence();
    // Before its first tick a leader has not forgiven the hosts their silence.
    if (fence === null || state === null || leadingEpoch !== fence.epoch) return;
    try {
      const nowMs = clock.nowMs();
      const [hosts, assigned] = await Promise.all([engine.fleet.readHosts(), engine.fleet.readAssignment()]);
      const tick = await state.glance(queueNames, nowMs, { hosts, assigned });
      await size(state, tick, nowMs, fence, queueNames ?? undefined);
    } catch (error) {
      if (isFault(error, 'fenced')) leadership.surrender();
      log.warn({ err: error }, 'could not look at queues between two ticks: the next tick does');
    }
  };

  const rhythm = startRhythm({
    step,
    answer,
    calls: options.scaling,
    clock,
  });

  return {
    current: () => snapshot,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    reports: () => state?.reports ?? [],
    published: () => published,
    health: () => ({
      role: leadership.fence() === null ? 'replica' : 'leader',
      leader: leadership.leader(),
      snapshotAtMs,
      failure,
      tickDurationMs,
    }),
    status,
    async stop() {
      await rhythm.stop();
      options.scaling?.rest();
      await leadership.stop();
    },
  };
}
