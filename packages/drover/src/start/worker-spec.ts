import { randomBytes } from 'node:crypto';
import { Fault } from '@drover/core';
import { enginePrefixes } from '@drover/engines';
import type { WorkerProcessEngine, WorkerProcessSpec } from '@drover/worker/process';
import type { ResolvedConfig } from '../config/resolve-config.js';

/** Unique for ever; begins with the queue, so that a list of processes reads well. */
export function newWorkerId(queueName: string): string {
  return `${queueName.replaceAll(/[^\w.-]/g, '_').slice(0, 60)}-${randomBytes(4).toString('hex')}`;
}

/** What a worker process is told. Throws `invalid_input` for a queue that has no processor. */
export function workerSpec(
  config: ResolvedConfig,
  engine: WorkerProcessEngine,
  worker: { readonly queueName: string; readonly workerId: string; readonly host: string },
): WorkerProcessSpec {
  const queue = config.queues.get(worker.queueName);
  if (!queue?.processor) {
    const known = [...config.queues.values()].filter(({ processor }) => processor).map(({ queueName }) => queueName);
    const hint = known.length > 0 ? `it names one for: ${known.join(', ')}` : 'it names none';
    throw new Fault('invalid_input', `The configuration has no processor for the queue ${worker.queueName}; ${hint}.`);
  }
  return {
    ...worker,
    engine,
    processorFile: queue.processor,
    sandboxed: queue.sandboxed,
    concurrency: queue.concurrency,
    graceMs: queue.graceMs,
    memoryLimitMB: queue.memory.hardLimitMB,
    ownMemoryLimit: queue.ownMemory.hardLimitMB !== undefined,
    statePrefix: enginePrefixes(config.engine, config).statePrefix,
    limiters: config.limiters,
    limiter: queue.limiters,
    ...(config.telemetry && { telemetry: config.telemetry }),
    worker: queue.workerOptions,
  };
}
