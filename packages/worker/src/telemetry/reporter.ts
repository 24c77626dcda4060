import { FINAL_REPORT_TTL_MS, type FleetMember, REPORT_TTL_MS, type WorkerReport } from '@drover/core';
import type { DroverLogEntry } from '../worker-options.js';

export interface ReporterOptions {
  /** Called when a report is due: everything in it is read at that moment. */
  readonly build: () => WorkerReport;
  /** Resolves when the worker's own connection is up. Called again until it does. */
  readonly join: () => Promise<Pick<FleetMember, 'publish'>>;
  readonly intervalMs: number;
  readonly random: () => number;
  readonly onOutcome: (outcome: ReportOutcome) => void;
  readonly log: (entry: DroverLogEntry) => void;
  /** An answer that takes longer counts as none. */
  readonly answerWithinMs?: number;
}

/** Whether the engine took a report. */
export type ReportOutcome = { readonly kind: 'taken' } | { readonly kind: 'away'; readonly error: unknown };

const ANSWER_WITHIN_MS = 5_000;
const FINAL_ANSWER_WITHIN_MS = 1_500;

/**
 * Publishes a worker's reports. Totals are cumulative, so a report that fails is simply
 * dropped. At most one is under way: with a dead engine a second would only queue up
 * behind the first in the driver, and all would be sent, stale, when it returns.
 */
export class Reporter {
  /** Resolves when the engine took a report for the first time. */
  readonly known: Promise<void>;
  private readonly options: ReporterOptions;
  private member: Pick<FleetMember, 'publish'> | null = null;
  private timer: NodeJS.Timeout | null = null;
  private inFlight: Promise<void> | null = null;
  private dueAgain = false;
  private away = false;
  private finished: Promise<void> | null = null;
  private noteKnown: () => void = () => undefined;

  constructor(options: ReporterOptions) {
    this.options = options;
    this.known = new Promise((resolve) => {
      this.noteKnown = resolve;
    });
  }

  start(): void {
    this.publishSoon();
    this.schedule();
  }

  /** Reports now; when a report is under way, right after it. */
  publishSoon(): void {
    if (this.finished !== null) return;
    if (this.inFlight !== null) {
      this.dueAgain = true;
      return;
    }
    this.inFlight = this.publish(REPORT_TTL_MS).finally(() => {
      this.inFlight = null;
      if (!this.dueAgain) return;
      this.dueAgain = false;
      // Not from within a failure, or a refused connection becomes a busy loop.
      if (!this.away) this.publishSoon();
    });
  }

  /** Sends the last report. Bounded in time, never rejects: a close must not hang on a dead engine. */
  finish(): Promise<void> {
    this.finished ??= this.publishLast();
    return this.finished;
  }

  private async publishLast(): Promise<void> {
    if (this.timer !== null) clearTimeout(this.timer);
    // Over a pool the earlier report could otherwise overtake the last one and undo it.
    const last = Promise.resolve(this.inFlight).then(() => this.publish(FINAL_REPORT_TTL_MS));
    await within(last, FINAL_ANSWER_WITHIN_MS).catch(() => undefined);
  }

  private schedule(): void {
    if (this.finished !== null) return;
    const waitMs = this.options.intervalMs * (0.9 + 0.2 * this.options.random());
    this.timer = setTimeout(() => {
      if (this.inFlight === null) this.publishSoon();
      this.schedule();
    }, waitMs);
    // Reporting alone is no reason for the host process to stay.
    this.timer.unref();
  }

  private async publish(ttlMs: number): Promise<void> {
    const answer = this.send(ttlMs);
    try {
      await within(answer, this.options.answerWithinMs ?? ANSWER_WITHIN_MS);
    } catch (error) {
      this.noteAway(error);
      // Unanswered is still under way: the next report waits for its end.
      await answer.catch(() => undefined);
    }
  }

  private async send(ttlMs: number): Promise<void> {
    this.member ??= await this.options.join();
    await this.member.publish(this.options.build(), ttlMs);
    this.noteTaken();
  }

  private noteAway(error: unknown): void {
    this.options.onOutcome({ kind: 'away', error });
    if (this.away) return;
    this.away = true;
    this.options.log({ level: 'warn', message: 'Reports do not reach the engine; jobs are not affected.', error });
  }

  private noteTaken(): void {
    this.noteKnown();
    this.options.onOutcome({ kind: 'taken' });
    if (!this.away) return;
    this.away = false;
    this.options.log({ level: 'info', message: 'Reports reach the engine again; nothing was lost from the counts.' });
  }
}

async function within<T>(work: Promise<T>, ms: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${ms} ms`)), ms);
    timer.unref();
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
