import {
  assignedWorkers,
  desiredWorkers,
  type Fence,
  type FleetAssignment,
  type HostPresence,
  type LedgerCheckpoint,
  type MetricPoint,
  type QueueInterval,
  type QueueTally,
  quietInterval,
  ReportFreshness,
  readTally,
  SHARE_WINDOW_MS,
  slotStart,
  TallyLedger,
  WorkerLedger,
  type WorkerReport,
  type WorkerTotals,
  zeroTotals,
} from '@drover/core';
import { MissedSchedules } from '../use-cases/schedules/missed-schedules.js';
import type { PublishedTick } from './checkpoint.js';
import { FinishedSampler } from './finished-sampler.js';
import { HistoryRecorder } from './history-recorder.js';
import type { MonitorOptions } from './monitor-options.js';
import { type QueueWorkers, workersByQueue } from './queue-figures.js';
import { newQueueRecord, type QueueRecord, updateRecord } from './queue-record.js';

type TickOptions = Pick<
  MonitorOptions,
  'engine' | 'log' | 'retention' | 'steers' | 'tickMs' | 'keepAuditDays' | 'tallyJobNames'
>;

export interface Observed {
  readonly records: readonly QueueRecord[];
  /** Of workers that still speak. */
  readonly reports: readonly WorkerReport[];
  readonly hosts: readonly HostPresence[];
  readonly workers: ReadonlyMap<string, QueueWorkers>;
  /** What workers did since the tick before, by queue. */
  readonly intervals: ReadonlyMap<string, QueueInterval>;
  /** Workers that each host has been told to run. */
  readonly assigned: FleetAssignment;
}

/** What the next leader goes on from. */
export interface Checkpoint {
  readonly ledger: LedgerCheckpoint;
  readonly totals: Readonly<Record<string, WorkerTotals>>;
  readonly tallies: Readonly<Record<string, QueueTally>>;
}

/** Queues without workers that are looked after in one tick; the others follow in turn. */
const TENDED_PER_TICK = 8;
const PRUNE_EVERY_MS = 600_000;
const DAY_MS = 24 * 3_600_000;
/** A quarter: long enough for an incident's review, short enough for an engine in memory. */
const KEEP_AUDIT_DAYS = 90;

/** What a leader carries from tick to tick. */
export class TickState {
  /** As stored: those of workers that ended or fell silent lately included. */
  reports: readonly WorkerReport[] = [];
  private readonly freshness = new ReportFreshness();
  private speaking: readonly WorkerReport[] = [];
  private tendTurn = 0;
  private prunedAtMs = 0;
  private observedAtMs: number | null = null;
  private desired: Readonly<Record<string, number>> = {};
  private workers: ReadonlyMap<string, QueueWorkers> = new Map();
  private readonly records = new Map<string, QueueRecord>();
  private readonly sampler: FinishedSampler;
  private readonly recorder: HistoryRecorder;
  private readonly missed: MissedSchedules;

  private constructor(
    private readonly options: TickOptions,
    private readonly ledger: WorkerLedger,
    private readonly tallies: TallyLedger,
  ) {
    this.sampler = new FinishedSampler(options.engine.queues, (queueName, error) => {
      options.log.warn({ err: error, queueName }, 'cannot sample finished jobs');
    });
    this.missed = new MissedSchedules({
      engine: options.engine,
      onError: (error) => options.log.warn({ err: error }, 'cannot look for missed schedules'),
    });
    const { engine, retention, tickMs } = options;
    this.recorder = new HistoryRecorder({ store: engine.metrics, retention, tickMs });
  }

  /**
   * Goes on from where the last leader stopped: its counts exactly, its windows from the
   * stored history, whose coarser timings fade out within five minutes.
   */
  static async restore(options: TickOptions, last: PublishedTick | null): Promise<TickState> {
    const ledgers = [new WorkerLedger(last?.ledger ?? null), new TallyLedger(last?.ledger.atMs ?? null)] as const;
    const state = new TickState(options, ...ledgers);
    if (last === null) return state;
    for (const [queueName, totals] of Object.entries(last.totals)) {
      const record = newQueueRecord(queueName, totals, readTally(last.tallies?.[queueName]));
      record.ours = true;
      state.records.set(queueName, record);
    }
    await state.refillWindows(last.ledger.atMs);
    return state;
  }

  /** Reads everything a tick needs, in a number of round trips that does not grow with queues but by batches. */
  async observe(nowMs: number, assigned: FleetAssignment): Promise<Observed> {
    const { engine } = this.options;
    const [discovered, reports, hosts] = await Promise.all([
      engine.queues.discover(),
      engine.fleet.readReports(),
      engine.fleet.readHosts(),
    ]);
    this.reports = reports;
    this.desired = countsOf(hosts, assigned);
    const speaking = this.freshness.speaking(reports, nowMs, 2 * this.options.tickMs);
    const names = [
      ...new Set([...discovered, ...reports.map(({ queueName }) => queueName), ...Object.keys(this.desired)]),
    ].sort();
    const readings = new Map(
      (await engine.queues.readStates(names, nowMs)).map((reading) => [reading.queueName, reading]),
    );
    const intervals = this.ledger.absorb(reports, nowMs);
    const changes = this.tallies.absorb(this.options.tallyJobNames ? reports : reports.map(withoutNames), nowMs);
    for (const queueName of names) {
      const record = this.records.get(queueName) ?? newQueueRecord(queueName);
      this.records.set(queueName, record);
      // No report is no work: jobs that pile up while all workers are dead still arrive.
      const quiet = record.ours ? quietInterval(this.observedAtMs ?? nowMs, nowMs) : undefined;
      const interval = intervals.get(queueName) ?? quiet;
      updateRecord(record, readings.get(queueName), interval, changes.get(queueName), nowMs);
    }
    this.observedAtMs = nowMs;
    for (const queueName of this.records.keys()) {
      if (!readings.has(queueName)) this.records.delete(queueName);
    }
    const records = names.flatMap((queueName) => this.records.get(queueName) ?? []);
    await this.sampler.sample(records, nowMs);
    const missed = await this.missed.read(names, nowMs);
    for (const record of records) record.missedSchedules = missed && (missed.get(record.queueName) ?? []);
    this.workers = workersByQueue(names, speaking, hosts, this.desired);
    for (const { queueName, limiterWaits } of records) {
      limiterWaits.push(this.workers.get(queueName)?.reports ?? [], nowMs);
    }
    this.speaking = speaking;
    return { records, reports: speaking, hosts, workers: this.workers, intervals, assigned };
  }

  /** A look at some queues between two ticks, at all with `null`: only their states and hosts are read. */
  async glance(
    queueNames: ReadonlySet<string> | null,
    nowMs: number,
    fleet: Pick<Observed, 'hosts' | 'assigned'>,
  ): Promise<Observed> {
    const names = [...this.records.keys()].filter((queueName) => queueNames?.has(queueName) ?? true);
    const readings = await this.options.engine.queues.readStates(names, nowMs);
    const records = readings.flatMap((reading) => {
      const record = this.records.get(reading.queueName);
      if (!record) return [];
      // The record itself goes on with the tick: its windows know what came since the one before.
      const { state, unreadableBecause } = reading.ok
        ? { state: reading.state, unreadableBecause: null }
        : { state: null, unreadableBecause: reading.fault.message };
      return [{ ...record, state, unreadableBecause }];
    });
    return { records, reports: this.speaking, workers: this.workers, intervals: new Map(), ...fleet };
  }

  /** From now on so many workers are wanted of each queue. */
  settle(assignment: FleetAssignment): ReadonlyMap<string, QueueWorkers> {
    const changed = Object.keys(this.desired).filter((queueName) => {
      return Object.hasOwn(assignment, queueName) && assignedWorkers(assignment, queueName) !== this.desired[queueName];
    });
    if (changed.length === 0) return this.workers;
    const workers = new Map(this.workers);
    const desired = { ...this.desired };
    for (const queueName of changed) {
      const count = assignedWorkers(assignment, queueName);
      desired[queueName] = count;
      const known = workers.get(queueName);
      if (known) workers.set(queueName, { ...known, desired: count });
    }
    this.desired = desired;
    this.workers = workers;
    return workers;
  }

  /** Writes history and does for queues without workers what BullMQ leaves to workers. */
  async remember(nowMs: number, fence: Fence): Promise<void> {
    await this.recorder.record([...this.records.values()], this.workers, nowMs, fence);
    if (this.options.steers) await this.tendDeserted();
    await this.prune(nowMs, fence);
  }

  checkpoint(): Checkpoint {
    const ours = [...this.records.values()].filter((record) => record.ours);
    return {
      ledger: this.ledger.checkpoint(),
      totals: Object.fromEntries(ours.map(({ queueName, totals }) => [queueName, totals])),
      tallies: Object.fromEntries(ours.map(({ queueName, tally }) => [queueName, tally])),
    };
  }

  /**
   * BullMQ moves delayed jobs and recovers stalled ones in workers only. Where ours should
   * be and none is, the leader does it, so that a scaled-down or crash-looping queue neither
   * sleeps through its schedule nor keeps the jobs of the dead.
   */
  private async tendDeserted(): Promise<void> {
    const deserted = [...this.records.values()].filter((record) => this.isDeserted(record));
    const turn = Array.from({ length: Math.min(TENDED_PER_TICK, deserted.length) }, (_, offset) => {
      return deserted[(this.tendTurn + offset) % deserted.length];
    });
    this.tendTurn += turn.length;
    await Promise.all(turn.map((record) => record && this.tend(record.queueName)));
  }

  private isDeserted({ queueName, state }: QueueRecord): boolean {
    if (this.desired[queueName] === undefined || (this.workers.get(queueName)?.ready ?? 0) > 0) return false;
    return state !== null && !state.paused && state.active + state.delayed > 0;
  }

  /** One queue that cannot be tended must not keep the others from it, nor the tick from its end. */
  private async tend(queueName: string): Promise<void> {
    const { engine, log } = this.options;
    try {
      const putBack = await engine.queues.tend(queueName);
      if (putBack.length > 0) log.warn({ queueName, jobs: putBack.length }, 'put back jobs whose workers vanished');
    } catch (error) {
      log.warn({ err: error, queueName }, 'cannot tend a queue without workers');
    }
  }

  private async prune(nowMs: number, fence: Fence): Promise<void> {
    // Also when the clock went back: an hour of no pruning is less than a year of it.
    if (Math.abs(nowMs - this.prunedAtMs) < PRUNE_EVERY_MS) return;
    this.prunedAtMs = nowMs;
    await this.options.engine.metrics.prune(nowMs, fence);
    await this.options.engine.audit.prune(nowMs - (this.options.keepAuditDays ?? KEEP_AUDIT_DAYS) * DAY_MS);
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

/** Names cost every tick and every replica; most people count them by queue. */
function withoutNames(report: WorkerReport): WorkerReport {
  return { ...report, byName: {} };
}

/** Of each queue that hosts can run: as assigned, else as their configuration wants it. */
function countsOf(hosts: readonly HostPresence[], assigned: FleetAssignment): Readonly<Record<string, number>> {
  const wanted = Object.entries(desiredWorkers(hosts)).map(([queueName, count]) => {
    return [queueName, Object.hasOwn(assigned, queueName) ? assignedWorkers(assigned, queueName) : count] as const;
  });
  return Object.fromEntries(wanted);
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
