import { REPORT_TTL_MS } from '../fleet/layout.js';
import type { OutcomeTotals, WorkerReport, WorkerTotals } from '../fleet/report.js';
import { decodeBase64 } from './base64.js';
import { Histogram } from './histogram.js';
import { decodeHistogram } from './histogram-codec.js';

/** What one queue's workers did between two looks at their reports. */
export interface QueueInterval {
  readonly fromMs: number;
  readonly toMs: number;
  readonly totals: WorkerTotals;
  /** `null` when the timings of the interval are not known (first look after a change of leader). */
  readonly processing: Histogram | null;
  readonly wait: Histogram | null;
}

/** What a ledger leaves to the next leader: counts go on exactly, timings from the next report on. */
export interface LedgerCheckpoint {
  readonly atMs: number;
  readonly workers: Readonly<Record<string, { readonly startedAtMs: number; readonly totals: WorkerTotals }>>;
}

interface LedgerEntry {
  startedAtMs: number;
  totals: WorkerTotals;
  /** As last received, to skip decoding what has not changed. */
  processingText: string | null;
  waitText: string | null;
  processing: Histogram | null;
  wait: Histogram | null;
  lastSeenMs: number;
}

export const zeroTotals: WorkerTotals = {
  started: 0,
  firstStarted: 0,
  completed: 0,
  failed: 0,
  timedOut: 0,
  stalled: 0,
  handedBack: 0,
};

/** Longer than final reports live, so that no report can return after its entry was dropped. */
const FORGET_AFTER_MS = 900_000;

/**
 * Turns cumulative reports into differences. A report that was missed is made up by the
 * next one; a worker that is new counts from zero; one whose past cannot be known (the
 * ledger itself is new) counts from its first report seen.
 */
export class WorkerLedger {
  private readonly entries = new Map<string, LedgerEntry>();
  private absorbedAtMs: number | null = null;

  constructor(checkpoint: LedgerCheckpoint | null = null) {
    if (checkpoint === null) return;
    this.absorbedAtMs = checkpoint.atMs;
    for (const [workerId, { startedAtMs, totals }] of Object.entries(checkpoint.workers)) {
      this.entries.set(workerId, {
        startedAtMs,
        totals,
        processingText: null,
        waitText: null,
        processing: null,
        wait: null,
        lastSeenMs: checkpoint.atMs,
      });
    }
  }

  /** Takes the newest reports and returns what happened since the last call, by queue. */
  absorb(reports: readonly WorkerReport[], nowMs: number): ReadonlyMap<string, QueueInterval> {
    const fromMs = this.absorbedAtMs ?? nowMs;
    const intervals = new Map<string, QueueInterval>();
    for (const report of reports) {
      const previous = this.entries.get(report.workerId);
      const next = this.read(report, previous, nowMs);
      const baseline = this.baselineFor(report, previous, next);
      this.entries.set(report.workerId, next);
      const interval = intervals.get(report.queueName) ?? quietInterval(fromMs, nowMs);
      intervals.set(report.queueName, addDifference(interval, next, baseline));
    }
    for (const [workerId, entry] of this.entries) {
      if (nowMs - entry.lastSeenMs > FORGET_AFTER_MS) this.entries.delete(workerId);
    }
    this.absorbedAtMs = nowMs;
    return intervals;
  }

  checkpoint(): LedgerCheckpoint {
    const workers = Object.fromEntries(
      [...this.entries].map(([workerId, { startedAtMs, totals }]) => [workerId, { startedAtMs, totals }]),
    );
    return { atMs: this.absorbedAtMs ?? 0, workers };
  }

  private read(report: WorkerReport, previous: LedgerEntry | undefined, nowMs: number): LedgerEntry {
    const same = previous?.startedAtMs === report.startedAtMs ? previous : undefined;
    return {
      startedAtMs: report.startedAtMs,
      totals: report.totals,
      processingText: report.processing,
      waitText: report.wait,
      processing: same?.processingText === report.processing ? same.processing : decodeText(report.processing),
      wait: same?.waitText === report.wait ? same.wait : decodeText(report.wait),
      lastSeenMs: nowMs,
    };
  }

  private baselineFor(
    report: WorkerReport,
    previous: LedgerEntry | undefined,
    next: LedgerEntry,
  ): Pick<LedgerEntry, 'totals' | 'processing' | 'wait'> {
    if (previous && previous.startedAtMs === report.startedAtMs && covers(next.totals, previous.totals))
      return previous;
    const zero = { totals: zeroTotals, processing: new Histogram(), wait: new Histogram() };
    if (previous) return zero;
    // A worker reports within seconds of its start. One that is unknown and older than the
    // last look was known before (or to a leader before us): counting its past now would
    // show hours of work as one burst.
    const returning = this.absorbedAtMs === null || report.startedAtMs < this.absorbedAtMs - REPORT_TTL_MS;
    return returning ? next : zero;
  }
}

function covers(next: OutcomeTotals, previous: OutcomeTotals): boolean {
  return next.completed >= previous.completed && next.failed >= previous.failed;
}

/** A span in which nothing was done. */
export function quietInterval(fromMs: number, toMs: number): QueueInterval {
  return { fromMs, toMs, totals: zeroTotals, processing: new Histogram(), wait: new Histogram() };
}

function addDifference(
  interval: QueueInterval,
  next: LedgerEntry,
  baseline: Pick<LedgerEntry, 'totals' | 'processing' | 'wait'>,
): QueueInterval {
  const totals = { ...interval.totals };
  for (const key of Object.keys(totals) as (keyof WorkerTotals)[]) {
    totals[key] += Math.max(0, next.totals[key] - baseline.totals[key]);
  }
  addHistogramDifference(interval.processing, next.processing, baseline.processing);
  addHistogramDifference(interval.wait, next.wait, baseline.wait);
  return { ...interval, totals };
}

/** Timings that cannot be told apart from the past are left out; the counts still hold. */
function addHistogramDifference(into: Histogram | null, next: Histogram | null, baseline: Histogram | null): void {
  if (into === null || next === null || baseline === null || next === baseline) return;
  const difference = next.clone();
  try {
    difference.subtract(baseline);
  } catch {
    return;
  }
  into.add(difference);
}

/** A histogram that does not decode (a damaged or foreign report) is unknown, not fatal. */
function decodeText(base64: string): Histogram | null {
  try {
    return decodeHistogram(decodeBase64(base64));
  } catch {
    return null;
  }
}
