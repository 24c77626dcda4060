import { performance } from 'node:perf_hooks';
import type { DeadlineCounts } from '@drover/core';
import type { Job } from 'bullmq';
import type { WorkerSettings } from '../fleet/worker-settings.js';
import type { AttemptLedger, MeasuredJob } from '../telemetry/attempt-ledger.js';
import { DeadlineTally } from './deadline-tally.js';
import { DeadlineWatch, type TimeoutNotice } from './deadline-watch.js';
import { fenceJob, secondSelf } from './fence-job.js';
import { QueueTimeouts } from './queue-timeouts.js';
import { SandboxChildren, type SandboxPool } from './sandbox-children.js';

// biome-ignore lint/suspicious/noExplicitAny: deadlines hold whatever the job carries
type AnyJob = Job<any, any, string, any>;

/** What the worker's users hear; the names are events of the worker. */
export type TimeoutEvent = 'softTimeout' | 'timeout' | 'abandoned';

export interface WorkerDeadlinesOptions {
  readonly queueName: string;
  readonly settings: WorkerSettings;
  /** None in a worker that measures nothing. */
  readonly ledger: AttemptLedger | undefined;
  /** Aborts the signal of a job in hand. */
  readonly cancel: (jobId: string, reason: unknown) => void;
  readonly emit: (event: TimeoutEvent, job: AnyJob, notice: TimeoutNotice) => void;
  readonly isPutOff: (error: Error) => boolean;
  /** Something beside the jobs went wrong: a log line, a child that would not die. */
  readonly onError: (error: unknown) => void;
  /** BullMQ's pool, when the processor runs in children of this process. */
  readonly sandboxes: SandboxPool | undefined;
}

/** Deadlines of one worker's jobs: the watch over them, and all that follows when one passes. */
export class WorkerDeadlines {
  private readonly options: WorkerDeadlinesOptions;
  private readonly timeouts: QueueTimeouts;
  private readonly watch: DeadlineWatch<AnyJob>;
  private readonly children: SandboxChildren<AnyJob> | null;
  private readonly tally = new DeadlineTally();
  private readonly successors = new WeakMap<AnyJob, AnyJob>();

  constructor(options: WorkerDeadlinesOptions) {
    this.options = options;
    const { queueName, settings, ledger, sandboxes } = options;
    this.timeouts = new QueueTimeouts(queueName, settings, () => {
      if (ledger !== undefined)
        ledger.timesNames = this.timeouts.policy.enabled && this.timeouts.policy.adaptiveEnabled;
      this.watch.review();
    });
    this.children = sandboxes === undefined ? null : new SandboxChildren(sandboxes, options.onError);
    this.watch = new DeadlineWatch({
      timeouts: this.timeouts,
      nowMs: () => performance.now(),
      abort: (job, reason) => this.abort(job, reason),
      onSoftTimeout: (job, notice) => this.softTimeout(job, notice),
      onTimeout: (job, notice) => this.timeout(job, notice),
      onAbandoned: (job, notice) => this.abandon(job, notice),
      isPutOff: (error) => error instanceof Error && options.isPutOff(error),
    });
  }

  /** True while an attempt that begins now may get a deadline. */
  get mayApply(): boolean {
    // Beside a child process a promise costs nothing, and by it a cancel finds the child.
    return this.timeouts.mayApply || this.children !== null;
  }

  /** Runs a handler under its deadline. */
  run<R>(job: AnyJob, beganAtMs: number, signal: AbortSignal | undefined, begin: () => Promise<R>): Promise<R> {
    const { children } = this;
    const start = children === null ? begin : () => children.run(job, begin);
    return this.watch.guard(job, beganAtMs, signal !== undefined, start);
  }

  /** Ends the child process that runs a job, where there is one. */
  endChild(jobId: string): void {
    this.children?.killById(jobId);
  }

  /** The object with which BullMQ ends the attempt: another one, when the handler still holds the first. */
  ending<J extends AnyJob>(job: J): J {
    return (this.successors.get(job) as J | undefined) ?? job;
  }

  /** Handlers that still run although their attempt was given up. */
  get abandoned(): number {
    return this.watch.abandoned;
  }

  counts(): Readonly<Record<string, DeadlineCounts>> {
    return this.tally.read();
  }

  stop(): void {
    this.watch.stop();
  }

  private abort(job: AnyJob, reason: Error): void {
    // To a child the reason travels as JSON, in which an Error is `{}`.
    if (job.id !== undefined) this.options.cancel(job.id, this.children === null ? reason : reason.message);
    this.children?.kill(job);
  }

  private softTimeout(job: AnyJob, notice: TimeoutNotice): void {
    this.count(job, 'soft');
    this.log(job, `Still running after ${Math.round(notice.ranMs)} ms; it times out at ${notice.timeoutMs} ms`);
    this.options.emit('softTimeout', job, notice);
  }

  private timeout(job: AnyJob, notice: TimeoutNotice): void {
    this.options.ledger?.passedDeadline(job as MeasuredJob, notice.shadow ? 'overdue' : 'timedOut');
    if (notice.shadow) {
      this.count(job, 'overdue');
      this.log(job, `Would have timed out after ${notice.timeoutMs} ms; timeouts of this queue only watch`);
    }
    this.options.emit('timeout', job, notice);
  }

  private abandon(job: AnyJob, notice: TimeoutNotice): void {
    const successor = secondSelf(job);
    this.successors.set(job, successor);
    fenceJob(job);
    this.count(job, 'abandoned');
    this.options.emit('abandoned', successor, notice);
  }

  private count(job: AnyJob, what: keyof DeadlineCounts): void {
    this.tally.count(this.options.ledger?.nameOf(job.name) ?? job.name, what);
  }

  private log(job: AnyJob, line: string): void {
    job.log(line).catch(this.options.onError);
  }
}
