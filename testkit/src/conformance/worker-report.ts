import { encodeHistogram, Histogram, REPORT_FORMAT, type WorkerReport } from '@drover/core';

/** A worker's report as it stands soon after its start. */
export function workerReport(part: Partial<WorkerReport> = {}): WorkerReport {
  const empty = Buffer.from(encodeHistogram(new Histogram())).toString('base64');
  return {
    format: REPORT_FORMAT,
    workerId: 'worker-1',
    queueName: 'emails',
    host: 'host-1',
    pid: 4711,
    version: '0.1.0',
    owner: 'drover',
    state: 'ready',
    concurrency: 4,
    active: 0,
    startedAtMs: 1_000,
    reportedAtMs: 2_000,
    totals: { started: 0, firstStarted: 0, completed: 0, failed: 0, timedOut: 0, stalled: 0, handedBack: 0 },
    byName: {},
    processing: empty,
    wait: empty,
    recentMs: [],
    minMs: null,
    maxMs: null,
    memory: { heapUsed: 10, heapTotal: 20, external: 1, rss: 60, arrayBuffers: 0 },
    memoryLimitMB: null,
    cpuShare: 0,
    eventLoopDelayMs: 1,
    lastError: null,
    ...part,
  };
}
