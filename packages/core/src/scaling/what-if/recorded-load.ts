import { bucketBounds, type Histogram } from '../../metrics/histogram.js';
import type { MetricPoint } from '../../metrics/point.js';
import type { ArrivalTrace, ServiceTimes } from '../simulation/simulation.js';

/** What a queue's history says of a time: what a simulation replays, and what really happened. */
export interface RecordedLoad {
  readonly trace: ArrivalTrace;
  /** As observed; `null` when no job finished in that time. */
  readonly service: ServiceTimes | null;
  readonly meanServiceMs: number | null;
  /** Share of the time of which the arrivals are not known; replayed as times without any. */
  readonly unknownPercent: number;
  readonly actual: {
    /** Ready workers over the part of the time in which their number is known. */
    readonly workerHours: number;
    readonly knownPercent: number;
    readonly longestWaitMs: number | null;
    /** By step of the trace. */
    readonly workers: readonly (number | null)[];
    readonly depth: readonly (number | null)[];
    readonly waitMs: readonly (number | null)[];
  };
}

export interface RecordedRange {
  readonly sinceMs: number;
  readonly untilMs: number;
  readonly resolutionMs: number;
}

const HOUR_MS = 3_600_000;

/** Reads stored points of one queue; a slot that is not there is unknown. */
export function recordedLoad(points: readonly MetricPoint[], range: RecordedRange): RecordedLoad {
  const { sinceMs, untilMs, resolutionMs } = range;
  const bySlot = new Map(points.map((point) => [point.atMs, point]));
  const slots = Array.from({ length: Math.ceil((untilMs - sinceMs) / resolutionMs) }, (_, index) =>
    bySlot.get(sinceMs + index * resolutionMs),
  );
  const column = (field: 'arrived' | 'workers' | 'waiting' | 'oldestWaitingMs') =>
    slots.map((point) => point?.[field] ?? null);
  const [arrived, workers, waitMs] = [column('arrived'), column('workers'), column('oldestWaitingMs')];
  const processing = mergedProcessing(points);
  const knownWorkers = workers.filter((count) => count !== null);
  const knownWaits = waitMs.filter((wait) => wait !== null);
  return {
    trace: { spanMs: resolutionMs, arrivals: arrived.map((count) => count ?? 0) },
    service: processing && { histogram: barsOf(processing) },
    meanServiceMs: processing?.meanMs ?? null,
    unknownPercent: percentOfSlots(arrived.filter((count) => count === null).length, slots.length),
    actual: {
      workerHours: (knownWorkers.reduce((sum, count) => sum + count, 0) * resolutionMs) / HOUR_MS,
      knownPercent: percentOfSlots(knownWorkers.length, slots.length),
      longestWaitMs: knownWaits.length === 0 ? null : knownWaits.reduce((most, wait) => Math.max(most, wait), 0),
      workers,
      depth: column('waiting'),
      waitMs,
    },
  };
}

function mergedProcessing(points: readonly MetricPoint[]): Histogram | null {
  let merged: Histogram | null = null;
  for (const { processing } of points) {
    if (processing === null || processing.count === 0) continue;
    if (merged === null) merged = processing.clone();
    else merged.add(processing);
  }
  return merged;
}

function barsOf({ counts, bits }: Histogram): { readonly ms: number; readonly count: number }[] {
  return [...counts]
    .sort(([a], [b]) => a - b)
    .map(([bucket, count]) => {
      const { fromMs, toMs } = bucketBounds(bucket, bits);
      return { ms: (fromMs + toMs) / 2, count };
    });
}

const percentOfSlots = (part: number, whole: number): number => (whole === 0 ? 0 : (100 * part) / whole);
