import type { TrendsResponse } from '@drover/contract';
import type { Clock, Engine, Retention, WorkerReport } from '@drover/core';
import type { Reads } from '../use-cases/reads.js';
import { executionStatsFromReports, executionStatsFromSamples } from './execution-stats.js';
import { readHistory, readTrends } from './history-reader.js';
import type { Monitor } from './monitor.js';

const SAMPLE_SIZE = 100;
/** A sparkline's step is a minute or more, and a thousand of them are the dearest read: shared for longer than a tick. */
const TRENDS_FRESH_MS = 15_000;
const MAX_TRENDS = 20;

export interface MonitorReadsOptions {
  readonly engine: Engine;
  readonly monitor: Monitor;
  readonly clock: Clock;
  readonly retention: readonly Retention[];
}

/** What the API reads: from the monitor's snapshot where that holds it, else from the engine. */
export function createReads(options: MonitorReadsOptions): Reads {
  const { engine, monitor, clock, retention } = options;
  const trends = new Map<number, { readonly answer: Promise<TrendsResponse>; readonly untilMs: number }>();

  const reports = async (): Promise<readonly WorkerReport[]> => {
    const seen = monitor.reports();
    return seen.length > 0 ? seen : engine.fleet.readReports();
  };

  return {
    current: () => monitor.current(),
    subscribe: (listener) => monitor.subscribe(listener),
    status: () => monitor.status(),
    published: () => monitor.published(),
    history: (queueName, range) => readHistory(engine.metrics, retention, queueName, range, clock.nowMs()),
    async executionStats(queueName) {
      const own = (await reports()).filter((report) => report.queueName === queueName);
      if (own.length > 0) return executionStatsFromReports(queueName, own);
      return executionStatsFromSamples(queueName, await engine.queues.sampleFinished(queueName, SAMPLE_SIZE));
    },
    trends(rangeMs) {
      const held = trends.get(rangeMs);
      if (held && held.untilMs > clock.monotonicMs()) return held.answer;
      const names = monitor.current()?.queues.map(({ queueName }) => queueName) ?? [];
      const answer = readTrends(engine.metrics, retention, names, rangeMs, clock.nowMs());
      // The caller chooses the range: whoever asks for a million of them gets no room for that.
      if (trends.size >= MAX_TRENDS) trends.clear();
      trends.set(rangeMs, { answer, untilMs: clock.monotonicMs() + TRENDS_FRESH_MS });
      // A failure is told to those who asked together, and not held for the next.
      answer.catch(() => trends.delete(rangeMs));
      return answer;
    },
  };
}
