// The same with the import changed.
import { Worker } from '@drover/worker';

const { queueName, connection, concurrency, processorFile } = JSON.parse(process.env.BENCH_WORKER);
const { default: processor } = await import(processorFile);
const worker = new Worker(queueName, processor, { connection, concurrency, removeOnComplete: { count: 1000 } });
worker.on('ready', () => process.send({ type: 'ready' }));
