import type { CurrentMemoryResponse, WorkerMemoryState, WorkerMemorySummary } from '@drover/contract';

export type MemoryLevel = 'normal' | 'warning' | 'critical';

export interface MemoryOverview {
  readonly usedMB: number;
  readonly softMB: number;
  readonly hardMB: number;
  /** Of the hard limit, in percent; undefined without a limit. */
  readonly percent: number | undefined;
  readonly level: MemoryLevel;
  readonly workers: number;
  readonly averageMB: number | undefined;
  /** The queue whose workers hold the most, when there is more than one queue. */
  readonly most: { readonly queueName: string; readonly workers: number; readonly rssMB: number } | undefined;
  readonly needRecycle: number;
  readonly hosts: readonly HostMemory[];
}

export interface HostMemory {
  readonly host: string;
  readonly workers: number;
  readonly rssMB: number;
  /** Of the whole machine, in percent; undefined where it did not say. */
  readonly usedPercent: number | undefined;
  readonly totalMB: number | undefined;
}

export function memoryOverview(summary: WorkerMemorySummary, current: CurrentMemoryResponse): MemoryOverview {
  const { stats, limits, status } = current;
  const usedMB = stats.rss;
  return {
    usedMB,
    softMB: limits.softLimitMB,
    hardMB: limits.hardLimitMB,
    percent: limits.hardLimitMB > 0 ? (usedMB / limits.hardLimitMB) * 100 : undefined,
    level: status.exceedsCritical ? 'critical' : status.exceedsWarning ? 'warning' : 'normal',
    workers: summary.totalWorkers,
    averageMB: summary.totalWorkers > 0 ? summary.averageMemoryUsage : undefined,
    most: heaviestQueue(summary.workers),
    needRecycle: summary.workersNeedingRecycle,
    hosts: (current.hosts ?? []).map(hostMemory).toSorted((a, b) => (b.usedPercent ?? 0) - (a.usedPercent ?? 0)),
  };
}

function hostMemory(host: NonNullable<CurrentMemoryResponse['hosts']>[number]): HostMemory {
  const { totalMemoryMB: totalMB, freeMemoryMB: freeMB } = host;
  const usedPercent = totalMB && freeMB !== undefined ? (1 - freeMB / totalMB) * 100 : undefined;
  return { host: host.host, workers: host.workers, rssMB: host.rssMB, usedPercent, totalMB };
}

function heaviestQueue(workers: readonly WorkerMemoryState[]): MemoryOverview['most'] {
  const byQueue = new Map<string, { queueName: string; workers: number; rssMB: number }>();
  for (const { queueName, lastMemoryCheck } of workers) {
    const entry = byQueue.get(queueName) ?? { queueName, workers: 0, rssMB: 0 };
    entry.workers += 1;
    entry.rssMB += lastMemoryCheck.rss;
    byQueue.set(queueName, entry);
  }
  if (byQueue.size < 2) return undefined;
  return [...byQueue.values()].reduce((most, entry) => (entry.rssMB > most.rssMB ? entry : most));
}

/** A worker against its own limit: the bar turns amber above the soft limit, red from 90 % of the hard one. */
export function workerLevel(percentOfHard: number, softShare: number): MemoryLevel {
  if (percentOfHard >= 90) return 'critical';
  return percentOfHard >= softShare * 100 ? 'warning' : 'normal';
}
