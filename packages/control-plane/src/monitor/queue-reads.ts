import type { ExecutionStatsResponse, TrendsResponse } from '@drover/contract';
import type { Clock, Engine, Retention, WorkerReport } from '@drover/core';
import { executionStatsFromReports, executionStatsFromSamples } from './execution-stats.js';
import { type HistoryRange, type QueueHistory, readHistory, readTrends } from './history-reader.js';
import type { Monitor } from './monitor.js';

const SAMPLE_SIZE = 100;
/** Trends of a thousand queues are a minute's resolution at best: nobody sees a younger answer. */
const TRENDS_FRESH_MS = 15_000;

export interface QueueReads {
  history(queueName: string, range: HistoryRange): Promise<QueueHistory>;
  executionStats(queueName: string): Promise<ExecutionStatsResponse>;
  trends(rangeMs: number): Promise<TrendsResponse>;
}

export interface QueueReadsOptions {
  readonly engine: Engine;
  readonly monitor: Monitor;
  readonly clock: Clock;
  readonly retention: readonly Retention[];
  readonly tickMs: number;
}

/**
 * Reads that go beyond the snapshot. Answers are shared: a hundred dashboards that ask for
 * the same thing within its freshness cost the engine one read.
 */
export function createQueueReads(options: QueueReadsOptions): QueueReads {
  const { engine, monitor, clock, retention } = options;
  const shared = shareAnswers(clock);

  const reports = (): Promise<readonly WorkerReport[]> => {
    const seen = monitor.reports();
    if (seen.length > 0) return Promise.resolve(seen);
    return shared('reports', options.tickMs, () => engine.fleet.readReports());
  };

  return {
    history: (queueName, range) =>
      shared(`history ${queueName} ${JSON.stringify(range)}`, options.tickMs, () =>
        readHistory(engine.metrics, retention, queueName, range, clock.nowMs()),
      ),
    async executionStats(queueName) {
      const own = (await reports()).filter((report) => report.queueName === queueName);
      if (own.length > 0) return executionStatsFromReports(queueName, own);
      return shared(`samples ${queueName}`, options.tickMs, async () =>
        executionStatsFromSamples(queueName, await engine.queues.sampleFinished(queueName, SAMPLE_SIZE)),
      );
    },
    trends: (rangeMs) =>
      shared(`trends ${rangeMs}`, TRENDS_FRESH_MS, () => {
        const names = monitor.current()?.queues.map(({ queueName }) => queueName) ?? [];
        return readTrends(engine.metrics, retention, names, rangeMs, clock.nowMs());
      }),
  };
}

/** Most answers that are held at once; beyond, the oldest go first. */
const MAX_HELD = 500;

function shareAnswers(clock: Clock) {
  const held = new Map<string, { answer: Promise<unknown>; untilMs: number }>();
  return <T>(key: string, freshMs: number, read: () => Promise<T>): Promise<T> => {
    const known = held.get(key);
    if (known && known.untilMs > clock.monotonicMs()) return known.answer as Promise<T>;
    const answer = read();
    held.delete(key);
    held.set(key, { answer, untilMs: clock.monotonicMs() + freshMs });
    // A failure is told to those who asked together, and not held for the next.
    answer.catch(() => held.delete(key));
    const [oldest] = held.keys();
    if (held.size > MAX_HELD && oldest !== undefined) held.delete(oldest);
    return answer;
  };
}
