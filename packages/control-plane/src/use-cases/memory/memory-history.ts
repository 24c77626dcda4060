import type { MemoryHistoryQuery, MemoryHistoryResponse, QueueMetrics } from '@drover/contract';
import { SYSTEM_SERIES } from '@drover/core';
import { historyWindow } from '../history-window.js';
import type { Reads } from '../reads.js';
import { KEEP_MINUTES_MS, type MemoryMinute, type MemoryMinutes, MINUTE_MS } from './memory-minutes.js';

const DEFAULT_LIMIT = 60;

export interface MemoryHistoryDependencies {
  readonly minutes: Pick<MemoryMinutes, 'of'>;
  readonly reads: Pick<Reads, 'history'>;
}

/** The memory of a worker, of a queue's workers, or of all, over time. */
export async function readMemoryHistory(
  { minutes, reads }: MemoryHistoryDependencies,
  query: MemoryHistoryQuery,
  nowMs: number,
): Promise<MemoryHistoryResponse> {
  const { workerId, queueName, limit = DEFAULT_LIMIT } = query;
  const [sinceMs, untilMs] = [query.since?.getTime(), query.until?.getTime()];
  if (workerId !== undefined) {
    const lastMs = untilMs ?? nowMs;
    // Two more: the minute that is being seen is not known yet, and the first may be cut.
    const firstMs = Math.max(sinceMs ?? lastMs - (limit + 2) * MINUTE_MS, nowMs - KEEP_MINUTES_MS);
    return workerHistory(workerId, await minutes.of(workerId, firstMs, lastMs), limit);
  }
  const range = historyWindow({ limit, sinceMs, untilMs }, nowMs);
  const { stepMs, entries } = await reads.history(queueName ?? SYSTEM_SERIES, range);
  return {
    ...(queueName === undefined ? { of: 'system' } : { of: 'queue', queueName }),
    stepMs,
    points: entries.filter(isKnown).map(({ timestamp, memoryUsageMB, memoryPercentage, workers, unknown }) => ({
      timestamp,
      rssMB: memoryUsageMB,
      // The system's sum has no share of one limit.
      ...(unknown?.includes('memoryPercentage') ? {} : { percentage: memoryPercentage }),
      ...(workers === undefined ? {} : { workers }),
    })),
  };
}

function workerHistory(workerId: string, minutes: readonly MemoryMinute[], limit: number): MemoryHistoryResponse {
  const points = minutes.slice(-limit).map(({ atMs, rssMB, heapUsedMB }) => {
    return { timestamp: new Date(atMs), rssMB, heapUsedMB };
  });
  return { of: 'worker', workerId, stepMs: MINUTE_MS, points };
}

function isKnown({ unknown }: QueueMetrics): boolean {
  return unknown?.includes('memoryUsageMB') !== true;
}
