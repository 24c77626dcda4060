import {
  type Fence,
  type HostPresence,
  type LedgerCheckpoint,
  type MetricPoint,
  type QueueInterval,
  ReportFreshness,
  SHARE_WINDOW_MS,
  slotStart,
  WorkerLedger,
  type WorkerReport,
  type WorkerTotals,
  zeroTotals,
} from '@drover/core';
import type { PublishedTick } from './checkpoint.js';
import { FinishedSampler } from './finished-sampler.js';
import { HistoryRecorder } from './history-recorder.js';
import type { MonitorOptions } from './monitor-options.js';
import { type QueueWorkers, workersByQueue } from './queue-figures.js';
import { newQueueRecord, type QueueRecord, updateRecord } from './queue-record.js';

type TickOptions = Pick<MonitorOptions, 'engine' | 'log' | 'retention' | 'desired' | 'steers' | 'tickMs'>;

export interface Observed {
  readonly records: readonly QueueRecord[];
  /** Of workers that still speak. */
  readonly reports: readonly WorkerReport[];
  readonly hosts: readonly HostPresence[];
  readonly workers: ReadonlyMap<string, QueueWorkers>;
}

/** What a leader carries from tick to tick. */
export class TickState {
  /** As stored: those of workers that ended or fell silent lately included. */
  reports: readonly WorkerReport[] = [];
  private readonly freshness = new ReportFreshness();
  private workers: ReadonlyMap<string, QueueWorkers> = new Map();
  private readonly records = new Map<string, QueueRecord>();
  private readonly sampler: FinishedSampler;
  private readonly recorder: HistoryRecorder;

  private constructor(
    private readonly options: TickOptions,
    private readonly ledger: WorkerLedger,
  ) {
    this.sampler = new FinishedSampler(options.engine.queues, (queueName, error) => {
      options.log.warn({ err: error, queueName }, 'cannot sample finished jobs');
    });
    this.recorder = new HistoryRecorder({ store: options.engine.metrics, retention: options.retention });
  }

  /**
   * Goes on from where the last leader stopped: its counts exactly, its windows from the
   * stored history, whose coarser timings fade out within five minutes.
   */
  static async restore(options: TickOptions, last: PublishedTick | null): Promise<TickState> {
    const state = new TickState(options, new WorkerLedger(last?.ledger ?? null));
    if (last === null) return state;
    for (const [queueName, totals] of Object.entries(last.totals)) {
      const record = newQueueRecord(queueName, totals);
      record.ours = true;
      state.records.set(queueName, record);
    }
    await state.refillWindows(last.ledger.atMs);
    return state;
  }

  /** Reads everything a tick needs, in a number of round trips that does not grow with queues but by batches. */
  async observe(nowMs: number): Promise<Observed> {
    const { engine, desired } = this.options;
    const [discovered, reports, hosts] = await Promise.all([
      engine.queues.discover(),
      engine.fleet.readReports(),
      engine.fleet.readHosts(),
    ]);
    this.reports = reports;
    const speaking = this.freshness.speaking(reports, nowMs, 2 * this.options.tickMs);
    const names = [
      ...new Set([...discovered, ...reports.map(({ queueName }) => queueName), ...Object.keys(desired())]),
    ].sort();
    const readings = new Map(
      (await engine.queues.readStates(names, nowMs)).map((reading) => [reading.queueName, reading]),
    );
    const intervals = this.ledger.absorb(reports, nowMs);
    for (const queueName of names) {
      const record = this.records.get(queueName) ?? newQueueRecord(queueName);
      this.records.set(queueName, record);
      updateRecord(record, readings.get(queueName), intervals.get(queueName), nowMs);
    }
    for (const queueName of this.records.keys()) {
      if (!readings.has(queueName)) this.records.delete(queueName);
    }
    const records = names.flatMap((queueName) => this.records.get(queueName) ?? []);
    await this.sampler.sample(records, nowMs);
    this.workers = workersByQueue(names, speaking, hosts, desired());
    return { records, reports: speaking, hosts, workers: this.workers };
  }

  /** Writes history and does for queues without workers what BullMQ leaves to workers. */
  async remember(nowMs: number, fence: Fence): Promise<void> {
    await this.recorder.record([...this.records.values()], this.workers, nowMs, fence);
    if (this.options.steers) await this.tendDeserted();
  }

  checkpoint(): { ledger: LedgerCheckpoint; totals: Readonly<Record<string, WorkerTotals>> } {
    const ours = [...this.records.values()].filter((record) => record.ours);
    return {
      ledger: this.ledger.checkpoint(),
      totals: Object.fromEntries(ours.map(({ queueName, totals }) => [queueName, totals])),
    };
  }

  /**
   * BullMQ moves delayed jobs and recovers stalled ones in workers only. Where ours should
   * be and none is, the leader does it, so that a scaled-down or crash-looping queue neither
   * sleeps through its schedule nor keeps the jobs of the dead.
   */
  private async tendDeserted(): Promise<void> {
    const desired = this.options.desired();
    for (const { queueName, state } of this.records.values()) {
      if (
        desired[queueName] === undefined ||
        (this.workers.get(queueName)?.ready ?? 0) > 0 ||
        state === null ||
        state.paused
      )
        continue;
      if (state.active + state.delayed === 0) continue;
      const putBack = await this.options.engine.queues.tend(queueName);
      if (putBack.length > 0) {
        this.options.log.warn({ queueName, jobs: putBack.length }, 'put back jobs whose workers vanished');
      }
    }
  }

  private async refillWindows(untilMs: number): Promise<void> {
    const [finest] = this.options.retention;
    if (!finest) return;
    const sinceMs = slotStart(untilMs - SHARE_WINDOW_MS, finest.resolutionMs);
    const names = [...this.records.keys()];
    const stored = await this.options.engine.metrics.rangeMany(names, finest.resolutionMs, sinceMs, untilMs);
    for (const [queueName, points] of stored) {
      const record = this.records.get(queueName);
      for (const point of points) record?.window.push(toInterval(point, finest.resolutionMs), 0);
    }
  }
}

function toInterval(point: MetricPoint, spanMs: number): QueueInterval {
  const failed = point.failures ?? 0;
  return {
    fromMs: point.atMs,
    toMs: point.atMs + spanMs,
    totals: {
      ...zeroTotals,
      started: point.arrived ?? 0,
      completed: Math.max(0, (point.finished ?? 0) - failed),
      failed,
      timedOut: point.timeouts ?? 0,
    },
    // Coarse buckets count at their middle, within 3 % of the truth, until they leave the window.
    processing: point.processing?.refine() ?? null,
    wait: null,
  };
}
