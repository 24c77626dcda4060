import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { aboveHardLimit, type DesiredWorkerState, type RecycleNotice, workerExitCodes } from '@drover/core';
import { processSampler } from '../telemetry/process-sampler.js';
import type { ReportOutcome } from '../telemetry/reporter.js';
import { connectWorker } from './connect-worker.js';
import { EngineAbsence } from './engine-absence.js';
import { isLostConnection } from './engine-connection.js';
import { OrphanWatch } from './orphan-watch.js';
import type { OwnedWorker } from './owned-worker.js';
import type { ProcessLog } from './process-log.js';
import type { SupervisorLink } from './supervisor-link.js';
import { DEFAULT_ADOPT_WITHIN_MS, DEFAULT_GRACE_MS, type WorkerProcessSpec } from './worker-process-spec.js';

export interface WorkerProcessParts {
  readonly spec: WorkerProcessSpec;
  readonly log: ProcessLog;
  readonly link: SupervisorLink;
  /** Makes a worker that connects; it takes jobs from `begin()` on at the latest. */
  readonly createWorker: () => OwnedWorker;
  readonly exit: (code: number) => void;
}

/** Handing jobs back after an unhandled error must not keep a broken process alive. */
const FATAL_HAND_BACK_MS = 2_000;
/** Storing the last results and reports at the end of the grace. */
const HAND_BACK_MS = 4_000;
/** A terminal and npm both pass on one Ctrl-C: signals this close together are one. */
const SAME_SIGNAL_MS = 500;
const WATCH_MS = 1_000;
/** What jobs in hand get in a worker above its hard limit: its host cannot wait for longer. */
const HARD_LIMIT_GRACE_MS = 5_000;
/** A worker that is above its hard limit this soon would be again: a crash, so that its restarts are spaced out. */
const YOUNG_MS = 60_000;
/** A longer one would go off at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** The life of one worker process: connects, works, drains when told, and leaves with the right code. */
export class WorkerProcess {
  private readonly parts: WorkerProcessParts;
  private readonly orphan: OrphanWatch;
  private readonly absence: EngineAbsence;
  /** Aborted when the grace is over, or a second signal says so. */
  private readonly enough = new AbortController();
  private worker: OwnedWorker | null = null;
  private ready = false;
  private seenVersion = 0;
  private signalledAtMs: number | null = null;
  private stopping = false;
  private leaving = false;
  private recycling: RecycleNotice | null = null;

  constructor(parts: WorkerProcessParts) {
    this.parts = parts;
    this.absence = new EngineAbsence(parts.log);
    this.orphan = new OrphanWatch(parts.link.hasSupervisor, {
      adoptWithinMs: parts.spec.adoptWithinMs ?? DEFAULT_ADOPT_WITHIN_MS,
      isAlive,
    });
  }

  /** Resolves when the worker takes jobs; tries until the engine lets it. Rejects when the clocks are too far apart. */
  async start(): Promise<void> {
    const { link } = this.parts;
    link.onDrain((message) => this.drain(message.reason, message.graceMs));
    link.onDisconnect(() => this.onDisconnect());
    // Killed while the processor was loading: nobody will tell of it any more.
    if (link.hasSupervisor && !link.connected) this.onDisconnect();
    link.start(() => this.worker?.unfinished ?? 0);
    setInterval(() => this.watch(), WATCH_MS).unref();
    await this.connect();
  }

  onSignal(signal: string): void {
    const nowMs = performance.now();
    const again = this.signalledAtMs !== null && nowMs - this.signalledAtMs > SAME_SIGNAL_MS;
    this.signalledAtMs ??= nowMs;
    if (again) this.enough.abort();
    else this.drain(signal, this.graceMs);
  }

  /**
   * To be replaced. A supervisor starts the replacement first and then drains this worker;
   * without one it drains at once, and its exit code asks whoever runs it for another.
   */
  recycle(notice: RecycleNotice, graceMs = this.graceMs): void {
    if (this.stopping || this.recycling !== null) return;
    this.recycling = notice;
    this.parts.log('info', 'to be recycled', { ...notice });
    this.worker?.announceRecycle(notice);
    const { guardian } = this.orphan;
    if (notice.cause === 'hard_limit') this.drain(notice.reason, Math.min(graceMs, HARD_LIMIT_GRACE_MS));
    else if (guardian === 'channel') this.parts.link.send({ type: 'recycle', reason: notice.reason });
    // An adopter reads it in the reports.
    else if (guardian !== 'adopter') this.drain(notice.reason, graceMs);
  }

  /** Aborts the jobs in hand, gives them back, and exits: a recycle that does not wait. */
  abort(notice: RecycleNotice): void {
    if (this.leaving) return;
    this.stopping = true;
    this.leaving = true;
    this.recycling ??= notice;
    const active = this.worker?.unfinished ?? 0;
    this.parts.log('warn', 'recycled at once', { ...notice, active });
    this.parts.link.send({ type: 'draining', active, graceMs: HAND_BACK_MS });
    this.worker?.announceRecycle(notice);
    void this.handBackAndLeave(notice.reason, HAND_BACK_MS, workerExitCodes.recycled);
  }

  /** Takes no more jobs, lets those in hand finish within the grace, hands back the rest, and exits 0. */
  drain(reason: string, graceMs: number): void {
    if (this.stopping) return;
    this.stopping = true;
    const active = this.worker?.unfinished ?? 0;
    this.parts.log('info', 'draining', { reason, graceMs, active });
    this.parts.link.send({ type: 'draining', active, graceMs });
    this.drainAndLeave(graceMs).catch((error) => this.fatal(error));
  }

  /** An error that no handler caught: told to everyone, then the process ends. */
  fatal(error: unknown): void {
    if (this.leaving) return;
    this.stopping = true;
    this.leaving = true;
    const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
    this.parts.log('error', 'unhandled error', { error: message });
    this.parts.link.send({ type: 'fatal', message });
    this.worker?.noteFailure(error);
    this.worker?.noteCrash();
    this.handBackAndLeave('unhandled error', FATAL_HAND_BACK_MS, workerExitCodes.unhandledError);
  }

  private get graceMs(): number {
    return this.parts.spec.graceMs ?? DEFAULT_GRACE_MS;
  }

  private async connect(): Promise<void> {
    const { log, createWorker } = this.parts;
    const connected = await connectWorker({
      create: () => {
        const worker = createWorker();
        this.worker = worker;
        this.follow(worker);
        return worker;
      },
      isStopping: () => this.stopping,
      absence: this.absence,
      log,
    });
    if (connected === null) return;
    const { worker, clock } = connected;
    if (clock !== null) await this.refuse(worker, clock);
    worker.begin();
    this.onReady();
  }

  private async refuse(worker: OwnedWorker, reason: string): Promise<never> {
    this.stopping = true;
    this.leaving = true;
    worker.noteFailure(reason);
    await worker.reportEnd();
    throw new Error(reason);
  }

  private follow(worker: OwnedWorker): void {
    worker.attach({
      graceMs: this.graceMs,
      ownMemoryLimit: this.parts.spec.ownMemoryLimit === true,
      onDesired: (desired) => this.onDesired(desired),
      onReportOutcome: (outcome) => this.onReportOutcome(outcome),
      onHandBackFailed: (job, error) =>
        this.parts.log('error', 'a job could not be handed back; it will be found stalled and run again', {
          jobId: job.id,
          error,
        }),
    });
    worker.on('error', (error) => {
      if (isLostConnection(error)) this.absence.begin(error);
      // While the engine is away its driver repeats itself; saying so once is enough.
      else if (!this.absence.lasts) this.parts.log('error', 'worker error', { error });
    });
    worker.on('stalled', (jobId) => this.parts.log('warn', 'job found stalled, runs again', { jobId }));
  }

  private onReady(): void {
    this.absence.end();
    if (this.ready || this.stopping) return;
    this.ready = true;
    const startUpMs = Math.round(performance.now());
    this.parts.log('info', 'ready', { startUpMs, pid: process.pid });
    this.parts.link.send({ type: 'ready', workerId: this.parts.spec.workerId, startUpMs });
  }

  private onReportOutcome(outcome: ReportOutcome): void {
    if (outcome.kind === 'away') this.absence.begin(outcome.error);
    else this.absence.end();
  }

  private onDesired(desired: DesiredWorkerState): void {
    if (desired.version <= this.seenVersion) return;
    this.seenVersion = desired.version;
    const { run, reason, graceMs, cause = 'command' } = desired;
    if (run === 'drain') this.drain(reason, graceMs);
    else if (run === 'recycle' && desired.abort === true) this.abort({ cause, reason });
    else if (run === 'recycle') this.recycle({ cause, reason }, graceMs);
    else if (this.orphan.desired(desired)) this.parts.log('info', 'adopted', { reason: desired.reason });
  }

  private onDisconnect(): void {
    if (this.stopping) return;
    this.orphan.disconnected(performance.now());
    if (this.orphan.waiting) this.parts.log('warn', 'supervisor gone; going on, waiting to be adopted');
    else this.parts.log('info', 'adopted', { reason: 'supervisor gone, another one was there already' });
  }

  private watch(): void {
    this.watchMemory();
    if (!this.stopping && this.orphan.isAbandoned(performance.now())) {
      this.drain('supervisor gone and nobody adopted this worker', this.graceMs);
    }
  }

  private watchMemory(): void {
    const limitMB = this.worker?.memoryLimitMB ?? null;
    if (this.stopping || limitMB === null) return;
    const notice = aboveHardLimit(processSampler.rssMB(), limitMB);
    if (notice === null) return;
    if (performance.now() < YOUNG_MS) {
      this.fatal(new Error(`${notice.reason}, soon after its start`));
      return;
    }
    // A recycle that waits for its replacement must not wait any longer.
    this.recycling = null;
    this.recycle(notice);
  }

  private async drainAndLeave(graceMs: number): Promise<void> {
    const worker = this.worker;
    if (worker === null) return this.leave(this.endCode);
    // Not AbortSignal.timeout(): joined to another signal, Node 20 may collect it before its time.
    setTimeout(() => this.enough.abort(), Math.min(graceMs, LONGEST_TIMER_MS));
    const { signal } = this.enough;
    const closed = worker.close().then(() => 'closed' as const);
    const outcome = await Promise.race([closed, aborted(signal), this.nothingLeftToDo(worker, signal)]);
    if (outcome === 'closed') return this.leave(this.endCode);
    this.leaving = true;
    this.parts.log('warn', 'handing back what is left', { active: worker.unfinished });
    if (this.recycling?.cause === 'hard_limit') worker.noteCrash();
    await this.handBackAndLeave('the worker is stopping', HAND_BACK_MS, this.endCode);
  }

  /** A close waits for the engine; without it, and without jobs, there is nothing to wait for. */
  private async nothingLeftToDo(worker: OwnedWorker, over: AbortSignal): Promise<void> {
    while (!over.aborted && !(worker.unfinished === 0 && (this.absence.lasts || !this.ready))) await delay(100);
  }

  private async handBackAndLeave(reason: string, withinMs: number, code: number): Promise<void> {
    const orderly = (async () => {
      await this.worker?.handBack(reason);
      await this.worker?.reportEnd();
    })();
    await Promise.race([orderly, delay(withinMs)]).catch(() => undefined);
    this.leave(code);
  }

  private get endCode(): number {
    return this.recycling === null ? workerExitCodes.stopped : workerExitCodes.recycled;
  }

  private leave(code: number): void {
    this.leaving = true;
    this.parts.log('info', 'stopped', { code });
    this.parts.exit(code);
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Alive, and somebody else's.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
