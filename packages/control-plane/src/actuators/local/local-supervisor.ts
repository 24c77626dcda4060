import { randomBytes } from 'node:crypto';
import { freemem } from 'node:os';
import {
  type DesiredWorkers,
  defaultSupervisionLimits,
  planSupervision,
  type SupervisedMember,
  type SupervisedQueueStatus,
  type SupervisionAction,
  type SupervisionLimits,
  type WorkerToSupervisor,
} from '@drover/core';
import { AdoptedWorkers } from './adopted-workers.js';
import { HeldWorker } from './held-worker.js';
import type { LocalSupervisorOptions, WorkerToSpawn } from './local-supervisor-options.js';
import { hostProcesses } from './process-table.js';
import { RestartLog } from './restart-log.js';
import { supervisionStatus } from './supervision-status.js';
import { WorkerChild, type WorkerExit } from './worker-child.js';

const TICK_MS = 250;
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
  /**
   * Drains all workers and resolves when none is left; those that do not end within their
   * queue's grace are killed. `graceMs` is for queues that nobody wants any more.
   */
  stop(options: { readonly graceMs: number }): Promise<void>;
}

/** Adopts the workers that an earlier control plane left running on this host, then supervises. */
export async function createLocalSupervisor(options: LocalSupervisorOptions): Promise<LocalSupervisor> {
  const supervisor = new Supervisor(options);
  await supervisor.start();
  return supervisor;
}

class Supervisor implements LocalSupervisor {
  private readonly options: LocalSupervisorOptions;
  private readonly limits: SupervisionLimits;
  private readonly held = new Map<string, HeldWorker>();
  private readonly adopted: AdoptedWorkers;
  private readonly restarts: RestartLog;
  private readonly startUpMs = new Map<string, number>();
  private readonly listeners = new Set<() => void>();
  /** `null` until somebody says what is wanted. */
  private desired: ReadonlyMap<string, DesiredWorkers> | null = null;
  private timer: NodeJS.Timeout | null = null;
  private lastTickMs: number;
  private stopped: Promise<void> | null = null;
  private allGone: (() => void) | null = null;

  constructor(options: LocalSupervisorOptions) {
    this.options = options;
    this.limits = { ...defaultSupervisionLimits, ...options.limits };
    this.restarts = new RestartLog(options);
    this.adopted = new AdoptedWorkers({
      ...options,
      processes: options.processes ?? hostProcesses,
      held: this.held,
      graceMs: (held) => this.graceMs(held),
      onChange: () => this.changed(),
      onGone: (held) => this.exited(held, { code: null, error: 'an adopted worker ended', misconfigured: false }),
    });
    this.lastTickMs = this.nowMs;
  }

  async start(): Promise<void> {
    await this.adopted.adoptOrphans();
    this.lastTickMs = this.nowMs;
    this.timer = setInterval(() => this.tick(), TICK_MS);
  }

  apply(desired: ReadonlyMap<string, DesiredWorkers>): void {
    if (this.stopped !== null) return;
    this.desired = desired;
    this.act();
  }

  recycle(workerId: string, reason: string): boolean {
    const member = this.held.get(workerId)?.member;
    if (member === undefined || member.drain !== null) return false;
    member.recycle = reason;
    this.act();
    return true;
  }

  status(): SupervisedQueueStatus[] {
    const { startUpMs } = this;
    const restarts = this.restarts.states;
    const desired = this.desired ?? new Map();
    const wallAheadMs = this.options.clock.nowMs() - this.nowMs;
    return supervisionStatus({ desired, members: this.members(), restarts, startUpMs }, wallAheadMs);
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

  private get nowMs(): number {
    return this.options.clock.monotonicMs();
  }

  private async drainAll(graceMs: number): Promise<void> {
    for (const held of this.held.values()) {
      if (held.member.drain !== null) continue;
      this.drain(held, this.desired?.get(held.member.queueName)?.graceMs ?? graceMs, 'Drover is stopping');
    }
    this.desired = new Map();
    if (this.held.size > 0) {
      await new Promise<void>((resolve) => {
        this.allGone = resolve;
      });
    }
    if (this.timer !== null) clearInterval(this.timer);
  }

  private tick(): void {
    const stalledMs = this.nowMs - this.lastTickMs;
    this.lastTickMs = this.nowMs;
    if (stalledMs > OWN_STALL_MS) for (const held of this.held.values()) held.forgiveSilence(stalledMs);
    this.adopted.tick(this.stopped === null);
    this.act();
  }

  /** Brings what is closer to what is wanted. */
  private act(): void {
    const members = this.members();
    this.restarts.forgetRecovered(members);
    const freeMemoryMB = this.options.freeMemoryMB?.() ?? freemem() / MB;
    const state = { members, restarts: this.restarts.states, freeMemoryMB };
    for (const action of planSupervision(state, this.desired, this.nowMs, this.limits)) this.perform(action);
  }

  private perform(action: SupervisionAction): void {
    if (action.kind === 'start') {
      this.spawn(action.queueName, action.reason);
      return;
    }
    const held = this.held.get(action.workerId);
    if (held === undefined) return;
    if (action.kind === 'drain') this.drain(held, action.graceMs, action.reason);
    else if (action.kind === 'kill') this.kill(held, action.reason);
    else this.warn(held, action.reason);
  }

  private spawn(queueName: string, reason: string): void {
    const { spawn, log, onOutput = passOn } = this.options;
    const worker = { queueName, workerId: newWorkerId(queueName) };
    try {
      const spawned = spawn(worker);
      const held = HeldWorker.started(
        { ...worker, pid: spawned.pid ?? -1 },
        this.options.processes ?? hostProcesses,
        this.nowMs,
      );
      const child = new WorkerChild(spawned, {
        onMessage: (message) => this.told(held, message),
        onOutput: (stream, text) => onOutput(worker, stream, text),
        onExit: (exit) => this.exited(held, exit),
      });
      held.attach(child);
      this.held.set(worker.workerId, held);
      log.info({ queue: queueName, worker: worker.workerId, pid: spawned.pid, reason }, 'worker started');
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      this.restarts.died(queueName, 0, { code: null, error: message, misconfigured: false });
    }
    this.changed();
  }

  private told(held: HeldWorker, message: WorkerToSupervisor): void {
    const { member } = held;
    held.heard(message.type === 'heartbeat' ? message.active : member.active, this.nowMs);
    if (message.type === 'heartbeat') return;
    if (message.type === 'ready' && member.phase === 'starting') {
      const { startUpMs } = message;
      member.phase = 'ready';
      this.startUpMs.set(member.queueName, startUpMs);
      this.options.log.info({ queue: member.queueName, worker: member.workerId, startUpMs }, 'worker ready');
    }
    // Without our asking: by a signal, or because its desired state says so.
    if (message.type === 'draining') held.markDraining(message.graceMs ?? this.graceMs(held), this.nowMs);
    if (message.type === 'recycle') this.recycle(member.workerId, message.reason);
    this.changed();
  }

  private graceMs({ member }: HeldWorker): number {
    return this.desired?.get(member.queueName)?.graceMs ?? 0;
  }

  private drain(held: HeldWorker, graceMs: number, reason: string): void {
    const { queueName, workerId } = held.member;
    this.options.log.info({ queue: queueName, worker: workerId, reason, graceMs }, 'draining worker');
    held.drain(graceMs, reason, this.nowMs);
    this.changed();
  }

  private kill(held: HeldWorker, reason: string): void {
    const { queueName, workerId, pid, drain } = held.member;
    this.options.log.error({ queue: queueName, worker: workerId, pid, reason }, 'killing worker');
    if (drain === null) this.restarts.died(queueName, this.ageMs(held), killedFor(reason));
    held.kill();
    this.changed();
  }

  private warn({ member }: HeldWorker, reason: string): void {
    member.warned = true;
    this.options.log.warn({ queue: member.queueName, worker: member.workerId, reason }, 'worker is silent');
  }

  private exited(held: HeldWorker, exit: WorkerExit): void {
    const { workerId, queueName, drain, killed } = held.member;
    if (!this.held.delete(workerId)) return;
    if (drain === null && !killed) this.restarts.died(queueName, this.ageMs(held), exit);
    else this.options.log.info({ queue: queueName, worker: workerId, code: exit.code }, 'worker ended');
    this.changed();
    if (this.held.size === 0) this.allGone?.();
    if (this.stopped === null) this.act();
  }

  private ageMs({ member }: HeldWorker): number {
    return this.nowMs - member.startedAtMs;
  }

  private changed(): void {
    for (const listener of this.listeners) listener();
  }
}

/** Begins with the queue, so that a list of processes reads well; in one word, or that list could not be searched. */
function newWorkerId(queueName: string): string {
  return `${queueName.replaceAll(/[^\w.-]/g, '_').slice(0, 60)}-${randomBytes(6).toString('hex')}`;
}

function passOn(_worker: WorkerToSpawn, stream: 'stdout' | 'stderr', text: string): void {
  process[stream].write(text);
}

function killedFor(reason: string): WorkerExit {
  return { code: null, error: `killed: ${reason}`, misconfigured: false };
}
