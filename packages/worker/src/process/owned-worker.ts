import { setTimeout as delay } from 'node:timers/promises';
import {
  type DesiredWorkerState,
  MOST_CRASHED_WITH,
  memoryKey,
  parseMemoryOverride,
  type RecycleNotice,
  type RunInHand,
} from '@drover/core';
import type { IQueueBackend, Job } from 'bullmq';
import { HeldList, type HeldNode } from '../held-list.js';
import type { ReportOutcome } from '../telemetry/reporter.js';
import { Worker } from '../worker.js';
import { clockSkewMs } from './clock-skew.js';
import { isLostConnection } from './engine-connection.js';

// biome-ignore-start lint/suspicious/noExplicitAny: a worker process runs whatever jobs its queue holds
type AnyJob = Job<any, any, string>;
type AnyWorker = typeof Worker<any, any, string, IQueueBackend, any, any>;
// biome-ignore-end lint/suspicious/noExplicitAny: end of the job's own types

/** BullMQ's own methods return nothing when there is no next job; its types, built without strict checks, cannot say so. */
const noNextJob = Promise.resolve(undefined as unknown as AnyJob);

export interface OwnedWorkerHooks {
  /** What jobs in hand get at a signal. */
  readonly graceMs: number;
  /** True when the limit in the worker's options is its queue's own, which no general one replaces. */
  readonly ownMemoryLimit: boolean;
  readonly onDesired: (desired: DesiredWorkerState) => void;
  readonly onReportOutcome: (outcome: ReportOutcome) => void;
  /** A job could not be given back: it will be found stalled and run again. */
  readonly onHandBackFailed: (job: AnyJob, error: unknown) => void;
}

interface InHand {
  readonly job: AnyJob;
  readonly token: string;
}

/** Where a job carries its place among those in hand. */
const PLACE = Symbol('place');

type Placed = AnyJob & { [PLACE]?: HeldNode<InHand> };

/** Between tries to store a result while the engine is away. */
const STORE_RETRY_MS = 500;
/** What an aborted processor gets to stop, before its job may start elsewhere. */
const ABORT_SETTLE_MS = 250;

/** The Worker of a process that Drover owns: it obeys the control plane and can hand its jobs back. */
export class OwnedWorker extends (Worker as AnyWorker) {
  private hooks: OwnedWorkerHooks | undefined;
  /** Jobs whose processor is running, with their lock tokens. */
  private readonly inHand = new HeldList<InHand>();
  private storing = 0;
  private readonly given = new WeakSet<AnyJob>();
  private handingBack = false;
  private notice: RecycleNotice | undefined;
  private crashed: readonly RunInHand[] | undefined;

  attach(hooks: OwnedWorkerHooks): void {
    this.hooks = hooks;
  }

  /** How far the engine's clock is ahead of the one that times this worker's locks. */
  clockSkewMs(): Promise<number> {
    return clockSkewMs(this.backend);
  }

  /** Takes jobs from now on, if it did not from its beginning. */
  begin(): void {
    if (!this.isRunning()) this.run().catch((error) => this.emit('error', error));
  }

  /** Jobs that would be cut short, or whose result would be lost, by an exit now. */
  get unfinished(): number {
    return this.inHand.size + this.storing;
  }

  /** The hard limit now in force: the general one may be edited at run time. */
  override get memoryLimitMB(): number | null {
    const given = super.memoryLimitMB;
    if (this.hooks?.ownMemoryLimit === true) return given;
    return parseMemoryOverride(this.settings.get(memoryKey)).worker.hardLimitMB ?? given;
  }

  /** Tells the control plane, and with it an adopter, that this worker waits to be replaced. */
  announceRecycle(notice: RecycleNotice): void {
    this.notice = notice;
    this.reportSoon();
  }

  /** Ends in disorder: any job in hand may have caused it, and they are about to be given back. */
  noteCrash(): void {
    const runs = [...this.inHand].flatMap(({ job: { id, processedOn } }) => {
      return id === undefined || processedOn === undefined ? [] : [{ jobId: id, startedAtMs: processedOn }];
    });
    this.crashed = runs.slice(0, MOST_CRASHED_WITH);
  }

  /** Shown as the last error in the next report. */
  noteFailure(error: unknown): void {
    this.noteError(error);
  }

  /**
   * Gives every job in hand back to the queue, unfinished, and waits for results that are
   * being stored. A processor that stops at its abort signal is waited for a moment, so
   * that it does not overlap its own second run.
   */
  async handBack(reason: string): Promise<void> {
    // Or the main loop fetches, again and again, what was just given back; it stops before the first await.
    void this.pause(true);
    this.handingBack = true;
    this.cancelAllJobs(reason);
    const patience = Date.now() + ABORT_SETTLE_MS;
    while (this.inHand.size > 0 && Date.now() < patience) await delay(10);
    await Promise.all([...this.inHand].map(({ job, token }) => this.giveBack(job, token, true)));
    while (this.storing > 0) await delay(10);
  }

  /** The last report, for an exit that does not wait for `close()`. */
  async reportEnd(): Promise<void> {
    await this.endReporting();
  }

  protected override onDesired(desired: DesiredWorkerState): void {
    this.hooks?.onDesired(desired);
  }

  protected override onReportOutcome(outcome: ReportOutcome): void {
    this.hooks?.onReportOutcome(outcome);
  }

  protected override get reportedGraceMs(): number | undefined {
    return this.hooks?.graceMs;
  }

  protected override get recycleNotice(): RecycleNotice | undefined {
    return this.notice;
  }

  protected override get crashedWith(): readonly RunInHand[] | undefined {
    return this.crashed;
  }

  protected override get owner(): 'drover' {
    return 'drover';
  }

  protected override callProcessJob(job: AnyJob, token: string, signal?: AbortSignal) {
    // Fetched in the moment of the hand-back: it goes back without having begun.
    if (this.handingBack) throw new Error('the worker is stopping');
    (job as Placed)[PLACE] = this.inHand.add({ job, token });
    return super.callProcessJob(job, token, signal);
  }

  protected override handleCompleted(...args: Parameters<Worker['handleCompleted']>): Promise<AnyJob> {
    const [, job] = args;
    this.letGo(job);
    if (this.given.has(job)) return noNextJob;
    return this.store(() => super.handleCompleted(...args));
  }

  protected override handleFailed(...args: Parameters<Worker['handleFailed']>): Promise<AnyJob> {
    const [, job, token] = args;
    const begun = this.letGo(job);
    if (this.given.has(job)) return noNextJob;
    // During a hand-back a rejection is the answer to the abort, not the job's failure.
    // Waited for as a result is: the last report would else miss it, and the exit could cut it short.
    if (this.handingBack) return this.store(() => this.giveBack(job, token, begun).then(() => noNextJob));
    return this.store(() => super.handleFailed(...args));
  }

  /** True when the job was in hand. */
  private letGo(job: AnyJob): boolean {
    const place = (job as Placed)[PLACE];
    return place !== undefined && this.inHand.remove(place);
  }

  /** Counted when the job had begun: only then will its next run be a second one. */
  private async giveBack(job: AnyJob, token: string, begun: boolean): Promise<void> {
    if (this.given.has(job)) return;
    this.given.add(job);
    try {
      await job.moveToWait(token);
      if (begun) this.ledger?.handedBack();
    } catch (error) {
      this.hooks?.onHandBackFailed(job, error);
    }
  }

  /** Stores a result. Without `async`, as its every frame costs each job a promise and turns of the microtask queue. */
  private store<T>(attempt: () => Promise<T>): Promise<T> {
    this.storing++;
    return attempt().then(
      (next) => {
        this.storing--;
        return next;
      },
      (error: unknown) => this.storeAgain(attempt, error),
    );
  }

  /**
   * Repeats while the engine is away. BullMQ takes most of PostgreSQL's connection errors
   * for the job's own: it would fail a job that succeeded, and, when closing, drop its result.
   */
  private async storeAgain<T>(attempt: () => Promise<T>, failure: unknown): Promise<T> {
    try {
      for (let error = failure; ; ) {
        if (!isLostConnection(error)) throw error;
        this.noteError(error);
        await delay(STORE_RETRY_MS);
        try {
          return await attempt();
        } catch (next) {
          error = next;
        }
      }
    } finally {
      this.storing--;
    }
  }
}
