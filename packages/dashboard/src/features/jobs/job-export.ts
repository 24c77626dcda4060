import type { JobSummary } from '@drover/contract';
import type { ExportTable } from '../../models/table-export';

export function jobExport(jobs: readonly JobSummary[]): ExportTable {
  return {
    columns: [
      ...['queue', 'jobId', 'name', 'state', 'priority', 'attemptsMade', 'maxAttempts', 'addedAt', 'dueAt'],
      ...['startedAt', 'finishedAt', 'worker', 'error', 'schedule', 'parentQueue', 'parentJob', 'dataBytes'],
    ],
    rows: jobs.map((job) => [
      ...[job.queueName, job.jobId, job.name, job.state, job.priority, job.attemptsMade, job.maxAttempts, job.addedAt],
      ...[job.dueAt, job.startedAt, job.finishedAt, job.processedBy, job.error, job.scheduleId],
      ...[job.parent?.queueName, job.parent?.jobId, job.dataBytes],
    ]),
  };
}
