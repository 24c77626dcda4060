import {
  addToTally,
  emptyTally,
  Histogram,
  type MissedSchedule,
  type QueueInterval,
  type QueueReading,
  type QueueState,
  type QueueTally,
  QueueWindow,
  type TallyChange,
  type WorkerTotals,
  zeroTotals,
} from '@drover/core';
import { LimiterWaitWindow } from './limiter-wait-window.js';

/** Everything the monitor remembers of one queue between ticks. */
export interface QueueRecord {
  readonly queueName: string;
  readonly window: QueueWindow;
  readonly limiterWaits: LimiterWaitWindow;
  /** Last state that could be read. */
  state: QueueState | null;
  unreadableBecause: string | null;
  /** `null` until it was looked for. */
  missedSchedules: readonly MissedSchedule[] | null;
  /** True once a worker of the queue reported to Drover. */
  ours: boolean;
  /** Since Drover first saw the queue. */
  totals: WorkerTotals;
  /** Since Drover first saw the queue, as `totals`. */
  tally: QueueTally;
  /** Gathered for the history slot that is open now. */
  slot: SlotSums;
  /** Set once finished jobs were sampled for a queue whose workers do not report. */
  sampled: SampledRate | null;
}

/** How fast a queue of foreign workers went, when we last looked. */
export interface SampledRate {
  readonly atMs: number;
  readonly perMinute: number;
}

export interface SlotSums {
  /** True once anything told of the slot; without it the sums are zeros that nobody saw. */
  seen: boolean;
  finished: number;
  failures: number;
  timeouts: number;
  arrived: number;
  processing: Histogram;
}

export function emptySlot(): SlotSums {
  return { seen: false, finished: 0, failures: 0, timeouts: 0, arrived: 0, processing: new Histogram() };
}

export function newQueueRecord(
  queueName: string,
  totals: WorkerTotals = zeroTotals,
  tally: QueueTally = emptyTally,
): QueueRecord {
  return {
    queueName,
    window: new QueueWindow(),
    limiterWaits: new LimiterWaitWindow(),
    state: null,
    unreadableBecause: null,
    missedSchedules: null,
    ours: false,
    totals,
    tally,
    slot: emptySlot(),
    sampled: null,
  };
}

/** Takes one tick's reading and work into a queue's record. */
export function updateRecord(
  record: QueueRecord,
  reading: QueueReading | undefined,
  interval: QueueInterval | undefined,
  change: TallyChange | undefined,
  nowMs: number,
): void {
  const before = record.state;
  if (reading?.ok) {
    record.state = reading.state;
    record.unreadableBecause = null;
  } else if (reading) {
    record.state = null;
    record.unreadableBecause = reading.fault.message;
  }
  if (interval) {
    record.ours = true;
    record.sampled = null;
    record.totals = addTotals(record.totals, interval.totals);
    record.tally = addToTally(record.tally, interval, change);
    const waitingChange = before && record.state ? record.state.waiting - before.waiting : 0;
    record.window.push(interval, waitingChange);
    record.slot.arrived += waitingChange + interval.totals.started;
    addToSlot(record.slot, interval);
  }
  record.window.advance(nowMs);
}

/** Takes what a sample of finished jobs showed into the record of a queue whose workers do not report. */
export function updateFromSample(record: QueueRecord, interval: QueueInterval): void {
  const { fromMs, toMs, totals } = interval;
  const perMinute = ((totals.completed + totals.failed) * 60_000) / Math.max(1, toMs - fromMs);
  record.sampled = { atMs: toMs, perMinute };
  record.window.push(interval, 0);
  addToSlot(record.slot, interval);
}

/** Longer than this an interval was not one look's, but what piled up while nobody could look. */
const LONGEST_LOOK_MS = 20_000;
const SLOT_MS = 10_000;

/** Of what piled up over a long time only a slot's share belongs in this one: a spike nobody had would be stored. */
function addToSlot(slot: SlotSums, { fromMs, toMs, totals, processing }: QueueInterval): void {
  const share = toMs - fromMs > LONGEST_LOOK_MS ? SLOT_MS / (toMs - fromMs) : 1;
  slot.seen = true;
  slot.finished += (totals.completed + totals.failed) * share;
  slot.failures += totals.failed * share;
  slot.timeouts += totals.timedOut * share;
  if (processing && share === 1) slot.processing.add(processing);
}

function addTotals(a: WorkerTotals, b: WorkerTotals): WorkerTotals {
  const sum = { ...a };
  for (const key of Object.keys(sum) as (keyof WorkerTotals)[]) sum[key] += b[key];
  return sum;
}
