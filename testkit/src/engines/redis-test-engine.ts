import { desiredKey, encodeReport, reportKey, workersKey } from '@drover/core';
import { type EngineOptions, openEngine, openQueues } from '@drover/engines';
import { Redis } from 'ioredis';
import type { RedisServer } from './redis-server.js';
import type { TestEngine } from './test-engine.js';

let opened = 0;

/** A corner of its own on a shared Redis, by prefixes. */
export async function openRedisTestEngine(server: RedisServer, options: EngineOptions = {}): Promise<TestEngine> {
  opened++;
  const names = { prefix: `bull${opened}`, statePrefix: `drover${opened}` };
  const closers: (() => Promise<unknown>)[] = [];
  const open = async (more: EngineOptions = {}) => {
    const engine = await openEngine(server.url, { ...names, ...options, ...more });
    closers.unshift(() => engine.close());
    return engine;
  };
  const engine = await open();
  const queues = await openQueues(server.url, names);
  closers.unshift(() => queues.close());
  const redis = new Redis(server.url, { lazyConnect: true });
  closers.push(async () => redis.disconnect());
  const { options: workerOptions, backendFactory } = queues.workerArgs();
  return {
    engine,
    queues,
    capabilities: {
      prunesHistory: false,
      breakQueue: async (queueName) => {
        await redis.del(`${names.prefix}:${queueName}:completed`);
        await redis.set(`${names.prefix}:${queueName}:completed`, 'not a sorted set');
      },
      // A reading looks at one head: the list's, each priority's, that there is no other, the list's far end.
      readingsToSee: (priorities) => priorities + 3,
    },
    replica: open,
    report: async (report, ttlMs) => {
      await redis.sadd(workersKey(names.statePrefix), report.workerId);
      await redis.set(reportKey(names.statePrefix, report.workerId), encodeReport(report), 'PX', ttlMs);
    },
    reportText: async (workerId, text, ttlMs) => {
      await redis.sadd(workersKey(names.statePrefix), workerId);
      await redis.set(reportKey(names.statePrefix, workerId), text, 'PX', ttlMs);
    },
    desired: async (workerId) => {
      const text = await redis.get(desiredKey(names.statePrefix, workerId));
      return text === null ? null : JSON.parse(text);
    },
    pretendNewer: async () => {
      await redis.set(`${names.statePrefix}:schema`, '1000');
    },
    historyBytes: async () => {
      const chunks: { resolution: string; startMs: number; bytes: number }[] = [];
      for await (const keys of redis.scanStream({ match: `${names.statePrefix}:metrics:*`, count: 1000 })) {
        for (const key of keys as string[]) {
          const [resolution = '', start] = key.slice(`${names.statePrefix}:metrics:`.length).split(':');
          const bytes = Number(await redis.memory('USAGE', key, 'SAMPLES', 0));
          chunks.push({ resolution, startMs: Number(start), bytes });
        }
      }
      const newestOf = (resolution: string) =>
        Math.max(...chunks.filter((chunk) => chunk.resolution === resolution).map(({ startMs }) => startMs));
      const newest = new Map(
        [...new Set(chunks.map(({ resolution }) => resolution))].map((each) => [each, newestOf(each)]),
      );
      const sizes = { lasting: 0, open: 0 };
      for (const { resolution, startMs, bytes } of chunks) {
        sizes[startMs === newest.get(resolution) ? 'open' : 'lasting'] += bytes;
      }
      return sizes;
    },
    bullmq: { connection: workerOptions.connection, factory: backendFactory, prefix: names.prefix },
    close: async () => {
      for (const close of closers) await close();
    },
  };
}
