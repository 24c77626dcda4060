import type { CurrentMemoryResponse, MemoryStats, WorkerMemoryState, WorkerMemorySummary } from '@drover/contract';
import { evaluateRecycle, type HostPresence, type MemoryLimits, percentOf, type WorkerReport } from '@drover/core';
import { wireNumber } from './wire-number.js';

export type LimitsFor = (queueName: string) => MemoryLimits;

const sizes = ['heapUsed', 'heapTotal', 'external', 'rss', 'arrayBuffers'] as const;

/** Live workers in the guide's shape, by queue, then by start. */
export function workerSummary(reports: readonly WorkerReport[], limitsFor: LimitsFor): WorkerMemorySummary {
  const live = reports
    .filter(({ state }) => state !== 'stopped')
    .sort((a, b) => a.queueName.localeCompare(b.queueName) || a.startedAtMs - b.startedAtMs);
  const workers = live.map((report) => workerState(report, limitsFor(report.queueName)));
  const processes = uniqueProcesses(live);
  const rssMB = processes.reduce((sum, { memory }) => sum + memory.rss, 0);
  return {
    totalWorkers: workers.length,
    totalJobsProcessed: workers.reduce((sum, { jobsProcessed }) => sum + jobsProcessed, 0),
    averageMemoryUsage: processes.length === 0 ? 0 : wireNumber(rssMB / processes.length),
    workersNeedingRecycle: workers.filter(({ shouldRecycle }) => shouldRecycle).length,
    workers,
  };
}

function workerState(report: WorkerReport, limits: MemoryLimits): WorkerMemoryState {
  const hardLimitMB = report.memoryLimitMB ?? limits.hardLimitMB;
  const reason = (report.recycle ?? evaluateRecycle(report, { ...limits, hardLimitMB }))?.reason ?? null;
  return {
    workerId: report.workerId,
    queueName: report.queueName,
    jobsProcessed: report.totals.completed + report.totals.failed,
    startTime: new Date(report.startedAtMs),
    lastMemoryCheck: {
      ...roundedSizes(report.memory),
      percentage: wireNumber(percentOf(report.memory.rss, hardLimitMB)),
      timestamp: new Date(report.reportedAtMs),
    },
    shouldRecycle: reason !== null,
    ...(reason === null ? {} : { recycleReason: reason }),
    host: report.host,
    pid: report.pid,
    state: report.state,
    active: report.active,
    concurrency: report.concurrency,
    cpuPercent: wireNumber(report.cpuShare * 100),
    eventLoopDelayMs: wireNumber(report.eventLoopDelayMs),
    reportedAt: new Date(report.reportedAtMs),
    version: report.version,
  };
}

/** The workers' sum against the sum of their limits: the guide's current memory of the system. */
export function currentMemory(
  reports: readonly WorkerReport[],
  hosts: readonly HostPresence[],
  limitsFor: LimitsFor,
  nowMs: number,
): CurrentMemoryResponse {
  const processes = uniqueProcesses(reports.filter(({ state }) => state !== 'stopped'));
  const sums = Object.fromEntries(
    sizes.map((size) => [size, wireNumber(processes.reduce((sum, { memory }) => sum + memory[size], 0))]),
  ) as Record<(typeof sizes)[number], number>;
  const limits = processes.map((report) => ({
    softLimitMB: limitsFor(report.queueName).softLimitMB,
    hardLimitMB: report.memoryLimitMB ?? limitsFor(report.queueName).hardLimitMB,
  }));
  const softLimitMB = limits.reduce((sum, limit) => sum + limit.softLimitMB, 0);
  const hardLimitMB = limits.reduce((sum, limit) => sum + limit.hardLimitMB, 0);
  const { warningThresholdPercent } = limitsFor('');
  const percentage = wireNumber(percentOf(sums.rss, hardLimitMB));
  const stats: MemoryStats = { ...sums, percentage, timestamp: new Date(nowMs) };
  return {
    stats,
    limits: { softLimitMB, hardLimitMB, warningThresholdPercent },
    status: {
      withinLimits: sums.rss <= softLimitMB,
      exceedsWarning: percentage >= warningThresholdPercent,
      exceedsCritical: hardLimitMB > 0 && sums.rss >= hardLimitMB,
    },
    // A platform is no machine.
    hosts: hostMemory(
      processes,
      hosts.filter(({ platform }) => platform === undefined),
    ),
  };
}

function hostMemory(
  processes: readonly WorkerReport[],
  hosts: readonly HostPresence[],
): NonNullable<CurrentMemoryResponse['hosts']> {
  const names = [...new Set([...processes.map(({ host }) => host), ...hosts.map(({ host }) => host)])].sort();
  return names.map((host) => {
    const own = processes.filter((report) => report.host === host);
    const presence = hosts.find((candidate) => candidate.host === host);
    return {
      host,
      workers: own.length,
      rssMB: wireNumber(own.reduce((sum, { memory }) => sum + memory.rss, 0)),
      ...(presence ? { totalMemoryMB: presence.totalMemoryMB, freeMemoryMB: presence.freeMemoryMB } : {}),
    };
  });
}

/** A process that serves several queues has one memory, and counts once. */
function uniqueProcesses(reports: readonly WorkerReport[]): WorkerReport[] {
  return [...new Map(reports.map((report) => [`${report.host}:${report.pid}`, report])).values()];
}

function roundedSizes(memory: WorkerReport['memory']): WorkerReport['memory'] {
  const entries = sizes.map((size) => [size, wireNumber(memory[size])] as const);
  return Object.fromEntries(entries) as unknown as WorkerReport['memory'];
}
