import { type FinishedSample, Histogram, type QueueGateway, type QueueInterval, zeroTotals } from '@drover/core';
import { type QueueRecord, updateFromSample } from './queue-record.js';

/** Jobs looked at per queue and look. */
const SAMPLE_SIZE = 100;
/** Queues looked at per tick: a thousand foreign queues must not cost a thousand round trips. */
const QUEUES_PER_TICK = 4;
/** How far the first look at a queue reaches back. */
const FIRST_LOOK_MS = 60_000;

/**
 * Reads timings of queues whose workers are plain BullMQ from the finished jobs that BullMQ
 * kept, a few queues per tick, in turn.
 */
export class FinishedSampler {
  private readonly seenUntilMs = new Map<string, number>();
  private turn = 0;

  constructor(
    private readonly gateway: Pick<QueueGateway, 'sampleFinished'>,
    private readonly onError: (queueName: string, error: unknown) => void,
  ) {}

  async sample(records: readonly QueueRecord[], nowMs: number): Promise<void> {
    const foreign = records.filter(({ ours, state }) => !ours && state !== null);
    const due = Array.from({ length: Math.min(QUEUES_PER_TICK, foreign.length) }, (_, offset) => {
      return foreign[(this.turn + offset) % foreign.length];
    });
    this.turn += due.length;
    await Promise.all(due.map((record) => (record ? this.sampleOne(record, nowMs) : undefined)));
  }

  private async sampleOne(record: QueueRecord, nowMs: number): Promise<void> {
    const { queueName, state } = record;
    try {
      const samples = await this.gateway.sampleFinished(queueName, SAMPLE_SIZE);
      const sinceMs = this.seenUntilMs.get(queueName) ?? nowMs - FIRST_LOOK_MS;
      this.seenUntilMs.set(queueName, nowMs);
      const interval = intervalFromSample(samples, { sinceMs, nowMs, keptCompleted: state?.completed ?? 0 });
      if (interval) updateFromSample(record, interval);
    } catch (error) {
      this.onError(queueName, error);
    }
  }
}

/**
 * What finished since the last look, as far as a sample of the newest finished jobs shows
 * it. A full sample that does not reach back to the last look is scaled up by time. `null`
 * when BullMQ keeps no completed jobs: failures alone would read as a queue that only fails.
 */
export function intervalFromSample(
  samples: readonly FinishedSample[],
  look: { readonly sinceMs: number; readonly nowMs: number; readonly keptCompleted: number },
): QueueInterval | null {
  if (look.keptCompleted === 0) return null;
  const sinceMs = reachesBackTo(samples, look);
  const fresh = samples.filter(({ finishedAtMs }) => finishedAtMs > sinceMs);
  const processing = new Histogram();
  const wait = new Histogram();
  for (const { processingMs, waitMs } of fresh) {
    if (processingMs !== null) processing.record(processingMs);
    if (waitMs !== null) wait.record(waitMs);
  }
  const scale = look.nowMs > sinceMs ? (look.nowMs - look.sinceMs) / (look.nowMs - sinceMs) : 1;
  const count = (outcome: FinishedSample['outcome']): number =>
    Math.round(fresh.filter((sample) => sample.outcome === outcome).length * scale);
  const completed = count('completed');
  const failed = count('failed');
  return {
    fromMs: look.sinceMs,
    toMs: look.nowMs,
    totals: { ...zeroTotals, completed, failed },
    processing,
    wait,
  };
}

/**
 * The instant from which on the sample shows everything that finished. A full sample ends
 * at its oldest job. Where BullMQ keeps so few completed jobs that all of them are fresh,
 * older ones are gone while failures of the same time are still there.
 */
function reachesBackTo(
  samples: readonly FinishedSample[],
  { sinceMs, keptCompleted }: { readonly sinceMs: number; readonly keptCompleted: number },
): number {
  const fresh = samples.filter(({ finishedAtMs }) => finishedAtMs > sinceMs);
  const completed = fresh.filter(({ outcome }) => outcome === 'completed');
  const cut = fresh.length >= SAMPLE_SIZE ? fresh : completed.length >= keptCompleted ? completed : [];
  // The oldest of a cut sample is its edge: what finished with it may be missing.
  return cut.length === 0 ? sinceMs : Math.min(...cut.map(({ finishedAtMs }) => finishedAtMs));
}
