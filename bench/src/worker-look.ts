import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Engine } from '@drover/core';
import { openEngine, startEmbedded } from '@drover/engines';
import { Worker } from '@drover/worker';
import { Worker as BareWorker, createPostgresBackend, createRedisBackend } from 'bullmq';
import { Redis } from 'ioredis';
import pg from 'pg';
import { startBenchRedis } from './redis-server.js';
import { spread, writeResult } from './result.js';

/**
 * What it costs that a worker looks for commands and settings every 750 ms and reports every
 * 2 s: commands of idle workers, against as many of BullMQ's own; and how long a change
 * takes until a worker goes by it.
 */
const WORKERS = 20;
const COUNT_MS = 30_000;
const CHANGES = 40;

interface Load {
  /** Commands or transactions of one idle worker a second. */
  readonly commands: number;
  /** Time that the engine spent on them, µs a worker and second; `null` where it does not tell. */
  readonly engineUs: number | null;
}

/** Counts since the engine's start. */
type Meter = () => Promise<{ readonly commands: number; readonly us: number | null }>;

class LookedWorker extends Worker<unknown, unknown, string, never, never, never> {
  get seen() {
    return this.settings;
  }
}

/** Each worker has its own connections, as each has its own process. */
async function measure(url: string, backendFactory: unknown, connection: object, meter: Meter) {
  const engine = await openEngine(url);
  const options = { connection };
  const idle = async () => {};
  const loadOf = async (make: () => BareWorker): Promise<Load> => {
    const workers = Array.from({ length: WORKERS }, make);
    await Promise.all(workers.map((worker) => worker.waitUntilReady()));
    await pause(3_000);
    const before = await meter();
    await pause(COUNT_MS);
    const after = await meter();
    await Promise.all(workers.map((worker) => worker.close()));
    const perSecond = (total: number) => total / WORKERS / (COUNT_MS / 1_000);
    const us = after.us === null || before.us === null ? null : perSecond(after.us - before.us);
    return { commands: perSecond(after.commands - before.commands), engineUs: us };
  };
  const make = <T>(Class: unknown) =>
    new (Class as new (...args: unknown[]) => T)('idle', idle, options, backendFactory);
  const bare = await loadOf(() => make<BareWorker>(BareWorker));
  const ours = await loadOf(() => make<BareWorker>(Worker));
  const delays = await changeDelays(engine, () => make<LookedWorker>(LookedWorker));
  await engine.close();
  const difference = { commands: ours.commands - bare.commands, engineUs: minus(ours.engineUs, bare.engineUs) };
  return { bare, ours, difference, appliedAfterMs: spread(delays), worstMs: Math.max(...delays) };
}

async function changeDelays(engine: Engine, make: () => LookedWorker): Promise<number[]> {
  const worker = make();
  await worker.seen.loaded;
  const delays: number[] = [];
  for (let value = 0; value < CHANGES; value++) {
    const seen = new Promise<number>((resolve) => {
      const leave = worker.seen.subscribe(() => {
        leave();
        resolve(performance.now());
      });
    });
    await pause(Math.random() * 750);
    const writtenAtMs = performance.now();
    await engine.settings.put('limiters', { value });
    delays.push((await seen) - writtenAtMs);
  }
  await worker.close();
  return delays;
}

function minus(a: number | null, b: number | null): number | null {
  return a === null || b === null ? null : a - b;
}

async function onRedis() {
  const server = await startBenchRedis();
  const admin = new Redis(server.port, '127.0.0.1');
  try {
    return await measure(server.url, createRedisBackend, { url: server.url }, async () => {
      const lines = (await admin.info('commandstats')).split('\n').filter((line) => line.startsWith('cmdstat_'));
      const of = (field: string) =>
        lines.reduce((sum, line) => sum + Number(new RegExp(`[:,]${field}=([\\d.]+)`).exec(line)?.[1] ?? 0), 0);
      return { commands: of('calls'), us: of('usec') };
    });
  } finally {
    admin.disconnect();
    await server.stop();
  }
}

async function onPostgres() {
  const folder = await mkdtemp(join(tmpdir(), 'drover-bench-'));
  const server = await startEmbedded(folder);
  const pool = new pg.Pool({ connectionString: server.url, max: 1 });
  try {
    return await measure(server.url, createPostgresBackend, { connectionString: server.url, max: 2 }, async () => {
      const { rows } = await pool.query<{ commands: number }>(
        'SELECT sum(xact_commit + xact_rollback)::float8 AS commands FROM pg_stat_database',
      );
      return { commands: rows[0]?.commands ?? 0, us: null };
    });
  } finally {
    await pool.end();
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

const redis = await onRedis();
const postgres = await onPostgres();
writeResult(
  'worker-look',
  [
    {
      name: 'Redis: commands more than BullMQ’s, a worker and second',
      value: redis.difference.commands,
      limit: 5,
      is: 'atMost',
    },
    {
      name: 'PostgreSQL: transactions more, a worker and second',
      value: postgres.difference.commands,
      limit: 3,
      is: 'atMost',
    },
    { name: 'Redis: a change applied after, ms, worst', value: redis.worstMs, limit: 1_000, is: 'atMost' },
    { name: 'PostgreSQL: a change applied after, ms, worst', value: postgres.worstMs, limit: 1_000, is: 'atMost' },
  ],
  { workers: WORKERS, changes: CHANGES, redis, postgres },
);
