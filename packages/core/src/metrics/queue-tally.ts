import { REPORT_TTL_MS } from '../fleet/layout.js';
import type { DeadlineCounts, WorkerReport } from '../fleet/report.js';
import type { RecycleCause } from '../recycling/recycle.js';
import { emptyFolded, type FoldedHistogram, fold, readFolded } from './folded-histogram.js';
import type { QueueInterval } from './worker-ledger.js';

/** What one job name came to. `failed` includes `timedOut`. */
export interface NameTally {
  readonly completed: number;
  readonly failed: number;
  readonly timedOut: number;
  readonly processingMs: number;
}

/**
 * What a queue's workers did since Drover first saw it, as far as only a counter tells it.
 * Nothing in it ever becomes less: it travels with each tick to the next leader.
 */
export interface QueueTally {
  readonly processing: FoldedHistogram;
  readonly wait: FoldedHistogram;
  readonly deadlines: DeadlineCounts;
  /** Workers that went to be replaced, by cause. */
  readonly recycled: Readonly<Partial<Record<RecycleCause, number>>>;
  /** At most `MAX_TALLIED_NAMES`, the rest under `*`. */
  readonly names: Readonly<Record<string, NameTally>>;
}

export const emptyTally: QueueTally = {
  processing: emptyFolded,
  wait: emptyFolded,
  deadlines: { soft: 0, overdue: 0, abandoned: 0 },
  recycled: {},
  names: {},
};

/** A name made of an order number would be a series for each order. */
export const MAX_TALLIED_NAMES = 50;
const OTHER_NAMES = '*';

/** What the reports of one queue show beyond its interval; a part of a tally. */
export type TallyChange = Pick<QueueTally, 'deadlines' | 'recycled' | 'names'>;

/** A tally as the last leader left it, whatever version that was. */
export function readTally(stored: Partial<QueueTally> | undefined): QueueTally {
  return {
    ...emptyTally,
    ...stored,
    processing: readFolded(stored?.processing),
    wait: readFolded(stored?.wait),
  };
}

export function addToTally(
  tally: QueueTally,
  interval: Pick<QueueInterval, 'processing' | 'wait'>,
  change: TallyChange | undefined,
): QueueTally {
  const timed = {
    ...tally,
    processing: fold(tally.processing, interval.processing),
    wait: fold(tally.wait, interval.wait),
  };
  if (change === undefined) return timed;
  return {
    ...timed,
    deadlines: add(tally.deadlines, change.deadlines),
    recycled: addCounts(tally.recycled, change.recycled),
    names: addNames(tally.names, change.names),
  };
}

interface Seen {
  readonly startedAtMs: number;
  readonly deadlines: DeadlineCounts;
  readonly names: Readonly<Record<string, NameTally>>;
  readonly recycling: boolean;
  readonly lastSeenMs: number;
}

type Baseline = Pick<Seen, 'deadlines' | 'names' | 'recycling'>;

/** Longer than reports live, so that none can return after it was forgotten, and count again. */
const FORGET_AFTER_MS = 900_000;

const nothingSeen = { deadlines: emptyTally.deadlines, names: {}, recycling: false };

/**
 * The differences between two looks at the workers' cumulative reports. A leader that is new
 * does not know what its predecessor counted of a worker: it counts from its first look on.
 */
export class TallyLedger {
  private readonly seen = new Map<string, Seen>();
  /** Even a young worker may have been counted by the last leader; later it is new to all. */
  private newWithinMs = 0;
  private lookedAtMs: number | null;

  /** `sinceMs`: when the last leader looked; `null` for the first ever. */
  constructor(sinceMs: number | null = null) {
    this.lookedAtMs = sinceMs;
  }

  absorb(reports: readonly WorkerReport[], nowMs: number): ReadonlyMap<string, TallyChange> {
    const changes = new Map<string, TallyChange>();
    for (const report of reports) {
      const now = lookAt(report, nowMs);
      const before = this.before(report, now);
      this.seen.set(report.workerId, now);
      const change = changes.get(report.queueName) ?? emptyTally;
      changes.set(report.queueName, addDifference(change, now, before, report));
    }
    for (const [workerId, { lastSeenMs }] of this.seen) {
      if (nowMs - lastSeenMs > FORGET_AFTER_MS) this.seen.delete(workerId);
    }
    this.lookedAtMs = nowMs;
    this.newWithinMs = REPORT_TTL_MS;
    return changes;
  }

  private before(report: WorkerReport, now: Seen): Baseline {
    const held = this.seen.get(report.workerId);
    if (held) return held.startedAtMs === report.startedAtMs ? held : nothingSeen;
    // An older one was counted before: by the last leader, or by us until it fell silent.
    const isNew = this.lookedAtMs !== null && report.startedAtMs >= this.lookedAtMs - this.newWithinMs;
    return isNew ? nothingSeen : now;
  }
}

function lookAt({ startedAtMs, byName, deadlines = {}, recycle }: WorkerReport, nowMs: number): Seen {
  return {
    startedAtMs,
    deadlines: Object.values(deadlines).reduce(add, emptyTally.deadlines),
    names: byName,
    recycling: recycle !== undefined,
    lastSeenMs: nowMs,
  };
}

function addDifference(change: TallyChange, now: Seen, before: Baseline, { recycle }: WorkerReport): TallyChange {
  const names = Object.entries(now.names).map(
    ([name, counts]) => [name, subtract(counts, own(before.names, name) ?? zeroName)] as const,
  );
  const recycled = recycle && !before.recycling ? { [recycle.cause]: 1 } : {};
  return {
    deadlines: add(change.deadlines, subtract(now.deadlines, before.deadlines)),
    recycled: addCounts(change.recycled, recycled),
    names: addNames(change.names, Object.fromEntries(names)),
  };
}

const zeroName: NameTally = { completed: 0, failed: 0, timedOut: 0, processingMs: 0 };

function addNames(into: QueueTally['names'], names: QueueTally['names']): QueueTally['names'] {
  const sums = new Map(Object.entries(into));
  for (const [name, counts] of Object.entries(names)) {
    const key = sums.has(name) || sums.size < MAX_TALLIED_NAMES ? name : OTHER_NAMES;
    sums.set(key, add(sums.get(key) ?? zeroName, counts));
  }
  return Object.fromEntries(sums);
}

function addCounts<K extends string>(
  a: Readonly<Partial<Record<K, number>>>,
  b: Readonly<Partial<Record<K, number>>>,
): Partial<Record<K, number>> {
  const sums: Partial<Record<K, number>> = { ...a };
  for (const key of Object.keys(b) as K[]) sums[key] = (sums[key] ?? 0) + (b[key] ?? 0);
  return sums;
}

function add<K extends string>(a: Readonly<Record<K, number>>, b: Readonly<Record<K, number>>): Record<K, number> {
  const sums: Record<K, number> = { ...a };
  for (const key of Object.keys(a) as K[]) sums[key] = a[key] + (b[key] ?? 0);
  return sums;
}

/** Never below zero: a worker that merged a name into `*` counts less under it than before. */
function subtract<K extends string>(a: Readonly<Record<K, number>>, b: Readonly<Record<K, number>>): Record<K, number> {
  const rest: Record<K, number> = { ...a };
  for (const key of Object.keys(a) as K[]) rest[key] = Math.max(0, a[key] - (b[key] ?? 0));
  return rest;
}

/** A job may be named `constructor`. */
function own<T>(record: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}
