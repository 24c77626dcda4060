import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { performance } from 'node:perf_hooks';
import {
  configuredLimiters,
  DEFAULT_PREFIX,
  DEFAULT_SCHEMA,
  type DesiredWorkerState,
  type FleetMember,
  PARKED_UNTIL_MS,
  type RecycleNotice,
  type RunInHand,
  type WorkerState,
} from '@drover/core';
import {
  type BackendFactory,
  Worker as BullWorker,
  type WorkerOptions as BullWorkerOptions,
  type ConnectionOptions,
  DelayedError,
  type IQueueBackend,
  type Job,
  type JobProgress,
  type RedisQueueBackend,
} from 'bullmq';
import type { SandboxPool } from './deadlines/sandbox-children.js';
import { WorkerCancels } from './deadlines/worker-cancels.js';
import { WorkerDeadlines } from './deadlines/worker-deadlines.js';
import { FleetWatch } from './fleet/fleet-watch.js';
import { joinFleet } from './fleet/join-fleet.js';
import { WorkerSettings } from './fleet/worker-settings.js';
import { joinLimiters } from './limiter/join-limiters.js';
import { offerLimiters } from './limiter/limiter.js';
import { isRateLimited } from './limiter/rate-limited-error.js';
import { systemLimiterClock, WorkerLimiters } from './limiter/worker-limiters.js';
import { isPutOff } from './put-off.js';
import { QuarantinedError, WorkerQuarantine } from './quarantine/worker-quarantine.js';
import { AttemptLedger, type MeasuredJob } from './telemetry/attempt-ledger.js';
import { buildReport } from './telemetry/build-report.js';
import { processSampler } from './telemetry/process-sampler.js';
import { Reporter, type ReportOutcome } from './telemetry/reporter.js';
import type { WorkerListener } from './worker-listener.js';
import type { DroverOptions, WorkerOptions } from './worker-options.js';
import type { CompletedArguments, DefaultArguments, FailedArguments, NextJob, ProcessorLike } from './worker-types.js';

const REPORT_INTERVAL_MS = 2_000;
const MAX_ERROR_LENGTH = 500;
const fetchNone: NextJob = () => false;

/**
 * BullMQ's Worker, measured: the same constructor, options, events and types. It counts and
 * times every attempt in memory and reports to Drover over the connection it has anyway; it
 * adds no round trip to a job, installs no signal handler and never ends its process.
 */
export class Worker<
  // biome-ignore-start lint/suspicious/noExplicitAny: BullMQ's own defaults; `unknown` would break programs that compile against it
  DataType = any,
  ResultType = any,
  // biome-ignore-end lint/suspicious/noExplicitAny: end of BullMQ's defaults
  NameType extends string = string,
  B extends IQueueBackend = RedisQueueBackend,
  ProgressType extends JobProgress = JobProgress,
  C = ConnectionOptions,
> extends BullWorker<DataType, ResultType, NameType, B, ProgressType, C> {
  /** Name of this worker in Drover's reports. */
  readonly workerId: string;
  /** What the control plane set for workers, current within a second. */
  protected readonly settings = new WorkerSettings();
  protected readonly ledger: AttemptLedger | undefined;
  private readonly deadlines: WorkerDeadlines;
  private readonly cancels: WorkerCancels;
  private readonly quarantine: WorkerQuarantine;
  protected lastError: string | null = null;
  private readonly droverOptions: DroverOptions;
  private readonly reporter: Reporter | undefined;
  private readonly watch: FleetWatch;
  private readonly limiters: WorkerLimiters;
  private readonly startedAtMs = Date.now();
  private state: WorkerState = 'starting';

  constructor(
    name: string,
    processor: ProcessorLike<DataType, ResultType, NameType, ProgressType> | undefined,
    opts: WorkerOptions<NoInfer<C>>,
    backendFactory: BackendFactory<B, C>,
  );
  constructor(
    name: string,
    processor: ProcessorLike<DataType, ResultType, NameType, ProgressType> | undefined,
    opts: WorkerOptions<NoInfer<C>>,
    backendFactory?: undefined,
  );
  constructor(
    name: string,
    processor?: ProcessorLike<DataType, ResultType, NameType, ProgressType>,
    ...args: DefaultArguments<B, C>
  );
  constructor(
    name: string,
    processor?: ProcessorLike<DataType, ResultType, NameType, ProgressType>,
    ...args: readonly unknown[]
  ) {
    const [opts, backendFactory] = args as readonly [WorkerOptions<C> | undefined, BackendFactory<B, C>];
    const { drover = {}, ...bullOptions } = opts ?? {};
    const workerId = drover.workerId ?? `${name}-${randomUUID().slice(0, 13)}`;
    // Named, so that a job tells who took it. Without options BullMQ has an error message of its own.
    const named = opts === undefined ? opts : { name: workerId, ...bullOptions };
    super(name, processor, named as BullWorkerOptions<C>, backendFactory);
    this.droverOptions = drover;
    this.workerId = workerId;
    const sandboxed = typeof processor === 'string' || processor instanceof URL;
    if (drover.report !== false) {
      this.ledger = new AttemptLedger();
      this.reporter = this.createReporter();
      processSampler.watch();
      if (sandboxed) processSampler.countSandboxes();
    }
    this.deadlines = this.createDeadlines(sandboxed);
    this.cancels = this.createCancels(sandboxed);
    this.quarantine = new WorkerQuarantine(name, this.settings, this.reporter?.known ?? Promise.resolve());
    this.watch = this.createWatch();
    this.limiters = this.createLimiters();
    this.tellUntilClosed();
  }

  /** What the control plane wants of a worker whose process is Drover's; told again until it changes. */
  protected onDesired(_desired: DesiredWorkerState): void {}

  /** Called for every report: the engine took it, or did not. */
  protected onReportOutcome(_outcome: ReportOutcome): void {}

  protected get owner(): 'drover' | 'application' {
    return 'application';
  }

  /** What jobs in hand get at a signal, where that is Drover's to say. */
  protected get reportedGraceMs(): number | undefined {
    return undefined;
  }

  /** The hard limit of this process's memory in MB; `null` when none is set. */
  protected get memoryLimitMB(): number | null {
    return this.droverOptions.memoryLimitMB ?? null;
  }

  /** Set from the moment at which this worker is to be replaced. */
  protected get recycleNotice(): RecycleNotice | undefined {
    return undefined;
  }

  /** What it had in hand when an error came that no handler caught. */
  protected get crashedWith(): readonly RunInHand[] | undefined {
    return undefined;
  }

  /** Sends a report outside the rhythm: the state changed. */
  protected reportSoon(): void {
    this.reporter?.publishSoon();
  }

  /** Sends the last report now, for an exit that does not wait for `close()`. */
  protected async endReporting(): Promise<void> {
    this.state = 'stopped';
    await this.reporter?.finish();
  }

  override emit<U extends keyof WorkerListener<DataType, ResultType, NameType, ProgressType>>(
    event: U,
    ...args: Parameters<WorkerListener<DataType, ResultType, NameType, ProgressType>[U]>
  ): boolean {
    if (event === 'closing') this.limiters.queue.interrupt();
    // Not a listener: the application may remove all listeners of its worker.
    if (this.ledger !== undefined) this.observe(this.ledger, event, args);
    return super.emit(event as never, ...(args as never));
  }

  override on<U extends keyof WorkerListener<DataType, ResultType, NameType, ProgressType>>(
    event: U,
    listener: WorkerListener<DataType, ResultType, NameType, ProgressType>[U],
  ): this {
    return super.on(event as never, listener as never);
  }

  override once<U extends keyof WorkerListener<DataType, ResultType, NameType, ProgressType>>(
    event: U,
    listener: WorkerListener<DataType, ResultType, NameType, ProgressType>[U],
  ): this {
    return super.once(event as never, listener as never);
  }

  override off<U extends keyof WorkerListener<DataType, ResultType, NameType, ProgressType>>(
    event: U,
    listener: WorkerListener<DataType, ResultType, NameType, ProgressType>[U],
  ): this {
    return super.off(event as never, listener as never);
  }

  // The three overrides below only note the time and pass the promise on: an `async` here
  // would cost every job a promise and several turns of the microtask queue.
  protected override callProcessJob(
    job: Job<DataType, ResultType, NameType, ProgressType>,
    token: string,
    signal?: AbortSignal,
  ): Promise<ResultType> {
    if (this.quarantine.holds(job.id)) return Promise.reject(new QuarantinedError());
    const nowMs = performance.now();
    this.ledger?.begin(job as MeasuredJob, nowMs);
    // Without a timeout in force a job pays for none of this, not even for the closure.
    if (!this.deadlines.mayApply) return super.callProcessJob(job, token, signal);
    return this.deadlines.run(job, nowMs, signal, () => super.callProcessJob(job, token, signal));
  }

  protected override handleCompleted(...args: CompletedArguments<DataType, ResultType, NameType, ProgressType>) {
    if (this.limiters.queue.limits) args[3] = fetchNone;
    this.ledger?.settle(args[1] as MeasuredJob, performance.now());
    this.cancels.forget(args[1]);
    return super.handleCompleted(...args);
  }

  protected override handleFailed(...args: FailedArguments<DataType, ResultType, NameType, ProgressType>) {
    if (this.limiters.queue.limits) args[3] = fetchNone;
    if (args[0] instanceof QuarantinedError) return this.putBack(PARKED_UNTIL_MS, args[1], args[2]);
    if (isRateLimited(args[0])) {
      this.ledger?.forget(args[1] as MeasuredJob);
      // Spread, or all that were refused would come back in the same moment.
      const untilMs = Date.now() + Math.ceil(args[0].retryAfterMs * (1 + 0.05 * Math.random()));
      return this.putBack(untilMs, args[1], args[2]);
    }
    const [error, held, ...rest] = args;
    const job = this.deadlines.ending(held);
    if (isPutOff(error)) this.ledger?.forget(job as MeasuredJob);
    else this.ledger?.settle(job as MeasuredJob, performance.now());
    return super.handleFailed(isPutOff(error) ? error : this.cancels.failureOf(job, error), job, ...rest);
  }

  // Here, and not after the fetch: a job that is fetched and may not run costs an activation and a delay.
  protected override moveToActive(
    token: string,
    name?: string,
  ): Promise<Job<DataType, ResultType, NameType, ProgressType>> {
    const { opening } = this.quarantine;
    if (opening !== null) return opening.then(() => this.moveToActive(token, name));
    const fetchJob = () => super.moveToActive(token, name);
    if (!this.limiters.queue.limits) return fetchJob();
    // BullMQ's types, built without strict checks, cannot say that there may be no job.
    return this.limiters.queue.fetch(this, fetchJob) as ReturnType<typeof fetchJob>;
  }

  override async pause(doNotWaitActive?: boolean): Promise<void> {
    const paused = super.pause(doNotWaitActive);
    // The main loop is waited for, and may be held for a permit.
    this.limiters.queue.interrupt();
    return paused;
  }

  /** The job waits in its queue until then; the attempt does not count. */
  private async putBack(
    untilMs: number,
    job: Job<DataType, ResultType, NameType, ProgressType>,
    token: string,
  ): Promise<Job<DataType, ResultType, NameType, ProgressType>> {
    await job.moveToDelayed(untilMs, token);
    return super.handleFailed(new DelayedError(), job, token, fetchNone);
  }

  private observe(ledger: AttemptLedger, event: string, args: readonly unknown[]): void {
    if (event === 'completed') ledger.completed(args[0] as MeasuredJob);
    else if (event === 'failed') ledger.failed(args[0] as MeasuredJob | undefined, args[1]);
    else if (event === 'stalled') ledger.foundStalled();
    else if (event === 'error') this.noteError(args[0]);
    else if (event === 'ready' && this.state === 'starting') this.enter('ready');
    else if (event === 'closing') this.enter('draining');
  }

  private enter(state: WorkerState): void {
    this.state = state;
    this.reportSoon();
  }

  protected noteError(error: unknown): void {
    this.lastError = (error instanceof Error ? error.message : String(error)).slice(0, MAX_ERROR_LENGTH);
  }

  private createReporter(): Reporter {
    return new Reporter({
      build: () => this.report(),
      join: () => this.join(),
      intervalMs: this.droverOptions.reportIntervalMs ?? REPORT_INTERVAL_MS,
      random: Math.random,
      onOutcome: (outcome) => {
        if (outcome.kind === 'away') this.noteError(outcome.error);
        this.onReportOutcome(outcome);
      },
      log: (entry) => this.droverOptions.log?.(entry),
    });
  }

  private createWatch(): FleetWatch {
    return new FleetWatch({
      // In somebody else's process a command to drain is not ours to obey.
      workerId: this.owner === 'drover' ? this.workerId : null,
      settings: this.settings,
      join: () => this.join(),
      onDesired: (desired) => this.onDesired(desired),
      random: Math.random,
      onError: (error) => this.noteError(error),
    });
  }

  private createDeadlines(sandboxed: boolean): WorkerDeadlines {
    // Private in BullMQ's types; there is no other way to the child that runs a job.
    const { childPool } = this as unknown as { readonly childPool: SandboxPool };
    return new WorkerDeadlines({
      queueName: this.name,
      settings: this.settings,
      ledger: this.ledger,
      cancel: (jobId, reason) => this.cancelJob(jobId, reason as string),
      emit: (event, job, notice) => this.emit(event, job as Job<DataType, ResultType, NameType, ProgressType>, notice),
      isPutOff,
      onError: (error) => this.noteError(error),
      sandboxes: sandboxed ? childPool : undefined,
    });
  }

  private createCancels(sandboxed: boolean): WorkerCancels {
    return new WorkerCancels({
      queueName: this.name,
      settings: this.settings,
      held: () => this.lockManager.getTrackedJobIds(),
      startedAtMs: async (jobId) => (await this.backend.getJobData(jobId))?.processedOn,
      // To a child the reason travels as JSON, in which an Error is `{}`.
      abort: (jobId, reason) => this.cancelJob(jobId, (sandboxed ? reason.message : reason) as string),
      endChild: (jobId) => this.deadlines.endChild(jobId),
      onError: (error) => this.noteError(error),
    });
  }

  private async join(): Promise<FleetMember> {
    const { statePrefix = DEFAULT_PREFIX, droverSchema = DEFAULT_SCHEMA } = this.droverOptions;
    await this.waitUntilReady();
    return joinFleet(this.backend, { statePrefix, droverSchema });
  }

  private createLimiters(): WorkerLimiters {
    const { limiters = {}, limiter = [] } = this.droverOptions;
    const { statePrefix = DEFAULT_PREFIX, droverSchema = DEFAULT_SCHEMA } = this.droverOptions;
    return new WorkerLimiters({
      base: configuredLimiters(limiters),
      ofQueue: typeof limiter === 'string' ? [limiter] : limiter,
      settings: this.settings,
      join: async () => {
        await this.waitUntilReady();
        return joinLimiters(this.backend, { statePrefix, droverSchema });
      },
      clock: systemLimiterClock,
      onError: (error) => this.noteError(error),
    });
  }

  private tellUntilClosed(): void {
    const backend: IQueueBackend = this.backend;
    const closeBackend = backend.close.bind(backend);
    const withdrawLimiters = offerLimiters(this, this.limiters);
    // Closing the connection is the last thing that BullMQ's close() does, in the middle of
    // it: this is the only moment when all jobs are counted and the engine is still there.
    backend.close = async (force?: boolean) => {
      this.watch.stop();
      withdrawLimiters();
      this.deadlines.stop();
      this.cancels.stop();
      await this.endReporting();
      return closeBackend(force);
    };
    this.reporter?.start();
    this.watch.start();
  }

  private report() {
    const ledger = this.ledger ?? new AttemptLedger();
    return buildReport(
      {
        workerId: this.workerId,
        queueName: this.name,
        host: this.droverOptions.host ?? hostname(),
        owner: this.owner,
        state: this.state,
        concurrency: this.concurrency,
        active: this.state === 'stopped' ? 0 : this.lockManager.getActiveJobCount(),
        ...(this.reportedGraceMs === undefined ? {} : { graceMs: this.reportedGraceMs }),
        ...(this.limiters.waiting === undefined ? {} : { limiterWaits: this.limiters.waiting }),
        startedAtMs: this.startedAtMs,
        reportedAtMs: Date.now(),
        ...(this.recycleNotice === undefined ? {} : { recycle: this.recycleNotice }),
        memoryLimitMB: this.memoryLimitMB,
        lastError: this.lastError,
        abandoned: this.deadlines.abandoned,
        deadlines: this.deadlines.counts(),
        ...(this.crashedWith === undefined ? {} : { crashedWith: this.crashedWith }),
      },
      ledger.read(performance.now()),
      processSampler.sample(),
    );
  }
}
