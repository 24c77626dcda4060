import { randomBytes } from 'node:crypto';
import { freemem } from 'node:os';
import {
  afterDeath,
  type DesiredWorkers,
  defaultSupervisionLimits,
  hasRecovered,
  planSupervision,
  type RestartState,
  type SupervisedMember,
  type SupervisedQueueStatus,
  type SupervisionAction,
  type SupervisionLimits,
  type WorkerReport,
  type WorkerToSupervisor,
} from '@drover/core';
import { findOrphans } from './adoption.js';
import type { LocalSupervisorOptions } from './local-supervisor-options.js';
import { hostProcesses, type ProcessTable } from './process-table.js';
import { supervisionStatus } from './supervision-status.js';
import { WorkerChild, type WorkerExit } from './worker-child.js';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
/** A member and, unless it is adopted, the process we started. */
interface Held {
  readonly member: Mutable<SupervisedMember>;
  child: WorkerChild | null;
  /** Of an adopted member: the newest report seen, by the worker's own clock. */
  reportedAtMs: number;
}

const TICK_MS = 250;
/** Adopted workers have no channel; their reports say how they are. */
const READ_REPORTS_MS = 5_000;
/** A supervisor that was itself held up has heard nothing, which says nothing about its workers. */
const OWN_STALL_MS = 3_000;
const MB = 2 ** 20;

/** Runs the wanted number of worker processes on this host, one process per worker. */
export interface LocalSupervisor {
  /** What shall run from now on; queues that are absent shall have no worker. */
  apply(desired: ReadonlyMap<string, DesiredWorkers>): void;
  /** Replaces one worker by another, the new one first where memory allows. False when there is no such worker. */
  recycle(workerId: string, reason: string): boolean;
  status(): SupervisedQueueStatus[];
  members(): readonly SupervisedMember[];
  /** Called after every change of a member or of what is wanted. Returns the way to stop that. */
  onChange(listener: () => void): () => void;
  /** Drains all workers and resolves when none is left; those that do not end within the grace are killed. */
  stop(options: { readonly graceMs: number }): Promise<void>;
}

/** Adopts the workers that an earlier control plane left running on this host, then supervises. */
export async function createLocalSupervisor(options: LocalSupervisorOptions): Promise<LocalSupervisor> {
  const supervisor = new Supervisor(options);
  await supervisor.adoptOrphans();
  supervisor.start();
  return supervisor;
}

class Supervisor implements LocalSupervisor {
  private readonly options: LocalSupervisorOptions;
  private readonly limits: SupervisionLimits;
  private readonly processes: ProcessTable;
  private readonly held = new Map<string, Held>();
  private readonly restarts = new Map<string, RestartState>();
  private readonly startUpMs = new Map<string, number>();
  private readonly listeners = new Set<() => void>();
  private desired: ReadonlyMap<string, DesiredWorkers> = new Map();
  private timer: NodeJS.Timeout | null = null;
  private lastTickMs: number;
  private nextReadMs = 0;
  private reading = false;
  private stopped: Promise<void> | null = null;
  private allGone: (() => void) | null = null;

  constructor(options: LocalSupervisorOptions) {
    this.options = options;
    this.limits = { ...defaultSupervisionLimits, ...options.limits };
    this.processes = options.processes ?? hostProcesses;
    this.lastTickMs = options.clock.monotonicMs();
  }

  async adoptOrphans(): Promise<void> {
    const { host, instanceId, fleet, log } = this.options;
    try {
      const orphans = await findOrphans({ host, instanceId, fleet, processes: this.processes });
      for (const report of orphans) await this.adopt(report);
    } catch (error) {
      // They wait a while and drain by themselves: no reason not to start.
      log.warn({ err: error }, 'cannot look for workers to adopt');
    }
  }

  start(): void {
    this.lastTickMs = this.options.clock.monotonicMs();
    this.timer = setInterval(() => this.tick(), TICK_MS);
  }

  apply(desired: ReadonlyMap<string, DesiredWorkers>): void {
    if (this.stopped !== null) return;
    this.desired = desired;
    this.act();
  }

  recycle(workerId: string, reason: string): boolean {
    const held = this.held.get(workerId);
    if (held === undefined || held.member.drain !== null) return false;
    held.member.recycle = reason;
    this.act();
    return true;
  }

  status(): SupervisedQueueStatus[] {
    const { clock } = this.options;
    const { desired, restarts, startUpMs } = this;
    return supervisionStatus(
      { desired, members: this.members(), restarts, startUpMs },
      clock.nowMs() - clock.monotonicMs(),
    );
  }

  members(): readonly SupervisedMember[] {
    return [...this.held.values()].map(({ member }) => ({ ...member }));
  }

  onChange(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  stop({ graceMs }: { readonly graceMs: number }): Promise<void> {
    this.stopped ??= this.drainAll(graceMs);
    return this.stopped;
  }

  private async drainAll(graceMs: number): Promise<void> {
    this.desired = new Map();
    for (const { member } of this.held.values()) {
      if (member.drain === null) this.drain(member.workerId, graceMs, 'Drover is stopping');
    }
    if (this.held.size > 0) {
      await new Promise<void>((resolve) => {
        this.allGone = resolve;
      });
    }
    if (this.timer !== null) clearInterval(this.timer);
  }

  private async adopt(report: WorkerReport): Promise<void> {
    const { instanceId, fleet, clock, log } = this.options;
    const { workerId, queueName, pid, active, reportedAtMs } = report;
    await fleet.setDesired(workerId, {
      run: 'run',
      reason: `adopted by ${instanceId}`,
      graceMs: 0,
      supervisorPid: process.pid,
    });
    const nowMs = clock.monotonicMs();
    const draining = report.state === 'draining';
    const member: SupervisedMember = {
      workerId,
      queueName,
      pid,
      phase: draining ? 'draining' : report.state === 'ready' ? 'ready' : 'starting',
      adopted: true,
      startedAtMs: nowMs,
      heardAtMs: nowMs,
      warned: false,
      active,
      // How long it has been draining is not known: it gets what its last supervisor would give at most.
      drain: draining ? { sinceMs: nowMs, graceMs: this.limits.adoptedSilentKillMs } : null,
      recycle: null,
      killed: false,
    };
    this.held.set(workerId, { member, child: null, reportedAtMs });
    log.info({ queue: queueName, worker: workerId, pid }, 'adopted a worker of an earlier control plane');
    this.changed();
  }

  private tick(): void {
    const nowMs = this.options.clock.monotonicMs();
    const stalledMs = nowMs - this.lastTickMs;
    this.lastTickMs = nowMs;
    if (stalledMs > OWN_STALL_MS) for (const { member } of this.held.values()) member.heardAtMs += stalledMs;
    this.lookAfterAdopted(nowMs);
    this.act();
  }

  private lookAfterAdopted(nowMs: number): void {
    const adopted = [...this.held.values()].filter(({ child }) => child === null);
    for (const { member } of adopted) {
      if (this.processes.runsWorker(member.pid, member.workerId)) continue;
      this.exited(member.workerId, { code: null, error: 'an adopted worker ended', misconfigured: false });
    }
    if (adopted.length > 0 && nowMs >= this.nextReadMs && !this.reading) {
      this.nextReadMs = nowMs + READ_REPORTS_MS;
      this.reading = true;
      this.readAdopted().finally(() => {
        this.reading = false;
      });
    }
  }

  private async readAdopted(): Promise<void> {
    let reports: readonly WorkerReport[];
    try {
      reports = await this.options.fleet.readReports();
    } catch {
      // With the engine away the workers cannot report: their silence says nothing.
      for (const { member, child } of this.held.values()) if (child === null) member.heardAtMs += READ_REPORTS_MS;
      return;
    }
    for (const report of reports) {
      const held = this.held.get(report.workerId);
      if (held === undefined || held.child !== null || report.reportedAtMs === held.reportedAtMs) continue;
      held.reportedAtMs = report.reportedAtMs;
      this.heard(held.member, report.active);
      if (report.state === 'ready' && held.member.phase === 'starting') held.member.phase = 'ready';
      if (report.state === 'draining') this.markDraining(held.member);
    }
  }

  /** Brings what is closer to what is wanted. */
  private act(): void {
    const nowMs = this.options.clock.monotonicMs();
    const members = this.members();
    for (const [queueName, restart] of this.restarts) {
      const ofQueue = members.filter((member) => member.queueName === queueName);
      if (hasRecovered(restart, ofQueue, nowMs)) this.restarts.delete(queueName);
    }
    const freeMemoryMB = this.options.freeMemoryMB?.() ?? freemem() / MB;
    const plan = planSupervision({ members, restarts: this.restarts, freeMemoryMB }, this.desired, nowMs, this.limits);
    for (const action of plan) this.perform(action);
  }

  private perform(action: SupervisionAction): void {
    if (action.kind === 'start') this.spawn(action.queueName, action.reason);
    else if (action.kind === 'drain') this.drain(action.workerId, action.graceMs, action.reason);
    else if (action.kind === 'kill') this.kill(action.workerId, action.reason);
    else this.warn(action.workerId, action.reason);
  }

  private spawn(queueName: string, reason: string): void {
    const { spawn, clock, log, onOutput } = this.options;
    const workerId = `${queueName}-${randomBytes(6).toString('hex')}`;
    const nowMs = clock.monotonicMs();
    const worker = { queueName, workerId };
    try {
      const process = spawn(worker);
      const member: SupervisedMember = {
        ...worker,
        pid: process.pid ?? -1,
        phase: 'starting',
        adopted: false,
        startedAtMs: nowMs,
        heardAtMs: nowMs,
        warned: false,
        active: 0,
        drain: null,
        recycle: null,
        killed: false,
      };
      const held: Held = { member, child: null, reportedAtMs: 0 };
      held.child = new WorkerChild(process, {
        onMessage: (message) => this.told(held.member, message),
        onOutput: (stream, text) => onOutput?.(worker, stream, text),
        onExit: (exit) => this.exited(workerId, exit),
      });
      this.held.set(workerId, held);
      log.info({ queue: queueName, worker: workerId, pid: process.pid, reason }, 'worker started');
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      this.died(queueName, 0, { code: null, error: message, misconfigured: false });
    }
    this.changed();
  }

  private told(member: Mutable<SupervisedMember>, message: WorkerToSupervisor): void {
    if (message.type === 'heartbeat') {
      this.heard(member, message.active);
      return;
    }
    this.heard(member, member.active);
    if (message.type === 'ready' && member.phase === 'starting') {
      member.phase = 'ready';
      this.startUpMs.set(member.queueName, message.startUpMs);
      this.options.log.info({ queue: member.queueName, worker: member.workerId, ...message }, 'worker ready');
    }
    if (message.type === 'draining') this.markDraining(member);
    this.changed();
  }

  private heard(member: Mutable<SupervisedMember>, active: number): void {
    member.heardAtMs = this.options.clock.monotonicMs();
    member.warned = false;
    member.active = active;
  }

  /** It drains without our asking: by a signal, or because its desired state says so. */
  private markDraining(member: Mutable<SupervisedMember>): void {
    if (member.drain !== null) return;
    const graceMs = this.desired.get(member.queueName)?.graceMs ?? 0;
    member.phase = 'draining';
    member.drain = { sinceMs: this.options.clock.monotonicMs(), graceMs };
    this.changed();
  }

  private drain(workerId: string, graceMs: number, reason: string): void {
    const held = this.held.get(workerId);
    if (held === undefined) return;
    const { member, child } = held;
    member.phase = 'draining';
    member.drain = { sinceMs: this.options.clock.monotonicMs(), graceMs };
    this.options.log.info({ queue: member.queueName, worker: workerId, reason, graceMs }, 'draining worker');
    if (child !== null) child.drain(graceMs, reason);
    else if (this.processes.runsWorker(member.pid, workerId)) this.processes.signal(member.pid, 'SIGTERM');
    this.changed();
  }

  private kill(workerId: string, reason: string): void {
    const held = this.held.get(workerId);
    if (held === undefined) return;
    const { member, child } = held;
    member.killed = true;
    this.options.log.error({ queue: member.queueName, worker: workerId, pid: member.pid, reason }, 'killing worker');
    if (member.drain === null) this.died(member.queueName, this.ageMs(member), killedFor(reason));
    if (child !== null) child.kill();
    else if (this.processes.runsWorker(member.pid, workerId)) this.processes.signal(member.pid, 'SIGKILL');
    this.changed();
  }

  private warn(workerId: string, reason: string): void {
    const held = this.held.get(workerId);
    if (held === undefined) return;
    held.member.warned = true;
    this.options.log.warn({ queue: held.member.queueName, worker: workerId, reason }, 'worker is silent');
  }

  private exited(workerId: string, exit: WorkerExit): void {
    const held = this.held.get(workerId);
    if (held === undefined) return;
    this.held.delete(workerId);
    const { member } = held;
    const wanted = member.drain !== null || member.killed;
    const fields = { queue: member.queueName, worker: workerId, code: exit.code };
    if (wanted) this.options.log.info(fields, 'worker ended');
    else this.died(member.queueName, this.ageMs(member), exit);
    this.changed();
    if (this.held.size === 0) this.allGone?.();
    if (this.stopped === null) this.act();
  }

  private died(queueName: string, livedMs: number, exit: WorkerExit): void {
    const { clock, log, random = Math.random } = this.options;
    const { error, misconfigured } = exit;
    const death = { livedMs, error, misconfigured };
    const restart = afterDeath(this.restarts.get(queueName), death, clock.monotonicMs(), random());
    this.restarts.set(queueName, restart);
    const waitMs = Math.round(restart.nextStartAtMs - restart.lastDeathAtMs);
    const message = restart.looping ? 'worker keeps dying' : 'worker died';
    log.error({ queue: queueName, livedMs: Math.round(livedMs), deaths: restart.earlyDeaths, waitMs, error }, message);
  }

  private ageMs(member: SupervisedMember): number {
    return this.options.clock.monotonicMs() - member.startedAtMs;
  }

  private changed(): void {
    for (const listener of this.listeners) listener();
  }
}

function killedFor(reason: string): WorkerExit {
  return { code: null, error: `killed: ${reason}`, misconfigured: false };
}
