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
}

/** Closed slots that wait for an engine that is away; beyond, the oldest are lost. */
const MAX_UNSAVED = 30;
/** Coarse slots that are folded at once after a time in which nobody could. */
const MAX_CATCH_UP = 30;

/**
 * Writes history as slots close: the finest from the tick's own sums, each coarser one
 * from the stored finer points, so a leader that takes over in the middle of an hour
 * loses at most the slot that was open.
 */
export class HistoryRecorder {
  private openSlotMs: number | null = null;
  private recordedAtMs = 0;
  private unsaved: (readonly SeriesPoint[])[] = [];
  /** Start of the last coarse slot that was folded, by resolution. */
  private readonly rolledMs = new Map<number, number>();

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
    const closing = this.openSlotMs !== null && slot !== this.openSlotMs;
    if (closing && this.openSlotMs !== null) {
      this.unsaved.push(closeSlot(records, workersByQueue, this.openSlotMs));
      this.unsaved = this.unsaved.slice(-MAX_UNSAVED);
    }
    this.openSlotMs = slot;
    await this.saveClosed(finest.resolutionMs, fence);
    // A tick between two slots has less to write. Where every tick closes one, there is none between.
    const everyTickCloses = nowMs - this.recordedAtMs >= finest.resolutionMs;
    this.recordedAtMs = nowMs;
    if (closing && !everyTickCloses) return;
    await this.rollUpClosed([...records.map(({ queueName }) => queueName), SYSTEM_SERIES], nowMs, fence);
  }

  private async saveClosed(resolutionMs: number, fence: Fence): Promise<void> {
    for (let points = this.unsaved[0]; points; points = this.unsaved[0]) {
      await this.options.store.append(resolutionMs, points, fence);
      this.unsaved.shift();
    }
  }

  private async rollUpClosed(series: readonly string[], nowMs: number, fence: Fence): Promise<void> {
    const { retention, store } = this.options;
    for (const [index, { resolutionMs }] of retention.entries()) {
      const finer = retention[index - 1];
      if (!finer) continue;
      const closedMs = slotStart(nowMs, resolutionMs) - resolutionMs;
      for (let atMs = this.nextToRoll(resolutionMs, closedMs); atMs <= closedMs; atMs += resolutionMs) {
        const points = await store.rangeMany(series, finer.resolutionMs, atMs, atMs + resolutionMs);
        const rolled = [...points].map(([name, parts]) => ({ series: name, point: rollUp(parts, atMs) }));
        if (rolled.length > 0) await store.append(resolutionMs, rolled, fence);
        this.rolledMs.set(resolutionMs, atMs);
      }
    }
  }

  /** The first slot to fold: a new leader does the last one again, and a clock that went back begins anew. */
  private nextToRoll(resolutionMs: number, closedMs: number): number {
    const last = this.rolledMs.get(resolutionMs);
    if (last === undefined || last > closedMs + resolutionMs) return closedMs;
    return Math.max(last + resolutionMs, closedMs - MAX_CATCH_UP * resolutionMs);
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
