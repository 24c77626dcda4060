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

const PRUNE_EVERY_MS = 600_000;

/**
 * Writes history as slots close: the finest from the tick's own sums, each coarser one
 * from the stored finer points, so a leader that takes over in the middle of an hour
 * loses at most the slot that was open.
 */
export class HistoryRecorder {
  private openSlotMs: number | null = null;
  private readonly rolledUntilMs = new Map<number, number>();
  private prunedAtMs = 0;

  constructor(private readonly options: HistoryRecorderOptions) {}

  /** Call once per tick, after the records are up to date. */
  async record(
    records: readonly QueueRecord[],
    workersByQueue: ReadonlyMap<string, QueueWorkers>,
    nowMs: number,
    fence: Fence,
  ): Promise<void> {
    const [finest] = this.options.retention;
    if (!finest) return;
    const slot = slotStart(nowMs, finest.resolutionMs);
    if (this.openSlotMs === null) this.openSlotMs = slot;
    if (slot === this.openSlotMs) return;
    const points = closeSlot(records, workersByQueue, this.openSlotMs);
    this.openSlotMs = slot;
    await this.options.store.append(finest.resolutionMs, points, fence);
    await this.rollUpClosed(
      points.map(({ series }) => series),
      nowMs,
      fence,
    );
    if (nowMs - this.prunedAtMs >= PRUNE_EVERY_MS) {
      this.prunedAtMs = nowMs;
      await this.options.store.prune(nowMs, fence);
    }
  }

  private async rollUpClosed(series: readonly string[], nowMs: number, fence: Fence): Promise<void> {
    const { retention, store } = this.options;
    for (const [index, { resolutionMs }] of retention.entries()) {
      const finer = retention[index - 1];
      if (!finer) continue;
      const closedMs = slotStart(nowMs, resolutionMs) - resolutionMs;
      if (closedMs <= (this.rolledUntilMs.get(resolutionMs) ?? 0)) continue;
      const points = await store.rangeMany(series, finer.resolutionMs, closedMs, closedMs + resolutionMs);
      const rolled = [...points].map(([name, parts]) => ({ series: name, point: rollUp(parts, closedMs) }));
      if (rolled.length > 0) await store.append(resolutionMs, rolled, fence);
      this.rolledUntilMs.set(resolutionMs, closedMs);
    }
  }
}

function closeSlot(
  records: readonly QueueRecord[],
  workersByQueue: ReadonlyMap<string, QueueWorkers>,
  atMs: number,
): SeriesPoint[] {
  const queues = records.map((record): SeriesPoint => {
    const { state, slot, ours } = record;
    const timed = ours || record.sampled;
    const workers = workersByQueue.get(record.queueName);
    record.slot = emptySlot();
    const point: MetricPoint = {
      atMs,
      waiting: state?.waiting ?? null,
      active: state?.active ?? null,
      delayed: state?.delayed ?? null,
      failed: state?.failed ?? null,
      completed: state?.completed ?? null,
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
