import { encodeHistogram, Histogram, REPORT_FORMAT, type WorkerReport, zeroTotals } from '@drover/core';

/** A worker's report after `completed` and `failed` attempts of the given durations. */
export function workerReport(
  change: Partial<Omit<WorkerReport, 'processing' | 'wait'>> & { durationsMs?: readonly number[] } = {},
): WorkerReport {
  const { durationsMs = [], ...rest } = change;
  const processing = new Histogram();
  for (const duration of durationsMs) processing.record(duration);
  return {
    format: REPORT_FORMAT,
    workerId: 'w1',
    queueName: 'email',
    host: 'node-a',
    pid: 1,
    version: '0.1.0',
    owner: 'drover',
    state: 'ready',
    concurrency: 1,
    active: 0,
    startedAtMs: 0,
    reportedAtMs: 0,
    totals: zeroTotals,
    byName: {},
    processing: Buffer.from(encodeHistogram(processing)).toString('base64'),
    wait: Buffer.from(encodeHistogram(new Histogram())).toString('base64'),
    recentMs: durationsMs,
    minMs: durationsMs.length > 0 ? Math.min(...durationsMs) : null,
    maxMs: durationsMs.length > 0 ? Math.max(...durationsMs) : null,
    memory: { heapUsed: 40, heapTotal: 60, external: 2, rss: 100, arrayBuffers: 1 },
    memoryLimitMB: 512,
    cpuShare: 0.1,
    eventLoopDelayMs: 1,
    lastError: null,
    ...rest,
  };
}
