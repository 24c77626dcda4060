import {
  emptyPoint,
  type Fence,
  Histogram,
  type MetricPoint,
  type MetricStore,
  type Retention,
  rollUp,
  type SeriesPoint,
  SYSTEM_SERIES,
  slotStart,
} from '@drover/core';
import type { QueueWorkers } from './queue-figures.js';
import { emptySlot, type QueueRecord } from './queue-record.js';

export interface HistoryRecorderOptions {
  readonly store: MetricStore;
  /** Finest first. */
  readonly retention: readonly Retention[];
  readonly tickMs: number;
}

/** Closed slots that wait for an engine that is away; beyond, the oldest are lost. */
const MAX_UNSAVED = 30;
/** Coarse slots that are folded after a time in which nobody could. */
const MAX_CATCH_UP = 30;
/** Up to so many points are written at once rather than spread over ticks. */
const NO_NEED_TO_SPREAD = 200;

/** A coarse slot that is being folded: a part of its series in every tick. */
interface Folding {
  readonly atMs: number;
  readonly remaining: readonly string[];
}

/**
 * Writes history as slots close: the finest from the tick's own sums, each coarser one
 * from the stored finer points, so a leader that takes over in the middle of an hour
 * loses at most the slot that was open and what it had not yet written of the last one.
 *
 * The work is spread evenly over ticks, so that the one that closes a minute of a thousand
 * queues costs the engine no more than the others: a coarse point appears some ticks after
 * its slot has closed.
 */
export class HistoryRecorder {
  private openSlotMs: number | null = null;
  private unsaved: (readonly SeriesPoint[])[] = [];
  /** By resolution. */
  private readonly folding = new Map<number, Folding>();

  constructor(private readonly options: HistoryRecorderOptions) {}

  /** Call once per tick, after the records are up to date. A slot that cannot be written waits for the next call. */
  async record(
    records: readonly QueueRecord[],
    workersByQueue: ReadonlyMap<string, QueueWorkers>,
    nowMs: number,
    fence: Fence,
  ): Promise<void> {
    const [finest] = this.options.retention;
    if (!finest) return;
    const slot = slotStart(nowMs, finest.resolutionMs);
    if (this.openSlotMs !== null && slot !== this.openSlotMs) {
      this.unsaved.push(closeSlot(records, workersByQueue, this.openSlotMs));
      this.unsaved = this.unsaved.slice(-MAX_UNSAVED);
    }
    this.openSlotMs = slot;
    const series = [...records.map(({ queueName }) => queueName), SYSTEM_SERIES];
    await this.saveClosed(series.length, finest.resolutionMs, fence);
    await this.foldClosed(series, nowMs, fence);
  }

  /** The newest slot over the ticks until the next one closes, what an outage left behind at once. */
  private async saveClosed(seriesCount: number, resolutionMs: number, fence: Fence): Promise<void> {
    const ticksPerSlot = Math.max(1, Math.floor(resolutionMs / this.options.tickMs));
    const perTick = Math.max(NO_NEED_TO_SPREAD, Math.ceil(seriesCount / ticksPerSlot));
    for (let points = this.unsaved[0]; points; points = this.unsaved[0]) {
      const isNewest = this.unsaved.length === 1;
      const due = isNewest ? perTick : points.length;
      await this.options.store.append(resolutionMs, points.slice(0, due), fence);
      const rest = points.slice(due);
      if (rest.length === 0) this.unsaved.shift();
      else this.unsaved[0] = rest;
      if (isNewest) return;
    }
  }

  private async foldClosed(series: readonly string[], nowMs: number, fence: Fence): Promise<void> {
    const { retention, store, tickMs } = this.options;
    const finestCoarse = retention[1];
    if (!finestCoarse) return;
    // Twice what its slots ask for, so that all are done long before the next one closes.
    const pace = Math.ceil((2 * series.length * tickMs) / finestCoarse.resolutionMs);
    let budget = Math.max(NO_NEED_TO_SPREAD, pace);
    for (const [index, { resolutionMs }] of retention.entries()) {
      const finer = retention[index - 1];
      if (!finer) continue;
      const closedMs = slotStart(nowMs, resolutionMs) - resolutionMs;
      let { atMs, remaining } = this.nextToFold(resolutionMs, closedMs, series);
      while (atMs <= closedMs && budget > 0) {
        const part = remaining.slice(0, budget);
        budget -= part.length;
        const points = await store.rangeMany(part, finer.resolutionMs, atMs, atMs + resolutionMs);
        const folded = [...points].map(([name, parts]) => ({ series: name, point: rollUp(parts, atMs) }));
        if (folded.length > 0) await store.append(resolutionMs, folded, fence);
        remaining = remaining.slice(part.length);
        if (remaining.length === 0) {
          atMs += resolutionMs;
          remaining = series;
        }
        this.folding.set(resolutionMs, { atMs, remaining });
      }
    }
  }

  /** A new leader does the last slot again, and a clock that went back begins anew. */
  private nextToFold(resolutionMs: number, closedMs: number, series: readonly string[]): Folding {
    const current = this.folding.get(resolutionMs);
    if (current === undefined || current.atMs > closedMs + 2 * resolutionMs)
      return { atMs: closedMs, remaining: series };
    const oldestMs = closedMs - MAX_CATCH_UP * resolutionMs;
    return current.atMs < oldestMs ? { atMs: oldestMs, remaining: series } : current;
  }
}

function closeSlot(
  records: readonly QueueRecord[],
  workersByQueue: ReadonlyMap<string, QueueWorkers>,
  atMs: number,
): SeriesPoint[] {
  const queues = records.map((record): SeriesPoint => {
    const { state, slot, ours } = record;
    const kept = state?.uncounted ? null : state;
    // A foreign queue has its turn only now and then: a slot without a look is unknown.
    const timed = ours || slot.seen;
    const workers = workersByQueue.get(record.queueName);
    record.slot = emptySlot();
    const point: MetricPoint = {
      atMs,
      waiting: state?.waiting ?? null,
      active: state?.active ?? null,
      delayed: state?.delayed ?? null,
      failed: kept?.failed ?? null,
      completed: kept?.completed ?? null,
      oldestWaitingMs: state === null ? null : (state.oldestWaitingMs ?? 0),
      workers: ours && workers ? workers.ready : null,
      memoryMB: workers?.rssMB ?? null,
      memoryPermille: workers?.memoryPercent == null ? null : workers.memoryPercent * 10,
      finished: timed ? slot.finished : null,
      failures: timed ? slot.failures : null,
      timeouts: ours ? slot.timeouts : null,
      // A backlog that somebody emptied by hand would read as negative arrivals.
      arrived: ours ? Math.max(0, slot.arrived) : null,
      processing: timed ? slot.processing : null,
    };
    return { series: record.queueName, point };
  });
  return [...queues, { series: SYSTEM_SERIES, point: sumOf(queues, atMs) }];
}

const summed = [
  'waiting',
  'active',
  'delayed',
  'failed',
  'completed',
  'workers',
  'memoryMB',
  'finished',
  'failures',
  'timeouts',
  'arrived',
] as const;

function sumOf(queues: readonly SeriesPoint[], atMs: number): MetricPoint {
  const sums = { ...emptyPoint(atMs) } as { -readonly [key in keyof MetricPoint]: MetricPoint[key] };
  for (const name of summed) {
    const known = queues.map(({ point }) => point[name]).filter((value) => value !== null);
    sums[name] = known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0);
  }
  const oldest = queues.map(({ point }) => point.oldestWaitingMs).filter((value) => value !== null);
  sums.oldestWaitingMs = oldest.length === 0 ? null : Math.max(...oldest);
  const processing = new Histogram();
  for (const { point } of queues) if (point.processing) processing.add(point.processing);
  sums.processing = processing;
  return sums;
}
