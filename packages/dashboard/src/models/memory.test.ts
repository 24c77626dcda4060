import type { WorkerMemoryState, WorkerMemorySummary } from '@drover/contract';
import { describe, expect, it } from 'vitest';
import { at } from '../../testing/queues.js';
import { memoryOverview, workerLevel } from './memory.js';

function worker(queueName: string, rss: number, changes: Partial<WorkerMemoryState> = {}): WorkerMemoryState {
  const stats = { heapUsed: 1, heapTotal: 2, external: 0, rss, arrayBuffers: 0, percentage: 10, timestamp: at(0) };
  const base = { workerId: `${queueName}-1`, queueName, jobsProcessed: 5, startTime: at(0), shouldRecycle: false };
  return { ...base, lastMemoryCheck: stats, ...changes };
}

function summary(workers: WorkerMemoryState[]): WorkerMemorySummary {
  const rss = workers.reduce((sum, { lastMemoryCheck }) => sum + lastMemoryCheck.rss, 0);
  const totals = { totalWorkers: workers.length, totalJobsProcessed: 10, workersNeedingRecycle: 0 };
  return { ...totals, averageMemoryUsage: rss / Math.max(1, workers.length), workers };
}

const stats = { heapUsed: 1, heapTotal: 2, external: 0, rss: 600, arrayBuffers: 0, percentage: 30, timestamp: at(0) };
const current = {
  stats,
  limits: { softLimitMB: 1_000, hardLimitMB: 2_000, warningThresholdPercent: 80 },
  status: { withinLimits: true, exceedsWarning: false, exceedsCritical: false },
};

describe('memory of all workers', () => {
  it('is told against the hard limit, with the queue that holds most', () => {
    const found = memoryOverview(summary([worker('a', 100), worker('b', 200), worker('b', 300)]), current);
    expect(found).toMatchObject({ percent: 30, level: 'normal', workers: 3, averageMB: 200 });
    expect(found.most).toEqual({ queueName: 'b', workers: 2, rssMB: 500 });
  });

  it('has no percentage without a limit, and no average without a worker', () => {
    const unlimited = { ...current, limits: { ...current.limits, hardLimitMB: 0 } };
    expect(memoryOverview(summary([]), unlimited)).toMatchObject({ percent: undefined, averageMB: undefined });
  });

  it('puts the fullest host first, and says nothing of a machine that did not tell', () => {
    const hosts = [
      { host: 'a', workers: 1, rssMB: 10 },
      { host: 'b', workers: 1, rssMB: 10, totalMemoryMB: 100, freeMemoryMB: 20 },
    ];
    const found = memoryOverview(summary([worker('a', 1)]), { ...current, hosts }).hosts;
    expect(found.map(({ host, usedPercent }) => [host, usedPercent])).toEqual([
      ['b', 80],
      ['a', undefined],
    ]);
  });
});

describe('a worker against its limits', () => {
  it.each([
    [50, 'normal'],
    [75, 'warning'],
    [90, 'critical'],
  ])('%d %% of the hard limit is %s', (percent, level) => expect(workerLevel(percent, 0.75)).toBe(level));
});
