/**
 * A process of the limiter proof: a drop-in worker whose handlers would ask for permits as
 * fast as they come, and nothing else. Sends when each was granted, by the engine's clock.
 */

import { setMaxListeners } from 'node:events';
import { type EngineConnection, openQueues } from '@drover/engines';
import { limiter, Worker } from '@drover/worker';
import type { IQueueBackend } from 'bullmq';

export interface HammerOrder {
  readonly url: string;
  readonly limiters: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly limiterName: string;
  /** Requests under way at once. */
  readonly demand: number;
}

const order = JSON.parse(process.argv[2] ?? '') as HammerOrder;
const queues = await openQueues(order.url, { maxConnections: 2 });
const { options, backendFactory } = queues.workerArgs();
const worker = new Worker<unknown, unknown, string, IQueueBackend, never, EngineConnection>(
  'hammered',
  null,
  { ...options, drover: { report: false, limiters: order.limiters } },
  backendFactory,
);
worker.on('error', () => undefined);
await worker.waitUntilReady();

const stop = new AbortController();
setMaxListeners(order.demand + 1, stop.signal);
const grantedAtMs: number[] = [];
process.once('message', () => void hammer());
process.send?.('ready');

async function hammer(): Promise<void> {
  process.once('message', () => stop.abort());
  const api = limiter(order.limiterName, worker);
  const ask = async () => {
    while (!stop.signal.aborted) {
      const { atMs } = await api.acquire({ signal: stop.signal, maxWaitMs: Number.POSITIVE_INFINITY });
      grantedAtMs.push(atMs);
    }
  };
  await Promise.allSettled(Array.from({ length: order.demand }, ask));
  process.send?.(grantedAtMs, () => process.exit(0));
}
