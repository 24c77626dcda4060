import { type PostgresServer, startPostgres } from '@drover/testkit';
import { Worker } from 'bullmq';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openEngine } from './open-engine.js';
import { openQueues } from './open-queues.js';

let server: PostgresServer;

beforeAll(async () => {
  server = await startPostgres();
});

afterAll(() => server?.stop());

describe('openQueues', () => {
  it.each(['bullmq', 'jobs_of_ours'])('adds and works off jobs in the PostgreSQL schema %s', async (schema) => {
    const queues = await openQueues(server.url, { schema });
    const { options, backendFactory } = queues.workerArgs();
    const queue = queues.queue(`mail-in-${schema}`);
    let resolve: (text: string) => void = () => undefined;
    let reject: (error: Error) => void = () => undefined;
    const done = new Promise<string>((onDone, onError) => {
      resolve = onDone;
      reject = onError;
    });
    const worker = new Worker(queue.name, async (job) => resolve(String(job.data)), options, backendFactory);
    worker.on('error', reject);
    await queue.add('send', 'hello');
    expect(await done).toBe('hello');
    const engine = await openEngine(server.url, { schema });
    expect(await engine.queues.discover()).toEqual([queue.name]);
    await engine.close();
    await worker.close();
    await queues.close();
  });
});
