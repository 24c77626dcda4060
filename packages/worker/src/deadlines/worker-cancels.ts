import { cancelsKey, type JobCancel, parseCancels } from '@drover/core';
import { UnrecoverableError } from 'bullmq';
import type { WorkerSettings } from '../fleet/worker-settings.js';

export interface WorkerCancelsOptions {
  readonly queueName: string;
  readonly settings: WorkerSettings;
  /** Ids of the jobs in hand. */
  readonly held: () => readonly string[];
  /** BullMQ's `processedOn` of a job as the engine has it. */
  readonly startedAtMs: (jobId: string) => Promise<number | undefined>;
  /** Aborts the signal of a job in hand. */
  readonly abort: (jobId: string, reason: Error) => void;
  /** Ends the child process of a job in hand, where it has one. */
  readonly endChild: (jobId: string) => void;
  readonly onError: (error: unknown) => void;
}

/** What a cancelled job in a child process gets to stop by itself. */
const CHILD_SETTLE_MS = 2_000;
/** A job that was just fetched is in hand a moment later than the engine says so. */
const LOOK_AGAIN_MS = 500;

interface HeldCancel {
  readonly startedAtMs: number;
  readonly error: UnrecoverableError;
}

/** Cancels jobs in hand that the control plane names, and fails them without another attempt. */
export class WorkerCancels {
  private readonly options: WorkerCancelsOptions;
  private readonly seen = new Set<string>();
  private readonly cancelled = new Map<string, HeldCancel>();
  private readonly timers = new Set<NodeJS.Timeout>();
  private readonly unsubscribe: () => void;

  constructor(options: WorkerCancelsOptions) {
    this.options = options;
    this.unsubscribe = options.settings.subscribe(() => this.look());
  }

  /** The error with which an attempt ends: the cancel, where there was one for it. */
  failureOf<E extends Error>(job: { readonly id?: string; readonly processedOn?: number }, error: E): Error {
    const cancel = this.take(job);
    if (cancel === undefined) return error;
    if (error !== (cancel as Error)) cancel.cause = error;
    return cancel;
  }

  /** The job completed all the same. */
  forget(job: { readonly id?: string; readonly processedOn?: number }): void {
    this.take(job);
  }

  stop(): void {
    this.unsubscribe();
    for (const timer of this.timers) clearTimeout(timer);
  }

  private look(): void {
    const { settings, queueName } = this.options;
    const mine = parseCancels(settings.get(cancelsKey)).filter((cancel) => cancel.queueName === queueName);
    const fresh = mine.filter((cancel) => !this.seen.has(keyOf(cancel)));
    // What is no longer in the document does not come back.
    this.seen.clear();
    for (const cancel of mine) this.seen.add(keyOf(cancel));
    if (fresh.length === 0) return;
    for (const cancel of fresh) if (!this.begin(cancel)) this.after(LOOK_AGAIN_MS, () => this.begin(cancel));
  }

  /** False when the job is not in hand. */
  private begin(cancel: JobCancel): boolean {
    const { held, startedAtMs } = this.options;
    if (!held().includes(cancel.jobId)) return false;
    // It may be another run of the same job, which nobody wants to end.
    startedAtMs(cancel.jobId)
      .then((atMs) => {
        if (atMs === cancel.startedAtMs && held().includes(cancel.jobId)) this.cancel(cancel);
      })
      .catch(this.options.onError);
    return true;
  }

  private cancel({ jobId, startedAtMs, reason }: JobCancel): void {
    const error = new UnrecoverableError(reason.charAt(0).toUpperCase() + reason.slice(1));
    this.cancelled.set(jobId, { startedAtMs, error });
    this.options.abort(jobId, error);
    this.after(CHILD_SETTLE_MS, () => {
      if (this.cancelled.get(jobId)?.error === error) this.options.endChild(jobId);
    });
  }

  private take({ id, processedOn }: { readonly id?: string; readonly processedOn?: number }) {
    if (this.cancelled.size === 0 || id === undefined) return undefined;
    const cancel = this.cancelled.get(id);
    this.cancelled.delete(id);
    return cancel?.startedAtMs === processedOn ? cancel?.error : undefined;
  }

  private after(ms: number, act: () => void): void {
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      act();
    }, ms);
    // Jobs in hand keep the host process by their own means, or not.
    timer.unref();
    this.timers.add(timer);
  }
}

const keyOf = ({ jobId, startedAtMs }: JobCancel) => `${startedAtMs} ${jobId}`;
