/**
 * Other work on the engine, as fast as it goes: each job of this process' worker adds the
 * next. Tells its parent every 500 ms how many it has finished so far.
 */
import { openQueues } from '@drover/engines';
import { Worker } from 'bullmq';

const QUEUE = 'other-work';
const TELL_EVERY_MS = 500;

const [url = '', concurrency] = process.argv.slice(2);
const queues = await openQueues(url, { maxConnections: 12 });
const queue = queues.queue(QUEUE, { defaultJobOptions: { removeOnComplete: true } });
const { options, backendFactory } = queues.workerArgs();
let finished = 0;
const worker = new Worker(
  QUEUE,
  async () => {
    await queue.add('work', { to: 'someone@example.com' });
    finished += 1;
  },
  { ...options, concurrency: Number(concurrency) },
  backendFactory,
);
worker.on('error', (error) => process.stderr.write(`${error.message}\n`));
await queue.addBulk(Array.from({ length: 3 * Number(concurrency) }, () => ({ name: 'work', data: {} })));
setInterval(() => process.send?.({ finished }), TELL_EVERY_MS);
process.on('disconnect', () => process.exit(0));
