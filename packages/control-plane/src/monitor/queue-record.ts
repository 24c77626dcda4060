import {
  Histogram,
  type QueueInterval,
  type QueueReading,
  type QueueState,
  QueueWindow,
  type WorkerTotals,
  zeroTotals,
} from '@drover/core';

/** Everything the monitor remembers of one queue between ticks. */
export interface QueueRecord {
  readonly queueName: string;
  readonly window: QueueWindow;
  /** Last state that could be read. */
  state: QueueState | null;
  unreadableBecause: string | null;
  /** True once a worker of the queue reported to Drover. */
  ours: boolean;
  /** Since Drover first saw the queue. */
  totals: WorkerTotals;
  /** Gathered for the history slot that is open now. */
  slot: SlotSums;
  /** True once finished jobs were sampled for a queue whose workers do not report. */
  sampled: boolean;
}

export interface SlotSums {
  finished: number;
  failures: number;
  timeouts: number;
  arrived: number;
  processing: Histogram;
}

export function emptySlot(): SlotSums {
  return { finished: 0, failures: 0, timeouts: 0, arrived: 0, processing: new Histogram() };
}

export function newQueueRecord(queueName: string, totals: WorkerTotals = zeroTotals): QueueRecord {
  return {
    queueName,
    window: new QueueWindow(),
    state: null,
    unreadableBecause: null,
    ours: false,
    totals,
    slot: emptySlot(),
    sampled: false,
  };
}

/** Takes one tick's reading and work into a queue's record. */
export function updateRecord(
  record: QueueRecord,
  reading: QueueReading | undefined,
  interval: QueueInterval | undefined,
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
    record.sampled = false;
    record.totals = addTotals(record.totals, interval.totals);
    const waitingChange = before && record.state ? record.state.waiting - before.waiting : 0;
    record.window.push(interval, waitingChange);
    record.slot.arrived += waitingChange + interval.totals.started;
    addToSlot(record.slot, interval);
  }
  record.window.advance(nowMs);
}

/** Takes what a sample of finished jobs showed into the record of a queue whose workers do not report. */
export function updateFromSample(record: QueueRecord, interval: QueueInterval): void {
  record.sampled = true;
  record.window.push(interval, 0);
  addToSlot(record.slot, interval);
}

function addToSlot(slot: SlotSums, { totals, processing }: QueueInterval): void {
  slot.finished += totals.completed + totals.failed;
  slot.failures += totals.failed;
  slot.timeouts += totals.timedOut;
  if (processing) slot.processing.add(processing);
}

function addTotals(a: WorkerTotals, b: WorkerTotals): WorkerTotals {
  const sum = { ...a };
  for (const key of Object.keys(sum) as (keyof WorkerTotals)[]) sum[key] += b[key];
  return sum;
}
