import type { ExportTable } from '../../models/table-export';
import type { WorkerRow } from '../../models/worker-rows';

export function workerExport(rows: readonly WorkerRow[]): ExportTable {
  return {
    columns: [
      ...['worker', 'queue', 'host', 'pid', 'version', 'state', 'reason', 'startedAt', 'jobs', 'active', 'concurrency'],
      ...['rssMB', 'softLimitMB', 'hardLimitMB', 'cpuPercent', 'eventLoopDelayMs', 'reportedAt'],
    ],
    rows: rows.map(({ worker, state, reason, rssMB, softMB, hardMB }) => [
      ...[worker.workerId, worker.queueName, worker.host, worker.pid, worker.version, state, reason, worker.startTime],
      ...[worker.jobsProcessed, worker.active, worker.concurrency, rssMB, softMB, hardMB],
      ...[worker.cpuPercent, worker.eventLoopDelayMs, worker.reportedAt],
    ]),
  };
}
