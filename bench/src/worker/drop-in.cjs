// The same with the import changed.
const { Worker } = require('@drover/worker');

const { queueName, connection, concurrency, processorFile } = JSON.parse(process.env.BENCH_WORKER);
import(processorFile).then(({ default: processor }) => {
  const worker = new Worker(queueName, processor, { connection, concurrency, removeOnComplete: { count: 1000 } });
  worker.on('ready', () => process.send({ type: 'ready' }));
});
