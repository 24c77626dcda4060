import { type DesiredWorkerState, desiredKey, desiredTable, type Engine, type WorkerReport } from '@drover/core';
import { type EngineQueue, openEngine, openQueues, type QueueConnection } from '@drover/engines';
import { startPostgres, startRedis } from '@drover/testkit';
import { Redis } from 'ioredis';
import pg from 'pg';
import type { WorkerProcessEngine } from '../process/worker-process-spec.js';

/** An engine of the test's own, as workers and a control plane see it. */
export interface WorkerEngine {
  readonly spec: WorkerProcessEngine;
  readonly workerArgs: QueueConnection['workerArgs'];
  readonly limiters: Engine['limiters'];
  readonly settings: Engine['settings'];
  /** The control plane's side. */
  readonly control: Engine;
  /** With the options of the first call for that name. */
  queue<Data = unknown>(name: string, options?: Parameters<QueueConnection['queue']>[1]): EngineQueue<Data>;
  /** The report of a worker as the control plane reads it; rejects when there is none. */
  reportOf(workerId: string): Promise<WorkerReport>;
  /** Stores a desired state where a worker looks for it. */
  setDesired(workerId: string, desired: DesiredWorkerState): Promise<void>;
  halt(): Promise<void>;
  resume(): Promise<void>;
  close(): Promise<void>;
}

export const workerEngines = {
  async Redis(): Promise<WorkerEngine> {
    const server = await startRedis();
    const redis = new Redis(server.url, { retryStrategy: () => 100, maxRetriesPerRequest: null });
    redis.on('error', () => undefined);
    return over(server.url, {
      spec: { kind: 'redis', connection: { url: server.url } },
      async setDesired(workerId, desired) {
        await redis.set(desiredKey('drover', workerId), JSON.stringify(desired));
      },
      halt: () => server.kill(),
      resume: () => server.restart(),
      async close() {
        redis.disconnect();
        await server.stop();
      },
    });
  },

  async PostgreSQL(): Promise<WorkerEngine> {
    const server = await startPostgres();
    const pool = new pg.Pool({ connectionString: server.url, max: 1 });
    pool.on('error', () => undefined);
    return over(server.url, {
      spec: { kind: 'postgres', connection: { connectionString: server.url } },
      async setDesired(workerId, { version, ...state }) {
        const statement = `INSERT INTO drover.${desiredTable} (worker_id, version, state) VALUES ($1, $2, $3)`;
        await pool.query(statement, [workerId, version, JSON.stringify(state)]);
      },
      halt: () => server.halt(),
      resume: () => server.restart(),
      async close() {
        await pool.end();
        await server.stop();
      },
    });
  },
} as const;

type Outside = Pick<WorkerEngine, 'spec' | 'setDesired' | 'halt' | 'resume' | 'close'>;

async function over(url: string, outside: Outside): Promise<WorkerEngine> {
  const engine: Engine = await openEngine(url);
  const queues = await openQueues(url);
  return {
    ...outside,
    control: engine,
    workerArgs: () => queues.workerArgs(),
    limiters: engine.limiters,
    settings: engine.settings,
    queue(name, options) {
      const queue = queues.queue(name, options);
      // Without a listener BullMQ prints every error of an outage.
      queue.on('error', () => undefined);
      return queue as EngineQueue<never>;
    },
    async reportOf(workerId) {
      const report = (await engine.fleet.readReports()).find((one) => one.workerId === workerId);
      if (report === undefined) throw new Error(`no report of ${workerId}`);
      return report;
    },
    async close() {
      await queues.close();
      await engine.close();
      await outside.close();
    },
  };
}
