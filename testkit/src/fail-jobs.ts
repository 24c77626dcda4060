import type { QueueConnection } from '@drover/engines';
import { UnrecoverableError, Worker } from 'bullmq';

/** Adds jobs and lets a BullMQ worker fail each of them for good. */
export async function failJobs(queues: QueueConnection, queueName: string, count: number, options: object = {}) {
  const { options: connection, backendFactory } = queues.workerArgs();
  const fail = async () => {
    throw new UnrecoverableError('meant to');
  };
  let failed = 0;
  const worker = new Worker(queueName, fail, { ...connection, concurrency: 50 }, backendFactory);
  worker.on('error', () => undefined);
  const done = new Promise<void>((resolve) => {
    worker.on('failed', () => {
      failed += 1;
      if (failed === count) resolve();
    });
  });
  const jobs = Array.from({ length: count }, (_, index) => ({ name: 'job', data: { index }, opts: options }));
  await queues.queue(queueName).addBulk(jobs);
  await done;
  await worker.close();
}
