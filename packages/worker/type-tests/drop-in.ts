/**
 * Programs that compile against BullMQ's Worker, written against ours: changing the import
 * is the whole migration. Compiled by `src/drop-in-types.test.ts`; never run.
 */
import { Worker, type WorkerOptions } from '@drover/worker';
import {
  type WorkerOptions as BullOptions,
  Worker as BullWorker,
  createPostgresBackend,
  type Job,
  type PgPool,
  type PostgresConnectionOptions,
  type PostgresQueueBackend,
  type Processor,
  type RedisQueueBackend,
} from 'bullmq';
import { Redis } from 'ioredis';

interface Mail {
  readonly to: string;
}
type MailJob = Job<Mail, number, 'send' | 'resend'>;

const connection = { host: 'localhost', port: 6379 };
const options: BullOptions = { connection, concurrency: 5, limiter: { max: 1, duration: 1000 } };

// As in BullMQ's README, and with every form of a processor and a connection.
new Worker('mail', async (job) => job.data.anything, { connection });
new Worker(
  'mail',
  async (job: MailJob, token?: string, signal?: AbortSignal) => (token && signal ? job.attemptsMade : 2),
  options,
);
new Worker('mail', '/srv/processor.js', { connection: { url: 'redis://localhost' } });
new Worker('mail', new URL('file:///srv/processor.js'), { connection, useWorkerThreads: true });
new Worker('mail', null, { connection: new Redis({ maxRetriesPerRequest: null }), autorun: false });
new Worker('mail', undefined, options);
new Worker('mail');
new Worker('mail', async () => {}, { ...options, drover: { workerId: 'w1', memoryLimitMB: 256, report: false } });
const ours: WorkerOptions = options;
const theirs: BullOptions = ours;
new BullWorker('mail', null, theirs);

// Type parameters in BullMQ's order.
const typed = new Worker<Mail, number, 'send' | 'resend'>('mail', async (job) => job.data.to.length, options);
typed.on('completed', (job, result, previous) => {
  const length: number = result;
  const to: string = job.data.to;
  const name: 'send' | 'resend' = job.name;
  return [length, to, name, previous.length];
});
typed.once('failed', (job, error) => [job?.id, error.message]);
typed.off('stalled', (jobId: string) => jobId);
typed.on('lockRenewalFailed', (ids) => ids.join());
const processor: Processor<Mail, number, 'send' | 'resend'> = async (job) => job.attemptsMade;
new Worker<Mail, number, 'send' | 'resend'>('mail', processor, options);

// Usable wherever BullMQ's is expected.
const asBull: BullWorker<Mail, number, 'send' | 'resend'> = typed;
const backend: RedisQueueBackend = typed.getBackend();
const closed: Promise<void> = typed.close(true);
const limit: Error = Worker.RateLimitError();
typed.concurrency = 4;
typed.cancelJob('1', 'reason');
void [asBull.isRunning(), backend.redisVersion, closed, limit];

declare const pool: PgPool;
// PostgreSQL, by string, by configuration and by pool.
const onPostgres = new Worker('mail', async () => {}, { connection: 'postgres://localhost/db' }, createPostgresBackend);
const postgresBackend: PostgresQueueBackend = onPostgres.getBackend();
new Worker('mail', processor, { connection: { host: 'localhost', schema: 'jobs' } }, createPostgresBackend);
new Worker('mail', '/srv/processor.js', { connection: pool }, createPostgresBackend);
const postgresType: Worker<Mail, number, string, PostgresQueueBackend, never, PostgresConnectionOptions> | null = null;
void [postgresBackend, postgresType];

class Audited extends Worker<Mail, number> {
  protected override async callProcessJob(job: Job<Mail, number>, token: string, signal?: AbortSignal) {
    return super.callProcessJob(job, token, signal);
  }
}
new Audited('mail', async () => 1, options);

// What BullMQ refuses, ours refuses.
// @ts-expect-error an option that does not exist
new Worker('mail', async () => {}, { connection, concurency: 5 });
// @ts-expect-error a result of another type
new Worker<Mail, number>('mail', async () => 'text', options);
// @ts-expect-error an event that does not exist
typed.on('complete', () => {});
// @ts-expect-error PostgreSQL's string without its backend
new Worker('mail', async () => {}, { connection: 'postgres://localhost/db' });
// @ts-expect-error an option of Drover's that does not exist
new Worker('mail', async () => {}, { connection, drover: { workerName: 'w1' } });
