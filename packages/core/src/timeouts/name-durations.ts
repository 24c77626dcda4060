import type { NameTimings, WorkerReport } from '../fleet/report.js';
import { decodeBase64 } from '../metrics/base64.js';
import { COARSE_BITS, Histogram } from '../metrics/histogram.js';
import { decodeHistogram } from '../metrics/histogram-codec.js';
import type { FreshAttempts } from './adapt-timeout.js';

/** Durations count for one to two of these. */
export const GENERATION_MS = 3_600_000;
/** A generation of fewer durations goes on: a name that runs twice a day has a past as well. */
const MIN_GENERATION = 200;
/** As many names as four workers can tell of; ids used as names must not fill the leader. */
export const MAX_NAMES_PER_QUEUE = 200;
const FORGET_WORKER_AFTER_MS = 900_000;

interface Generations {
  older: Histogram;
  newer: Histogram;
  newerSinceMs: number;
  fresh: { finished: number; timedOut: number };
}

interface SeenWorker {
  readonly startedAtMs: number;
  readonly timings: ReadonlyMap<string, { readonly text: string; readonly durations: Histogram; timedOut: number }>;
  readonly seenAtMs: number;
}

/**
 * How long attempts take, by queue and job name, over the last hour or two: the leader's
 * sum of what workers tell. Reports are cumulative, so only what is new since a worker's
 * last one is added. A leader that begins counts all that the present workers have: for a
 * distribution the past is as good as now.
 */
export class NameDurations {
  private readonly workers = new Map<string, SeenWorker>();
  private readonly queues = new Map<string, Map<string, Generations>>();

  absorb(reports: readonly WorkerReport[], nowMs: number): void {
    for (const report of reports) this.absorbReport(report, nowMs);
    for (const [workerId, { seenAtMs }] of this.workers) {
      if (nowMs - seenAtMs > FORGET_WORKER_AFTER_MS) this.workers.delete(workerId);
    }
    for (const names of this.queues.values()) {
      for (const generations of names.values()) rotate(generations, nowMs);
    }
  }

  /** Job names of a queue with their durations; the histograms are the caller's to read, not to change. */
  of(queueName: string): ReadonlyMap<string, { readonly durations: Histogram; readonly fresh: FreshAttempts }> {
    const names = [...(this.queues.get(queueName) ?? [])];
    return new Map(
      names.map(([name, { older, newer, fresh }]) => {
        const durations = older.clone();
        durations.add(newer);
        return [name, { durations, fresh }];
      }),
    );
  }

  /** The deadline of a name was set anew: what timed out before says nothing of it. */
  startAnew(queueName: string, name: string): void {
    const generations = this.queues.get(queueName)?.get(name);
    if (generations) generations.fresh = { finished: 0, timedOut: 0 };
  }

  /** Lets go of the queues that nobody adapts any more. */
  keepOnly(queueNames: ReadonlySet<string>): void {
    for (const queueName of this.queues.keys()) {
      if (!queueNames.has(queueName)) this.queues.delete(queueName);
    }
  }

  private absorbReport({ workerId, queueName, startedAtMs, timings }: WorkerReport, nowMs: number): void {
    const seen = this.workers.get(workerId);
    const before = seen?.startedAtMs === startedAtMs ? seen.timings : undefined;
    const now = new Map<string, { text: string; durations: Histogram; timedOut: number }>();
    for (const [name, timing] of Object.entries(timings ?? {})) {
      const last = before?.get(name);
      const durations = last?.text === timing.durations ? last.durations : decode(timing);
      if (durations === null) continue;
      now.set(name, { text: timing.durations, durations, timedOut: timing.timedOut });
      const difference = last === undefined ? durations : subtract(durations, last.durations);
      const timedOut = Math.max(0, timing.timedOut - (last?.timedOut ?? 0));
      if (difference.count > 0) this.add(queueName, name, { difference, timedOut }, nowMs);
    }
    // A report too long for its names leaves them out: what was seen of them still counts.
    if (timings !== undefined || before === undefined) {
      this.workers.set(workerId, { startedAtMs, timings: now, seenAtMs: nowMs });
    }
  }

  private add(
    queueName: string,
    name: string,
    { difference, timedOut }: { difference: Histogram; timedOut: number },
    nowMs: number,
  ): void {
    const names = this.queues.get(queueName) ?? new Map<string, Generations>();
    this.queues.set(queueName, names);
    let generations = names.get(name);
    if (generations === undefined) {
      if (names.size >= MAX_NAMES_PER_QUEUE) return;
      generations = {
        older: new Histogram(COARSE_BITS),
        newer: new Histogram(COARSE_BITS),
        newerSinceMs: nowMs,
        fresh: { finished: 0, timedOut: 0 },
      };
      names.set(name, generations);
    }
    generations.newer.add(difference);
    generations.fresh.finished += difference.count;
    generations.fresh.timedOut += timedOut;
  }
}

function rotate(generations: Generations, nowMs: number): void {
  const { newer, newerSinceMs } = generations;
  if (nowMs - newerSinceMs < GENERATION_MS || newer.count < MIN_GENERATION) return;
  generations.older = newer;
  generations.newer = new Histogram(COARSE_BITS);
  generations.newerSinceMs = nowMs;
}

/** All of the newer one when it does not contain the older: the worker began its count again. */
function subtract(newer: Histogram, older: Histogram): Histogram {
  const difference = newer.clone();
  try {
    difference.subtract(older);
    return difference;
  } catch {
    return newer;
  }
}

function decode({ durations }: NameTimings): Histogram | null {
  try {
    return decodeHistogram(decodeBase64(durations)).coarsen(COARSE_BITS);
  } catch {
    return null;
  }
}
